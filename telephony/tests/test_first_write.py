"""The bare SQL of the inbound call gives what the ORM would give."""

import pytest

from aesthetix.events.models import Event
from contacts.models import Contact, ContactPhone
from conversations.models import Item, Thread
from conversations.services.threads import add_item
from telephony.models import Call
from telephony.services import calls, first_write
from telephony.tests.conftest import PATIENT

pytestmark = pytest.mark.django_db


def family(cast, clock):
    """Three people on Grace's number, in touch at different times or never."""
    for minutes, name in enumerate(["Henry", "Ida", "Never"]):
        contact = Contact.objects.create(practice=cast.glow, first_name=name)
        ContactPhone.objects.create(practice=cast.glow, contact=contact, number=PATIENT, is_shared=True)
        if name != "Never":
            clock.tick(minutes=minutes)
            add_item(cast.glow, contact, "system", text="Hello")


def test_the_caller_is_the_one_whom_the_orm_finds(cast, phone, clock):
    for prepare in (lambda: None, lambda: family(cast, clock)):
        prepare()
        expected = Contact.objects.for_practice(cast.glow).with_number(PATIENT).first()
        found = first_write.find_caller(cast.glow, PATIENT)
        assert (found.contact_id, found.owner_id) == (expected.pk, expected.assigned_to_id)
    assert first_write.find_caller(cast.other, PATIENT) is None


def rows(cast, call):
    """What a call left behind, without what must differ: its own id and sid."""
    skip = {"id", "sid", "_state"}
    thread = Thread.objects.for_practice(cast.glow).get(contact=call.contact_id)
    item = Item.objects.for_practice(cast.glow).get(ref=call.pk, kind="call")
    events = Event.objects.for_practice(cast.glow).filter(payload__call_id=call.pk).order_by("id")
    return (
        {
            name: value
            for name, value in vars(Call.objects.for_practice(cast.glow).get(pk=call.pk)).items()
            if name not in skip
        },
        (thread.last_item_at, thread.last_kind, thread.preview, thread.unread_count),
        (item.thread_id == thread.pk, item.at, item.message_id, item.text),
        [
            (event.type, event.contact_id, event.occurred_at, event.due_at, {**event.payload, "call_id": None})
            for event in events
        ],
    )


@pytest.mark.parametrize("withheld", [False, True])
def test_both_ways_of_writing_leave_the_same_rows(cast, phone, clock, withheld):
    results = []
    for number, write in enumerate([first_write._row_by_row, first_write.write_call]):
        contact = None if withheld else cast.grace
        Thread.objects.for_practice(cast.glow).delete()
        call = Call(practice=cast.glow, sid=f"CA{number}", line=phone.main, contact=contact, from_number=PATIENT)
        call.to_number, call.route, call.lead_source = phone.main.number, {"rule": 3}, "Google Ads"
        assert write(call, [calls.event(call, "call.started")])
        results.append(rows(cast, call))
    assert results[0] == results[1]


def test_a_call_that_was_written_before_leaves_nothing(cast, phone):
    for expected in (True, False):
        call = Call(practice=cast.glow, sid="CA1", line=phone.main, contact=cast.grace, from_number=PATIENT)
        call.to_number = phone.main.number
        assert first_write.write_call(call, [calls.event(call, "call.started")]) is expected
    assert Item.objects.for_practice(cast.glow).count() == 1
    assert Event.objects.for_practice(cast.glow).count() == 1
    assert Thread.objects.for_practice(cast.glow).get().unread_count == 1


def test_a_changed_line_is_read_again(cast, phone, carrier):
    from telephony.services.profile import touch

    carrier.call("inbound")
    phone.main.lead_source = "Billboard"
    phone.main.save()
    touch(cast.glow)
    carrier.call("inbound", sid="CA2")
    assert Call.objects.for_practice(cast.glow).get(sid="CA2").lead_source == "Billboard"
