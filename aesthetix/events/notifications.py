"""Telling one person something: the bell of the top bar, and its list."""

from aesthetix.events import outbox
from aesthetix.events.models import MailChoice, Notification
from aesthetix.lib import clock
from aesthetix.lib.rows import insert_once
from aesthetix.practices.models import Staff
from aesthetix.practices.scoping import ScopedQuerySet

SHOWN = 100


def notify(
    staff: Staff | None, *, kind: str, text: str, url: str, key: str, contact_id: int | None = None
) -> Notification | None:
    """Once per person and key, in the caller's transaction. Who left is told nothing."""
    if staff is None or not staff.is_current:
        return None
    told = Notification(
        practice_id=staff.practice_id, staff=staff, kind=kind, text=text[:300], url=url, key=key, contact_id=contact_id
    )
    if not insert_once(told):
        return None
    outbox.emit(staff.practice, "notification.added")
    return told


def mark_all_seen(staff: Staff) -> None:
    unseen_of(staff).update(seen_at=clock.now())
    outbox.emit(staff.practice, "notification.seen")


def mark_seen(staff: Staff, pk: int) -> bool:
    """False where there is no such notification of theirs. Twice changes nothing."""
    mine = Notification.objects.for_practice(staff.practice_id).filter(staff=staff, pk=pk)
    mine.filter(seen_at=None).update(seen_at=clock.now())
    outbox.emit(staff.practice, "notification.seen")
    return bool(mine.exists())


def unseen_of(staff: Staff) -> ScopedQuerySet:
    rows: ScopedQuerySet = Notification.objects.for_practice(staff.practice_id).filter(staff=staff, seen_at=None)
    return rows


def mail_choice_of(staff: Staff) -> str:
    row = MailChoice.objects.for_practice(staff.practice_id).filter(staff=staff).first()
    return row.choice if row else MailChoice.Choice.TASKS
