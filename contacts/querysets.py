import datetime as dt
from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import Any, Self

from django.db.models import F, FilteredRelation, Q

from aesthetix.practices.models import Staff
from aesthetix.practices.scoping import ScopedQuerySet
from contacts.birthdays import as_birthday, split_birthday
from contacts.search import INDEXED, tokens


def _begins(token: str) -> Q:
    return Q(search_text__startswith=token) | Q(search_text__contains=f" {token}")


def _occurs(token: str) -> Q:
    return Q(search_text__contains=token) if len(token) >= INDEXED else _begins(token)


def _all_of(words: str) -> Q:
    wanted = Q()
    for readings in tokens(words):
        wanted &= _any(_occurs(reading) for reading in readings)
    return wanted


def _any(conditions: Iterable[Q]) -> Q:
    return reduce(or_, conditions)


class ContactQuerySet(ScopedQuerySet):
    def for_staff(self, staff: Staff) -> Self:
        """What this person may see: the practice's contacts, or only those assigned to them."""
        mine: dict[str, Any] = {} if staff.sees_all else {"assigned_to": staff}
        return self.filter(practice=staff.practice_id, **mine)

    def with_number(self, number: str) -> Self:
        """Everybody on this E.164 number, most recently in touch first."""
        in_touch = F("thread__last_item_at").desc(nulls_last=True)
        # The practice of the number as well: the index begins with it.
        numbers = {"phones__number": number, "phones__practice": F("practice")}
        return self.filter(**numbers).order_by(in_touch, "-updated_at", "-id")

    def matching(self, words: str) -> Self:
        """By name, number in any way of writing, email or birthday; every word must occur. One or two characters
        begin a word: inside of words no index finds so little."""
        rest, birthday = "", as_birthday(words)
        if birthday is None:
            rest, birthday = split_birthday(words)
        wanted = _all_of(words)
        return self.filter(wanted | Q(birthday=birthday) & _all_of(rest) if birthday else wanted)

    def beginning_with(self, words: str) -> Self:
        """Those in which each word begins a name, a number or the email."""
        wanted = Q()
        for readings in tokens(words):
            wanted &= _any(_begins(reading) for reading in readings)
        return self.filter(wanted)

    def with_note_draft(self, staff: Staff) -> Self:
        """Each with what this person has begun to write there, as `note_draft`; none: no such attribute."""
        own = FilteredRelation("drafts", condition=Q(drafts__staff=staff, drafts__place="note"))
        return self.annotate(note_draft=own).select_related("note_draft")

    def recent(self, before: tuple[dt.datetime, int] | None = None) -> Self:
        """Last changed first; `before` is the last row of the page above (keyset)."""
        rows = self.order_by("-updated_at", "-id")
        if before is None:
            return rows
        at, pk = before
        return rows.filter(Q(updated_at__lt=at) | Q(updated_at=at, id__lt=pk), updated_at__lte=at)
