"""Two conversations become one: what stood in either stands in the survivor's, in order of time."""

from contacts.merging.registry import Move, Part, add_part, add_refusal
from contacts.models import Consent, Contact
from conversations.models import Item, Message, OptOut, Thread

LAST = ("last_item_at", "last_kind", "preview")


def _thread(contact: Contact) -> Thread | None:
    found: Thread | None = Thread.objects.for_practice(contact.practice_id).filter(contact=contact).first()
    return found


def _move_thread(move: Move) -> None:
    """Locked before it is read: a call that comes now counts in the one or in the other."""
    rows = Thread.objects.for_practice(move.actor.practice).select_for_update(of=("self",)).order_by("pk")
    threads = {thread.contact_id: thread for thread in rows.filter(contact__in=[move.keep, move.other])}
    keep, other = threads.get(move.keep.pk), threads.get(move.other.pk)
    if other is None:
        return
    if keep is None:
        move.journal.move(Thread, "contact", move.other.pk, move.keep.pk)
        return
    move.journal.move(Message, "thread", other.pk, keep.pk)
    move.journal.move(Item, "thread", other.pk, keep.pk)
    if other.last_item_at > keep.last_item_at:
        move.journal.change(keep, together=True, **{name: getattr(other, name) for name in LAST})
    move.journal.add(keep, unread_count=other.unread_count)
    move.journal.take_away(other)


def _count(contact: Contact) -> int:
    """Texts, calls, voicemails and what the system said."""
    count: int = Item.objects.for_practice(contact.practice_id).filter(thread__contact=contact).count()
    return count


def _said_stop(contact: Contact) -> set[Consent.Channel]:
    """Texts go to the main number, unless somebody chooses another."""
    open_ = OptOut.objects.for_practice(contact.practice_id).filter(channel="sms", ended_at=None)
    return {Consent.Channel.TEXT} if open_.filter(address=contact.main_number).exists() else set()


def register() -> None:
    covers = ("conversations.Thread.contact", "conversations.Item.thread", "conversations.Message.thread")
    add_part(Part("item of the conversation", "items of the conversation", covers, _move_thread, _count, order=30))
    add_refusal(_said_stop)
