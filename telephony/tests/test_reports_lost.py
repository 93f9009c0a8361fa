"""A call whose end is never reported is settled by asking the carrier; `end-of-call-never-reported.yaml` plays it."""

import pytest

from aesthetix.events.due import drain, drain_all
from aesthetix.events.models import Event
from telephony.carriers.base import CallReport, CallStatus, ProviderTemporary
from telephony.models import Call, Leg
from telephony.services import reports_lost

pytestmark = pytest.mark.django_db


@pytest.fixture
def call(cast, phone, carrier):
    carrier.call("inbound")
    return Call.objects.for_practice(cast.glow).get()


@pytest.fixture
def says(monkeypatch):
    """`says(call=…, phones=[…])`: what the carrier answers when it is asked; an exception is raised."""

    def answer(call=None, phones=()):
        def report(*_):
            if isinstance(call, Exception):
                raise call
            return call

        monkeypatch.setattr(reports_lost.carrier, "report_on", report)
        monkeypatch.setattr(reports_lost.carrier, "report_on_phones", lambda *_: list(phones))
        monkeypatch.setattr(reports_lost.carrier, "report_on_recordings", lambda *_: [])

    return answer


def told(status, clock, address="", sid="CA1"):
    return CallReport(sid, address, status, started_at=clock(), ended_at=clock() if status.is_final else None)


def missed(cast):
    return Event.objects.for_practice(cast.glow).filter(type="call.missed").count()


def test_nobody_asks_about_a_call_that_has_ended(call, says, clock, carrier):
    says(AssertionError("asked"))
    carrier.call("status", CallStatus="completed")
    clock.tick(minutes=6)
    drain("calls")
    call.refresh_from_db()
    assert (call.due_at, call.attempts) == (None, 0)


def test_a_long_talk_is_asked_about_again_and_left_alone(call, says, clock):
    says(told(CallStatus.IN_PROGRESS, clock))
    for _ in range(20):
        clock.tick(minutes=6)
        drain("calls")
    call.refresh_from_db()
    assert (call.outcome, call.ended_at, call.attempts) == ("", None, 0)


def test_a_call_that_is_over_is_missed_once_however_late_its_reports_come(call, says, clock, carrier, cast):
    ended = told(CallStatus.COMPLETED, clock)
    says(ended)
    clock.tick(minutes=6)
    drain("calls")
    carrier.call("dial", DialCallStatus="no-answer", CallStatus="completed")
    carrier.call("status", CallStatus="completed")
    drain_all()
    call.refresh_from_db()
    assert (call.outcome, call.reason, call.state) == ("missed", "unreported", "ended")
    assert call.ended_at == ended.ended_at
    assert missed(cast) == 1


def test_a_talk_that_nobody_reported_counts_as_answered(call, says, clock, cast):
    phone = call.decision.destinations[0]
    over = told(CallStatus.COMPLETED, clock)
    says(over, [told(CallStatus.COMPLETED, clock, phone.address, sid="CA2")])
    clock.tick(minutes=6)
    drain("calls")
    call.refresh_from_db()
    assert (call.outcome, call.answered_by) == ("answered", cast.jordan)
    assert call.answered_at == over.started_at <= call.ended_at
    assert missed(cast) == 0


def test_a_phone_that_is_no_destination_of_the_call_is_no_leg(call, says, clock, cast):
    says(told(CallStatus.COMPLETED, clock), [told(CallStatus.COMPLETED, clock, "+16025550199", sid="CA2")])
    clock.tick(minutes=6)
    drain("calls")
    assert not Leg.objects.for_practice(cast.glow).exists()
    assert missed(cast) == 1


@pytest.mark.parametrize("answer", [None, ProviderTemporary()])
def test_where_the_carrier_does_not_know_or_say_the_call_still_ends(call, says, clock, cast, answer):
    says(answer)
    for _ in range(10):
        clock.tick(minutes=11)
        drain("calls")
    call.refresh_from_db()
    assert (call.outcome, call.state, call.due_at) == ("missed", "ended", None)
    assert missed(cast) == 1
