"""What moves when two records become one. Each room registers its rows in AppConfig.ready; a test
(contacts/tests/test_merge_registry.py) finds those that nobody registered."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from aesthetix.practices.actor import Actor
from contacts.merging.journal import Journal
from contacts.models import Consent, Contact


@dataclass
class Move:
    """One merge under way: both records are locked. `other` goes, `keep` stays; `choices`: value → keep, other or
    both. Everything is done through the journal, or it cannot be taken back."""

    actor: Actor
    keep: Contact
    other: Contact
    choices: Mapping[str, str]
    journal: Journal = field(default_factory=Journal)


@dataclass(frozen=True)
class Part:
    """A kind of rows. `covers`: the foreign keys that it takes care of, as `contacts.Note.contact`. `count(contact)`,
    how many the preview names, in words `one` or `many`. `settle(keep, other)` runs after a merge was taken back, when
    all rows are where they were."""

    one: str
    many: str
    covers: tuple[str, ...]
    move: Callable[[Move], object]
    count: Callable[[Contact], int] | None = None
    settle: Callable[[Contact, Contact], object] | None = None
    order: int = 50

    def words(self, number: int) -> str:
        return f"{number:,} {self.one if number == 1 else self.many}"


@dataclass(frozen=True)
class Counted:
    part: Part
    number: int

    @property
    def words(self) -> str:
        return self.part.words(self.number)


Refuses = Callable[[Contact], set[Consent.Channel]]
_parts: list[Part] = []
_refusals: list[Refuses] = []


def add_part(part: Part) -> None:
    _parts.append(part)
    _parts.sort(key=lambda one: one.order)


def parts() -> list[Part]:
    return list(_parts)


def add_refusal(refuses: Refuses) -> None:
    """`refuses(contact)`: channels on which this person said no in another way than by the record's consent."""
    _refusals.append(refuses)


def refused_by(contact: Contact) -> set[Consent.Channel]:
    return {channel for refuses in _refusals for channel in refuses(contact)}


def moving(
    one: str,
    many: str,
    model: type[models.Model],
    *,
    counted: Callable[[Any], Any] | None = None,
    with_rows: bool = False,
    order: int = 50,
) -> Part:
    """Rows that simply get the other contact. `counted` narrows what the preview counts."""

    def rows_of(contact: Contact) -> Any:
        return model._base_manager.filter(contact=contact)

    return Part(
        one,
        many,
        (f"{model._meta.label}.contact",),
        move=lambda move: move.journal.move(model, "contact", move.other.pk, move.keep.pk, with_rows=with_rows),
        count=lambda contact: (counted or (lambda rows: rows))(rows_of(contact)).count(),
        order=order,
    )


def counted(contact: Contact) -> list[Counted]:
    """What there is to move, without what there is none of."""
    found = [Counted(part, part.count(contact)) for part in _parts if part.count]
    return [one for one in found if one.number]
