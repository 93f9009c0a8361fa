"""One thread per contact, and the items in it."""

import datetime as dt

from django.db import connection, transaction

from aesthetix.events import outbox
from aesthetix.lib import clock
from aesthetix.practices.actor import Actor
from aesthetix.practices.models import Practice
from contacts.models import Contact
from conversations.models import Item, Message, Thread

# One statement, because the incoming-call webhook has few to spend, and because two webhooks at once
# must neither make two threads nor lose a count. An item that comes late counts as unread but does
# not move the thread. `bulk_create(update_conflicts=True)` can only overwrite, not compare.
_INSERT = """
INSERT INTO conversations_thread AS held (practice_id, contact_id, last_item_at, last_kind, preview, unread_count)
VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT """
_UPDATE = """ DO UPDATE SET
    unread_count = held.unread_count + excluded.unread_count,
    last_kind = CASE WHEN excluded.last_item_at < held.last_item_at THEN held.last_kind ELSE excluded.last_kind END,
    preview = CASE WHEN excluded.last_item_at < held.last_item_at THEN held.preview ELSE excluded.preview END,
    last_item_at =
        CASE WHEN excluded.last_item_at < held.last_item_at THEN held.last_item_at ELSE excluded.last_item_at END
RETURNING id"""
_UPSERT = _INSERT + "(contact_id)" + _UPDATE
_UPSERT_ANONYMOUS = _INSERT + "(practice_id) WHERE contact_id IS NULL" + _UPDATE


def touch_thread(
    practice: Practice, contact: Contact | None, kind: str, *, preview: str = "", at: dt.datetime, unread: bool = False
) -> int:
    """The id of the contact's thread (made if new), moved forward to an item of this kind and time."""
    row = (
        practice.pk,
        contact.pk if contact else None,
        connection.ops.adapt_datetimefield_value(at),
        kind,
        " ".join(preview.split())[:160],
        int(unread),
    )
    with connection.cursor() as cursor:
        cursor.execute(_UPSERT if contact else _UPSERT_ANONYMOUS, row)
        return int(cursor.fetchone()[0])


def add_item(
    practice: Practice,
    contact: Contact | None,
    kind: str,
    *,
    ref: int | None = None,
    message: Message | None = None,
    text: str = "",
    preview: str = "",
    at: dt.datetime | None = None,
    unread: bool = False,
) -> Item:
    """Put one line into the contact's thread; for None into the thread of callers who withheld their number.

    Two statements in the caller's transaction, and no event: the caller says what happened. `ref` is
    the id of the upper floor's row; a second item of the same kind and ref is an IntegrityError.
    """
    at = at or clock.now()
    thread_id = touch_thread(practice, contact, kind, preview=preview or text, at=at, unread=unread)
    item: Item = Item.objects.create(
        practice=practice, thread_id=thread_id, kind=kind, at=at, message=message, ref=ref, text=text[:300]
    )
    return item


def mark_read(*, actor: Actor, thread: Thread) -> None:
    """Somebody has the thread open: nothing in it is unread any more."""
    with transaction.atomic():
        unread = Thread.objects.for_practice(actor.practice).filter(pk=thread.pk, unread_count__gt=0)
        if unread.update(unread_count=0):
            announce(thread.practice, thread.pk, thread.contact_id)
    thread.unread_count = 0


def mark_unread(*, actor: Actor, thread: Thread) -> None:
    """Somebody wants to come back to it: it counts as unread again."""
    with transaction.atomic():
        read = Thread.objects.for_practice(actor.practice).filter(pk=thread.pk, unread_count=0)
        if read.update(unread_count=1):
            announce(thread.practice, thread.pk, thread.contact_id)


def announce(practice: Practice, thread_id: int, contact_id: int | None, **ids: int) -> None:
    """Tell open pages that a thread changed."""
    outbox.emit(practice, "thread.updated", contact_id=contact_id, thread_id=thread_id, **ids)
