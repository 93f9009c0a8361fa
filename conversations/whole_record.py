"""The conversation's part of a patient's whole record."""

from collections.abc import Iterator

from aesthetix.lib.phone import display
from contacts.models import Contact, ContactPhone
from contacts.whole_record.parts import Cell, Part, Table
from conversations.models import Item, Message, OptOut

SLICE = 200


def tables(contact: Contact) -> Iterator[Table]:
    message = (
        *(("at", "When"), ("direction", "Direction"), ("channel", "Channel"), ("from", "From"), ("to", "To")),
        *(
            ("by", "By"),
            ("text", "Text"),
            ("files", "Files sent along"),
            ("state", "State"),
            ("reason", "Why not sent"),
        ),
    )
    yield Table("messages", "Messages", message, _messages(contact), upright=True)
    yield Table("remarks", "Remarks in the conversation", (("at", "When"), ("text", "Text")), _remarks(contact))
    stop = (("number", "Number"), ("channel", "Channel"), ("at", "Since"), ("ended", "Until"), ("source", "Told by"))
    yield Table("opt_outs", "Asked for no texts", stop, _opt_outs(contact))


def _messages(contact: Contact) -> Iterator[tuple[Cell, ...]]:
    rows = Message.objects.for_practice(contact.practice_id).filter(thread__contact=contact)
    for one in rows.select_related("staff__user").order_by("created_at", "id").iterator(SLICE):
        by = str(one.staff) if one.staff else one.label or ("the patient" if one.inbound else one.get_origin_display())
        direction = "received" if one.inbound else "sent"
        addresses = (display(one.from_address), display(one.to_address))
        told = (by, one.body, len(one.media) or None, one.get_state_display().strip(), one.reason)
        yield one.created_at, direction, one.channel, *addresses, *told


def _remarks(contact: Contact) -> Iterator[tuple[Cell, ...]]:
    items = Item.objects.for_practice(contact.practice_id).filter(thread__contact=contact, kind="system")
    return ((item.at, item.text) for item in items.order_by("at", "id").iterator(SLICE))


def _opt_outs(contact: Contact) -> Iterator[tuple[Cell, ...]]:
    numbers = ContactPhone.objects.for_practice(contact.practice_id).filter(contact=contact).values("number")
    rows = OptOut.objects.for_practice(contact.practice_id).filter(address__in=numbers)
    return ((display(row.address), row.channel, row.at, row.ended_at, row.source) for row in rows.order_by("at", "id"))


PART = Part(20, tables)
