"""Reading threads for the screen: rows of the inbox, pages of a thread, days between them."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Q, Subquery

from aesthetix.practices.models import Practice, Staff
from aesthetix.web.keyset import Cursor, write_cursor
from contacts.models import Contact
from conversations.kinds import Shown, load_items
from conversations.models import Item, Message, Thread

ROWS = 50
ITEMS = 40
VIEWS = ("all", "unread", "mine", "calls")


@dataclass(frozen=True)
class Row:
    """A conversation in the list. `last` is its newest item with what it stands for."""

    thread: Thread
    last: Shown | None

    @property
    def contact(self) -> Contact | None:
        contact: Contact | None = self.thread.contact
        return contact

    @property
    def tone(self) -> str:
        """`missed` or `fail` where the row must say so in words, else empty."""
        thing = self.last.thing if self.last else None
        if isinstance(thing, Message):
            return "fail" if thing.not_delivered else ""
        return "missed" if getattr(thing, "tone", "") == "missed" else ""

    @property
    def words(self) -> str:
        thing = self.last.thing if self.last else None
        if isinstance(thing, Message) and not thing.inbound and self.tone != "fail":
            return f"You: {self.thread.preview}" if thing.staff_id else f"Sent: {self.thread.preview}"
        if isinstance(thing, Message) and self.tone == "fail" and thing.state != Message.State.WITHHELD:
            return f"Not delivered: {self.thread.preview}"
        return str(self.thread.preview)


def rows_of(staff: Staff, view: str, before: Cursor | None = None) -> tuple[list[Row], str]:
    """A page of the inbox in a fixed number of queries, and where the next begins (empty at the end)."""
    newest = Item.unscoped.filter(thread=OuterRef("pk")).order_by("-at", "-id").values("id")[:1]
    threads = Thread.objects.for_staff(staff).in_view(view, staff).recent(before).annotate(last_id=Subquery(newest))
    found = list(threads.select_related("contact__assigned_to__user").prefetch_related("contact__phones")[: ROWS + 1])
    page = found[:ROWS]
    more = write_cursor(page[-1].last_item_at, page[-1].pk) if len(found) > ROWS else ""
    return with_last_items(staff.practice, page), more


def with_last_items(practice: Practice, threads: Sequence[Any]) -> list[Row]:
    """`threads` carry `last_id`."""
    ids = [thread.last_id for thread in threads if thread.last_id]
    shown = {one.item.pk: one for one in load_items(Item.objects.for_practice(practice).filter(pk__in=ids))}
    return [Row(thread, shown.get(thread.last_id)) for thread in threads]


def row_of(staff: Staff, thread: Thread) -> Row:
    newest = Item.objects.for_practice(staff.practice_id).filter(thread=thread).order_by("-at", "-id")[:1]
    return Row(thread, next(iter(load_items(newest)), None))


def unread_threads(staff: Staff) -> int:
    count: int = Thread.objects.for_staff(staff).filter(unread_count__gt=0).count()
    return count


@dataclass(frozen=True)
class Line:
    """An item of a thread; `day` is set on the first one of each day."""

    shown: Shown
    day: dt.date | None


@dataclass(frozen=True)
class Page:
    """Lines in the order of time. `older` is where what stands above them begins, empty at the thread's start."""

    lines: list[Line]
    older: str = ""


def items_of(practice: Practice, thread: Thread | None, before: Cursor | None = None) -> Page:
    """The newest items, or those above `before`."""
    if thread is None:
        return Page([])
    items = Item.objects.for_practice(practice).filter(thread=thread).order_by("-at", "-id")
    if before is not None:
        at, pk = before
        items = items.filter(Q(at__lt=at) | Q(at=at, id__lt=pk))
    found = list(items[: ITEMS + 1])
    page = found[:ITEMS]
    older = write_cursor(page[-1].at, page[-1].pk) if len(found) > ITEMS else ""
    return Page(_with_days(load_items(reversed(page)), practice), older)


def _with_days(shown: list[Shown], practice: Practice) -> list[Line]:
    lines: list[Line] = []
    last: dt.date | None = None
    for one in shown:
        day = one.item.at.astimezone(practice.tz).date()
        lines.append(Line(one, day if day != last else None))
        last = day
    return lines
