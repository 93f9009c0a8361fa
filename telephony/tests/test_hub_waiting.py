"""A group of an app (Jordan) and outside phones (Maya, Priya): who ends the caller's waiting, and how often."""

import threading

import pytest
from django.db import connections

from aesthetix.events.due import drain_all
from aesthetix.events.models import Event
from telephony.carriers.base import ProviderPermanent
from telephony.models import Call, CarrierCommand, RingMember, StaffCallSettings
from telephony.services import hub
from telephony.services.profile import touch

pytestmark = pytest.mark.django_db


@pytest.fixture
def group(cast, phone, carrier):
    for number, person in enumerate([cast.maya, cast.priya]):
        StaffCallSettings.objects.create(staff=person, web_app=False, personal_number=f"+1602555011{number}")
        RingMember.objects.create(line=phone.main, staff=person, position=number + 1)
    touch(cast.glow)
    carrier.call("inbound")
    return carrier


def apps_decline(carrier):
    return carrier.call("dial", DialCallStatus="busy", DialBridged="false", DialCallSid="CA2").content.decode()


def outside_refuses(carrier, index, status="busy"):
    carrier.post("leg", query={"call": "CA1", "d": index}, CallSid=f"CAout{index}", CallStatus=status)


def call_of(cast):
    return Call.objects.for_practice(cast.glow).get()


def moves(cast, kind):
    return CarrierCommand.objects.for_practice(cast.glow).filter(kind=kind).count()


def missed_events(cast):
    return Event.objects.for_practice(cast.glow).filter(type="call.missed").count()


def test_the_caller_waits_on_when_the_apps_are_through_and_is_not_missed_yet(cast, group):
    answer = apps_decline(group)
    assert "<Play" in answer
    assert "<Record" not in answer
    assert call_of(cast).outcome == ""
    assert moves(cast, "end_leg") == 0


def test_the_last_outside_phone_sends_the_caller_to_voicemail_once(cast, group):
    apps_decline(group)
    outside_refuses(group, 1)
    assert (call_of(cast).outcome, moves(cast, "to_voicemail")) == ("", 0)
    for _ in range(2):
        outside_refuses(group, 2)
    assert (call_of(cast).outcome, call_of(cast).reason, moves(cast, "to_voicemail")) == ("missed", "busy", 1)
    for _ in range(2):
        answer = group.call("dial", query={"hub": "over", "reason": "busy"})
        assert "<Record" in answer.content.decode()
    assert missed_events(cast) == 1


def test_nobody_is_taken_out_of_a_dial_in_which_apps_still_ring(cast, group):
    outside_refuses(group, 1)
    outside_refuses(group, 2)
    assert (call_of(cast).outcome, moves(cast, "to_voicemail")) == ("", 0)
    assert "<Record" in apps_decline(group)
    assert missed_events(cast) == 1


def test_a_phone_that_the_carrier_refuses_to_ring_counts_as_through(cast, group, monkeypatch):
    def refuse(order):
        raise ProviderPermanent("21211", "invalid number")

    monkeypatch.setattr(hub, "_place_leg", refuse)
    apps_decline(group)
    monkeypatch.setattr(hub.carrier, "redirect_call", lambda account, sid, url: True)
    drain_all()
    assert (call_of(cast).outcome, call_of(cast).reason, moves(cast, "to_voicemail")) == ("missed", "busy", 1)


def test_a_caller_who_left_while_a_phone_listened_to_the_whisper_has_abandoned(cast, group, clock):
    apps_decline(group)
    outside_refuses(group, 1)
    outside_refuses(group, 2, "in-progress")
    group.call("status", CallStatus="completed")
    outside_refuses(group, 2, "completed")
    assert call_of(cast).outcome == ""
    clock.tick(seconds=11)
    drain_all()
    assert (call_of(cast).outcome, call_of(cast).reason) == ("missed", "abandoned")


def test_a_key_pressed_when_the_caller_is_in_voicemail_is_told_so(cast, group, clock):
    apps_decline(group)
    clock.tick(seconds=60)
    group.call("dial", query={"hub": "timeout"})
    pressed = group.post("accept", query={"call": "CA1", "d": 1}, CallSid="CAout1", Digits="1")
    assert "no longer waiting" in pressed.content.decode()
    assert call_of(cast).outcome == "missed"


def test_the_caller_is_brought_to_the_conference_in_one_way_only(cast, group):
    group.post("accept", query={"call": "CA1", "d": 1}, CallSid="CAout1", Digits="1")
    assert "<Conference" in apps_decline(group)
    assert CarrierCommand.objects.for_practice(cast.glow).get(kind="join_caller").done_at is not None
    assert "<Conference" not in apps_decline(group)


@pytest.mark.django_db(transaction=True)
def test_apps_and_outside_phones_that_give_up_in_the_same_moment_leave_nobody_waiting(cast, group):
    jobs = [lambda: apps_decline(group), lambda: outside_refuses(group, 1), lambda: outside_refuses(group, 2)]

    def run(job):
        job()
        connections.close_all()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (call_of(cast).outcome, call_of(cast).reason) == ("missed", "busy")
    assert missed_events(cast) == 1


def test_a_key_pressed_when_an_app_has_the_caller_is_told_that_somebody_has(cast, group):
    group.post("leg", query={"call": "CA1", "d": 0}, CallSid="CA2", CallStatus="in-progress")
    pressed = group.post("accept", query={"call": "CA1", "d": 1}, CallSid="CAout1", Digits="1")
    assert "Somebody else has taken this call" in pressed.content.decode()
    assert moves(cast, "join_caller") == 0


def test_a_late_copy_of_the_dials_end_does_not_end_the_waiting(cast, group, clock):
    apps_decline(group)
    clock.tick(seconds=21)
    assert "<Record" not in apps_decline(group)
    assert call_of(cast).outcome == ""
