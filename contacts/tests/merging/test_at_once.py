"""Calls, texts and people at the same moment as a merge: nothing is lost, nothing happens twice."""

import threading

import pytest
from django.db import connection, transaction

from aesthetix.events.due import drain_all
from contacts.models import Contact, Merge
from contacts.services.merging import CannotMerge, CannotUndo, merge_contacts, undo_merge
from contacts.tests.merging.conftest import HERS, OLD
from contacts.tests.merging.world import furnish, notes_of, person, picture
from conversations.models import Item, Message, Thread
from conversations.services import delivery, inbound
from conversations.services.inbound import receive_text
from conversations.services.send import send_message
from conversations.tests.conftest import FakeCarrier, FakeSenders
from conversations.tests.test_at_once import at_once
from telephony.models import Call, Recording
from telephony.services import calls, recordings
from telephony.services.first_write import find_arrival
from telephony.tests.conftest import MAIN

pytestmark = pytest.mark.django_db(transaction=True)


def merge(maya, anna, twin):
    return merge_contacts(actor=maya, keep=anna.pk, other=twin.pk)


def thread_of(contact):
    return Thread.objects.for_practice(contact.practice_id).get(contact=contact)


# Something was read before the merge and is written after it ---------------------------------------


def test_a_call_that_was_recognised_before_the_merge_stands_on_the_survivor(maya, anna, twin, phone):
    arrival = find_arrival(MAIN, OLD)
    assert arrival.known.contact_id == twin.pk
    merge(maya, anna, twin)
    call = calls.take_call(arrival, sid="CA9")
    assert call.contact_id == anna.pk
    assert Item.objects.for_practice(anna.practice_id).get(kind="call", ref=call.pk).thread == thread_of(anna)
    assert Contact.objects.for_practice(anna.practice_id).with_number(OLD).get() == anna


def test_a_text_too(maya, anna, twin, monkeypatch):
    stale, found = [(twin, False)], inbound._sender
    monkeypatch.setattr(inbound, "_sender", lambda *given: stale.pop() if stale else found(*given))
    merge(maya, anna, twin)
    message = receive_text(practice=anna.practice, sid="SM9", from_number=OLD, to_number=MAIN, body="Hi")
    assert (message.thread, message.body) == (thread_of(anna), "Hi")
    assert Message.objects.for_practice(anna.practice_id).count() == 1


def test_a_text_that_staff_write_goes_out_from_the_survivor(maya, anna, twin):
    merge(maya, anna, twin)
    message = send_message(actor=maya, contact=twin, body="Hi", key="k1", to=OLD, origin="staff")
    assert (message.thread, message.to_address) == (thread_of(anna), OLD)


def test_a_voicemail_too(maya, anna, twin, phone, carrier):
    call = calls.take_call(find_arrival(MAIN, OLD), sid="CA9")
    stale = Call.objects.for_practice(anna.practice_id).select_related("practice", "contact").get(pk=call.pk)
    merge(maya, anna, twin)
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        recordings.note_recording(stale, sid="RE1", kind="voicemail", url="http://x/1", seconds=9)
    assert not Recording.objects.for_practice(anna.practice_id).exists(), "all or nothing"
    answer = carrier.call("voicemail", sid="CA9", RecordingSid="RE1", RecordingUrl="http://x/1", RecordingDuration="9")
    assert answer.status_code == 200
    assert Item.objects.for_practice(anna.practice_id).get(kind="voicemail").thread == thread_of(anna)


def test_a_text_in_a_workers_hands_is_sent_once(cast, maya, anna, twin, full, monkeypatch):
    """Judged after the merge by what was read before it, it must not be called a wrong number."""
    taken = FakeCarrier()
    monkeypatch.setattr(delivery.ports, "_carriers", {"sms": taken})
    monkeypatch.setattr(delivery.ports, "_senders", [FakeSenders()])
    queued = full[1].message
    Message.objects.for_practice(cast.glow).filter(pk=queued.pk).update(from_address="+16025550190")
    in_hands = delivery.current(queued)
    merge(maya, anna, twin)
    delivery._send(in_hands)
    queued.refresh_from_db()
    assert queued.state in ("sent", "delivered")
    assert len(taken.taken) == 1
    assert queued.thread == thread_of(anna)


# Two at once ---------------------------------------------------------------------------------------


def tried(work):
    try:
        return work()
    except (CannotMerge, CannotUndo) as refused:
        return str(refused)


def test_of_two_merges_of_one_pair_one_happens(cast, maya, anna, twin, full):
    """Each person keeps another of the two."""
    done = at_once(
        lambda: tried(lambda: merge_contacts(actor=maya, keep=anna.pk, other=twin.pk)),
        lambda: tried(lambda: merge_contacts(actor=maya, keep=twin.pk, other=anna.pk)),
    )
    assert sorted(type(one).__name__ for one in done) == ["Merge", "str"]
    assert Contact.objects.for_practice(cast.glow).filter(pk__in=[anna.pk, twin.pk]).count() == 1
    assert Merge.objects.for_practice(cast.glow).count() == 1


def test_of_two_undos_one_happens(maya, anna, twin, full):
    before = picture()
    done = merge(maya, anna, twin)
    told = at_once(*[lambda: tried(lambda: undo_merge(actor=maya, merge=done))] * 2)
    assert sorted(str(one) for one in told)[0] == "None"
    assert picture() == before


@pytest.mark.parametrize("round_", range(3))
def test_calls_and_texts_during_merges_are_all_there_on_one_record(
    cast, maya, anna, twin, full, phone, carrier, round_
):
    def call(at):
        return lambda: carrier.call("inbound", sid=f"CA{round_}-{at}", caller=OLD).status_code

    def text(at):
        return lambda: receive_text(
            practice=cast.glow, sid=f"SM{round_}-{at}", from_number=OLD, to_number=MAIN, body=f"Text {at}"
        )

    jobs = [call(at) for at in range(4)] + [text(at) for at in range(4)]
    done = at_once(*jobs[:4], lambda: tried(lambda: merge(maya, anna, twin)), *jobs[4:])
    assert done[:4] == [200] * 4
    merges = [one for one in done if isinstance(one, Merge)]
    if not merges:  # SQLite lets nobody wait for long
        merge(maya, anna, twin)
    drain_all()
    assert Call.objects.for_practice(cast.glow).filter(sid__startswith=f"CA{round_}-", contact=anna).count() == 4
    texts = Message.objects.for_practice(cast.glow).filter(provider_sid__startswith=f"SM{round_}-")
    assert {message.thread for message in texts} == {thread_of(anna)}
    assert texts.count() == 4
    assert Contact.objects.for_practice(cast.glow).with_number(OLD).get() == anna
    assert Thread.objects.for_practice(cast.glow).filter(contact__isnull=False).count() == 1


def test_a_merge_gives_way_to_a_call_that_holds_the_thread(cast, maya, anna, twin, full):
    """It lets go of everything, so that the call is never the one whom a deadlock ends."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    held, done = threading.Event(), threading.Event()

    def hold_then_write():
        with transaction.atomic():
            Thread.objects.for_practice(cast.glow).select_for_update().get(contact=twin)
            held.set()
            done.wait(5)
            notes_of(twin).update(pinned=True)

    def merge_then_tell():
        held.wait(5)
        try:
            return tried(lambda: merge(maya, anna, twin))
        finally:
            done.set()

    told = at_once(hold_then_write, merge_then_tell)
    assert "being written" in told[1]
    assert isinstance(merge(maya, anna, twin), Merge)
    assert notes_of(anna).filter(pinned=True).count() == 1


def test_merges_in_a_circle_end(cast, maya, anna, twin):
    third = person(cast, "Anne", "Berg", "+16025550143")
    for contact in (anna, twin, third):
        furnish(cast, contact)
    done = at_once(
        lambda: tried(lambda: merge_contacts(actor=maya, keep=anna.pk, other=twin.pk)),
        lambda: tried(lambda: merge_contacts(actor=maya, keep=twin.pk, other=third.pk)),
        lambda: tried(lambda: merge_contacts(actor=maya, keep=third.pk, other=anna.pk)),
    )
    merges = [one for one in done if isinstance(one, Merge)]
    left = Contact.objects.for_practice(cast.glow).filter(pk__in=[anna.pk, twin.pk, third.pk])
    assert merges
    assert left.count() == 3 - len(merges)
    assert Contact.objects.for_practice(cast.glow).with_number(HERS).count() == 1
