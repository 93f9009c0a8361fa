"""Making two records one, and taking that apart again for 30 days (docs/decisions/026-merging.md)."""

import datetime as dt
import logging
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, OperationalError, connection, transaction

from aesthetix.audit import services as audit
from aesthetix.events import outbox
from aesthetix.events.due import WorkQueue
from aesthetix.events.models import Event
from aesthetix.lib import clock
from aesthetix.practices.actor import Actor
from aesthetix.practices.models import Staff
from contacts.merging.following import survivor_id
from contacts.merging.journal import Journal
from contacts.merging.registry import Move, counted, parts
from contacts.merging.values import LABELS, compare_values, own_value
from contacts.models import Contact, Merge
from contacts.search import search_text
from contacts.services.duplicates import look_at
from contacts.services.numbers import numbers_of
from contacts.services.records import FACTS

UNDO_FOR = dt.timedelta(days=30)
logger = logging.getLogger(__name__)
TRIES, PATIENCE = 5, "300ms"
T = TypeVar("T")


class CannotMerge(Exception):
    """Why not, in a sentence for people."""


class StalePreview(CannotMerge):
    """One of the records says something else than when the choice was made."""


class CannotUndo(Exception):
    """Why not, in a sentence for people."""


def may_merge(staff: Staff | None) -> bool:
    """Whoever sees all data: a merge decides whose patient somebody is, and its undo needs both records."""
    return staff is None or staff.sees_all


def merge_contacts(
    *, actor: Actor, keep: int, other: int, choices: Mapping[str, str] | None = None, mark: str = ""
) -> Merge:
    """`other` becomes part of `keep`. `choices`: which value wins, where not the usual one; `mark`, of the preview
    that was looked at, refuses when a value has changed since. Raises CannotMerge, Contact.DoesNotExist for a
    record that is not of this practice, ValidationError for a choice that there is not."""
    _require_right(actor)
    if keep == other:
        raise CannotMerge("This is one record already. Choose another one to merge it with.")
    return _giving_way(lambda: _merge(actor, keep, other, choices or {}, mark))


def undo_merge(*, actor: Actor, merge: Merge) -> None:
    """Every row and value where it was; what came since stays with the survivor. Raises CannotUndo."""
    _require_right(actor)
    _giving_way(lambda: _undo(actor, merge))


def why_not_undo(merge: Merge) -> str:
    """Empty while it can be undone."""
    if merge.undone_at is not None:
        return "This merge was undone already."
    if merge.due_at is None or merge.at <= clock.now() - UNDO_FOR:
        return "A merge can be undone for 30 days."
    rows = Merge.objects.for_practice(merge.practice_id).filter(undone_at=None).defer("journal")
    if later := rows.filter(survivor_id=merge.survivor_id, pk__gt=merge.pk).order_by("pk").last():
        return f"{later.merged_name} was merged into this record since. Undo that first."
    if Contact.objects.for_practice(merge.practice_id).filter(pk=merge.survivor_id).exists():
        return ""
    further = rows.filter(merged_id=merge.survivor_id).first()
    if further is not None:
        return f"{further.merged_name} was itself merged into another record since. Undo that first."
    return "The record that it was merged into is not there any more."


def _require_right(actor: Actor) -> None:
    if not may_merge(actor.staff):
        raise PermissionDenied("Merging needs access to all data. Ask a colleague who has it.")


def _giving_way(work: Callable[[], T]) -> T:
    """A merge touches rows that calls and texts are writing to. It never waits long for one of them: it lets go of
    everything and begins anew, so that nobody else is ever the one whom a deadlock ends."""
    for tries in range(TRIES):
        try:
            with transaction.atomic():
                _be_patient(PATIENCE)
                done = work()
                _be_patient("DEFAULT")
                return done
        except (OperationalError, IntegrityError) as error:
            logger.info("A merge gave way (%s).", type(error).__name__)
            if tries == TRIES - 1 or connection.in_atomic_block:
                raise CannotMerge("Something is being written to one of the records just now. Try again.") from None
    raise AssertionError("unreachable")


def _be_patient(how_long: str) -> None:
    if connection.vendor == "postgresql":
        value = how_long if how_long == "DEFAULT" else f"'{how_long}'"
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = {value}")


# Merging ------------------------------------------------------------------------------------


def _merge(actor: Actor, keep_id: int, other_id: int, given: Mapping[str, str], mark: str) -> Merge:
    keep, other = _locked(actor, keep_id, other_id)
    comparison = compare_values(keep, other)
    if mark and mark != comparison.mark:
        raise StalePreview("One of the records was changed since you looked. Compare them again.")
    move = Move(actor, keep, other, comparison.choose(given))
    counts = {one.part.many: one.number for one in counted(other)}
    changes = _move_everything(move)
    merge = _written(actor, move, counts)
    _said(actor, "merge", merge, changes)
    look_at(actor.practice, [keep.pk])
    return merge


def _locked(actor: Actor, keep_id: int, other_id: int) -> tuple[Contact, Contact]:
    """In the order of their ids, whoever stays."""
    rows = Contact.objects.for_practice(actor.practice).select_for_update(of=("self",)).order_by("pk")
    found = {contact.pk: contact for contact in rows.filter(pk__in=[keep_id, other_id])}
    for pk in (keep_id, other_id):
        if pk not in found:
            raise _why_gone(actor, pk)
    return found[keep_id], found[other_id]


def _why_gone(actor: Actor, pk: int) -> Exception:
    if survivor_id(actor.practice, pk) is None:
        return Contact.DoesNotExist()
    return CannotMerge("Somebody merged one of these records a moment ago. Look at the list again.")


def _move_everything(move: Move) -> dict[str, Any]:
    before = {name: getattr(move.keep, name) for name in FACTS}
    wanted = {name: own_value(name, move.choices[name], move.keep, move.other) for name in LABELS}
    for part in parts():
        part.move(move)
    name = f"{wanted['first_name']} {wanted['last_name']}".strip()
    wanted["unverified_caller"] = move.keep.unverified_caller and move.other.unverified_caller and not name
    wanted["created_at"] = min(move.keep.created_at, move.other.created_at)
    numbers = [one.number for one in numbers_of(move.keep)]
    text = search_text(wanted["first_name"], wanted["last_name"], wanted["email"], numbers)
    for field, value in wanted.items():
        move.journal.change(move.keep, **{field: value})
    move.journal.change(move.keep, search_text=text, updated_at=clock.now())
    move.journal.take_away(move.other)
    return audit.changes_between(before, {name: getattr(move.keep, name) for name in FACTS})


def _written(actor: Actor, move: Move, counts: dict[str, int]) -> Merge:
    merge: Merge = Merge.objects.create(
        practice=actor.practice,
        survivor_id=move.keep.pk,
        merged_id=move.other.pk,
        merged_name=move.other.display_name[:200],
        staff=actor.staff,
        actor=str(actor)[:120],
        counts=counts,
        journal=move.journal.entries,
        due_at=clock.now() + UNDO_FOR,
    )
    return merge


def _said(actor: Actor, action: str, merge: Merge, changes: Mapping[str, Any]) -> None:
    """On both records; open pages of the survivor show it at once."""
    said = {"record": merge.merged_id, **merge.counts, **changes}
    audit.record(actor, action, "contacts.contact", contact_id=merge.survivor_id, changes=said)
    audit.record(actor, action, "contacts.contact", contact_id=merge.merged_id, changes={"record": merge.survivor_id})
    outbox.emit_all(
        *(
            Event(practice=actor.practice, type=type_, contact_id=contact_id)
            for contact_id in (merge.survivor_id, merge.merged_id)
            for type_ in ("contact.updated", "note.changed", "task.changed", "document.changed", "thread.updated")
        )
    )


# Undoing ------------------------------------------------------------------------------------


def _undo(actor: Actor, merge: Merge) -> None:
    held = Merge.objects.for_practice(actor.practice).select_for_update(of=("self",)).get(pk=merge.pk)
    rows = Contact.objects.for_practice(actor.practice).select_for_update(of=("self",))
    keep = rows.filter(pk=held.survivor_id).first()
    if (why := why_not_undo(held)) or keep is None:
        raise CannotUndo(why)
    Journal(held.journal).take_back()
    other = Contact.objects.for_practice(actor.practice).get(pk=held.merged_id)
    keep.refresh_from_db()
    _settle(keep, other)
    held.undone_at, held.undone_by, held.due_at, held.journal = clock.now(), str(actor)[:120], None, []
    held.save(update_fields=["undone_at", "undone_by", "due_at", "journal"])
    _said(actor, "unmerge", held, {})
    look_at(actor.practice, [keep.pk, other.pk])


def _settle(keep: Contact, other: Contact) -> None:
    for part in parts():
        if part.settle:
            part.settle(keep, other)
    for contact in (keep, other):
        numbers = [one.number for one in numbers_of(contact)]
        text = search_text(contact.first_name, contact.last_name, contact.email, numbers)
        Contact.objects.for_practice(contact.practice_id).filter(pk=contact.pk).update(search_text=text)


def _forget(merge: Merge) -> None:
    """It cannot be undone any more: only where its id leads to is kept."""
    rows = Merge.objects.for_practice(merge.practice_id).filter(pk=merge.pk)
    rows.update(journal=[], merged_name="", due_at=None)


WorkQueue("merges", Merge, _forget).register()
