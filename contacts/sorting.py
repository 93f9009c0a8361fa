"""The orders in which contacts are listed, and where a list goes on: always by key, never by offset."""

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from contacts.models import Contact


@dataclass(frozen=True)
class Sort:
    """An order by one column and then the id, which an index of the table has."""

    slug: str
    label: str
    column: str
    descending: bool

    def order(self) -> tuple[str, str]:
        minus = "-" * self.descending
        return f"{minus}{self.column}", f"{minus}id"

    def cursor_of(self, contact: Contact) -> str:
        """Where the list goes on after this contact. It may hold a name: for a form, never for an address."""
        value = getattr(contact, self.column)
        return json.dumps([value.isoformat() if isinstance(value, dt.datetime) else value, contact.pk])

    def beyond(self, contact: Contact, *, backwards: bool = False) -> Q:
        return self._beyond(getattr(contact, self.column), contact.pk, backwards)

    def after(self, cursor: str) -> Q | None:
        """None for what is no cursor of this order."""
        try:
            value, pk = json.loads(cursor)
            read: Any = dt.datetime.fromisoformat(value) if self.column.endswith("_at") else str(value)
            if isinstance(read, str):
                return None if "\0" in read else self._beyond(read, int(pk), backwards=False)
            return self._beyond(read.astimezone(dt.UTC), int(pk), backwards=False)
        except (ValueError, TypeError, OverflowError, RecursionError):
            return None

    def _beyond(self, value: Any, pk: int, backwards: bool) -> Q:
        """The first condition says nothing new, but tells the index where to begin."""
        than = "lt" if self.descending != backwards else "gt"
        further = Q(**{f"{self.column}__{than}": value}) | Q(**{self.column: value, f"id__{than}": pk})
        return Q(**{f"{self.column}__{than}e": value}) & further


SORTS = (
    Sort("change", "Last changed first", "updated_at", descending=True),
    Sort("newest", "Newest first", "created_at", descending=True),
    Sort("oldest", "Oldest first", "created_at", descending=False),
    Sort("name", "Name, A to Z", "search_text", descending=False),
)
DEFAULT = SORTS[0]


def sort_named(slug: str) -> Sort:
    return next((sort for sort in SORTS if sort.slug == slug), DEFAULT)
