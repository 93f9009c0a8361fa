"""The bare SQL of the inbound call gives what the ORM would give."""

import pytest
from django.db import connection

from aesthetix.events.models import Event
from contacts.models import Contact, ContactPhone
from contacts.services import identify
from conversations.models import Item, Thread
from conversations.services.threads import add_item
from telephony.models import Call
from telephony.services import calls, first_write
from telephony.services.profile import load_profile
from telephony.tests.conftest import PATIENT, UNKNOWN

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
        known = first_write.find_arrival(phone.main.number, PATIENT).known
        assert (known.contact_id, known.owner_id) == (expected.pk, expected.assigned_to_id)
    assert first_write.find_arrival(phone.main.number, cast.stranger.main_number).known is None


def test_a_number_of_nobodys_is_no_arrival(cast, phone):
    assert first_write.find_arrival("+16025550199", PATIENT) is None


def decided(phone, sid, caller):
    """A call as `take_call` is about to write it, and its events."""
    arrival = first_write.find_arrival(phone.main.number, caller)
    return calls._decided(arrival, load_profile(phone.main.practice), sid)


def values(row, *but):
    return {name: value for name, value in vars(row).items() if name not in {"id", "sid", "_state", *but}}


def rows(cast, call):
    """What a call left behind, without what must differ: ids, its sid and a new caller's number."""
    stored = Call.objects.for_practice(cast.glow).get(pk=call.pk)
    thread = Thread.objects.for_practice(cast.glow).get(contact=call.contact_id)
    item = Item.objects.for_practice(cast.glow).get(ref=call.pk, kind="call")
    events = Event.objects.for_practice(cast.glow).filter(payload__call_id=call.pk).order_by("id")
    contact = call.contact_id and Contact.objects.for_practice(cast.glow).get(pk=call.contact_id)
    assert {event.contact_id for event in events} == {call.contact_id} == {stored.contact_id}
    return (
        values(stored, "contact_id", "from_number"),
        values(thread, "contact_id"),
        values(item, "thread_id", "ref"),
        [values(event, "contact_id", "payload") for event in events],
        contact and values(contact, "search_text"),
        contact and contact.search_text.endswith(call.from_number[1:]),
        contact and [values(phone, "contact_id", "number") for phone in contact.phones.all()],
    )


@pytest.mark.parametrize("callers", [(PATIENT, PATIENT), ("anonymous", "anonymous"), (UNKNOWN, "+16025550164")])
def test_both_ways_of_writing_leave_the_same_rows(cast, phone, clock, callers):
    results, new_caller = [], UNKNOWN in callers
    for caller, write in zip(callers, [first_write._row_by_row, first_write._in_one_statement], strict=True):
        if write == first_write._in_one_statement and connection.vendor != "postgresql":
            pytest.skip("one statement is PostgreSQL only")
        Thread.objects.for_practice(cast.glow).delete()
        call, events = decided(phone, f"CA{write.__name__}", caller)
        first = [identify.created_event(cast.glow)] if new_caller else []
        assert write(call, [*first, *events], new_caller)
        results.append(rows(cast, call))
    assert results[0] == results[1]


def test_a_call_that_was_written_before_leaves_nothing(cast, phone):
    for expected in (True, False):
        assert first_write.write_call(*decided(phone, "CA1", PATIENT)) is expected
    assert Item.objects.for_practice(cast.glow).count() == 1
    assert Event.objects.for_practice(cast.glow).count() == 1
    assert Thread.objects.for_practice(cast.glow).get().unread_count == 1


def test_a_new_caller_whom_somebody_else_knows_by_now_leaves_nothing(cast, phone):
    late = decided(phone, "CA2", UNKNOWN)
    assert first_write.write_call(*decided(phone, "CA1", UNKNOWN), new_caller=True)
    assert not first_write.write_call(*late, new_caller=True)
    assert Contact.objects.for_practice(cast.glow).filter(phones__number=UNKNOWN).count() == 1
    assert Call.objects.for_practice(cast.glow).count() == 1


def test_a_late_call_of_a_caller_whose_number_is_gone_makes_no_contact(cast, phone, carrier):
    carrier.call("inbound", caller=UNKNOWN)
    ContactPhone.objects.for_practice(cast.glow).filter(number=UNKNOWN).delete()
    assert carrier.call("inbound", caller=UNKNOWN).status_code == 200
    assert Call.objects.for_practice(cast.glow).count() == 1
    assert not ContactPhone.objects.for_practice(cast.glow).filter(number=UNKNOWN).exists()


def test_the_same_sid_at_another_practice_is_another_call(cast, phone, carrier):
    Call.objects.create(practice=cast.other, sid="CA1", from_number=PATIENT, to_number="+14805550100")
    assert carrier.call("inbound").status_code == 200
    assert Call.objects.for_practice(cast.glow).get(sid="CA1").contact == cast.grace


def test_a_changed_line_is_read_again(cast, phone, carrier):
    from telephony.services.profile import touch

    carrier.call("inbound")
    phone.main.lead_source = "Billboard"
    phone.main.save()
    touch(cast.glow)
    carrier.call("inbound", sid="CA2")
    assert Call.objects.for_practice(cast.glow).get(sid="CA2").lead_source == "Billboard"
