"""Reading threads for the screen: rows of the inbox, pages of a thread, days between them."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, OuterRef, Q, Subquery, When

from aesthetix.practices.models import Practice, Staff
from aesthetix.web.keyset import Cursor, write_cursor
from contacts.models import Contact
from conversations.kinds import Shown, load_items, with_messages
from conversations.models import Item, Message, Thread
from conversations.querysets import ThreadQuerySet

ROWS = 50
ITEMS = 40
VIEWS = ("all", "unread", "mine", "calls")


@dataclass(frozen=True)
class Row:
    """A conversation in the list, and the item that it is shown by, with what that stands for."""

    thread: Thread
    last: Shown | None

    @property
    def contact(self) -> Contact | None:
        contact: Contact | None = self.thread.contact
        return contact

    @property
    def kind(self) -> str:
        return self.last.item.kind if self.last else self.thread.last_kind

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
        if isinstance(thing, Message):
            return _said(thing)
        return getattr(thing, "in_short", "") or (self.last.item.text if self.last else "") or self.thread.preview


def _said(message: Message) -> str:
    if message.not_delivered:
        return f"{'Not sent' if message.state == Message.State.WITHHELD else 'Not delivered'}: {message.body}"
    if message.inbound:
        return message.body or f"{len(message.media)} file{'s' if len(message.media) > 1 else ''}"
    return f"{'You' if message.staff_id else 'Sent'}: {message.body}"


def _shown_by(threads: Any) -> Any:
    """An unread conversation is shown by what came in, not by what a workflow answered to it at once."""
    items = Item.unscoped.filter(thread=OuterRef("pk")).order_by("-at", "-id").values("id")
    by_people = items.filter(Q(message=None) | ~Q(message__origin__in=[Message.Origin.WORKFLOW, Message.Origin.API]))
    newest = Case(When(unread_count__gt=0, then=Subquery(by_people[:1])), default=Subquery(items[:1]))
    return threads.annotate(shown_by=newest).select_related("contact__assigned_to__user")


def rows_of(staff: Staff, view: str, before: Cursor | None = None) -> tuple[list[Row], str]:
    """A page of the inbox in a fixed number of queries, and where the next begins (empty at the end)."""
    threads = _shown_by(Thread.objects.for_staff(staff).in_view(view, staff).recent(before))
    found = list(threads.prefetch_related("contact__phones")[: ROWS + 1])
    page = found[:ROWS]
    more = write_cursor(page[-1].last_item_at, page[-1].pk) if len(found) > ROWS else ""
    return _with_items(staff.practice, page), more


def row_of(staff: Staff, thread: Thread) -> Row:
    return _with_items(staff.practice, _shown_by(Thread.objects.for_staff(staff).filter(pk=thread.pk)))[0]


def _with_items(practice: Practice, threads: Iterable[Any]) -> list[Row]:
    own = list(threads)
    items = Item.objects.for_practice(practice).filter(pk__in=[thread.shown_by for thread in own if thread.shown_by])
    shown = {one.item.pk: one for one in load_items(with_messages(items))}
    return [Row(thread, shown.get(thread.shown_by)) for thread in own]


def unread_threads(staff: Staff) -> ThreadQuerySet:
    rows: ThreadQuerySet = Thread.objects.for_staff(staff).filter(unread_count__gt=0)
    return rows


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
        items = items.filter(Q(at__lt=at) | Q(at=at, id__lt=pk), at__lte=at)
    found = list(with_messages(items)[: ITEMS + 1])
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
