"""The life of a call: it rings, somebody answers or nobody does, it ends. Every step happens once.

Webhooks come twice, late and in any order (architecture decision 4): a call's outcome is written once
and kept, its state only moves forward.
"""

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction

from aesthetix.events import outbox
from aesthetix.events.models import Event
from aesthetix.lib import clock
from aesthetix.lib.phone import is_withheld
from aesthetix.practices.models import Practice
from contacts.services import identify
from telephony.models import Call, Leg
from telephony.profile import Caller, PhoneProfile
from telephony.route import Result
from telephony.routing import decide_once
from telephony.services import thread_items
from telephony.services.first_write import Arrival, find_arrival, write_call
from telephony.services.profile import load_profile

DIAL_REASONS = {"no-answer": "no_answer", "busy": "busy", "failed": "failed", "canceled": "canceled"}
# A call that has not ended by then is asked about at the carrier, again and again (services/reports_lost).
LOOK_AFTER = dt.timedelta(minutes=5)
STATE_RANK = {Call.State.RINGING: 0, Call.State.CONNECTED: 1, Call.State.VOICEMAIL: 2, Call.State.ENDED: 3}


def take_call(arrival: Arrival, *, sid: str) -> Call:
    """An inbound call to one of our lines: recognise or create the contact, route, write it down. Once."""
    try:
        return _take(arrival, sid)
    except IntegrityError:  # the caller's record was merged into another one since we looked: look again
        return _take(find_arrival(arrival.line.number, arrival.from_number) or arrival, sid)


def _take(arrival: Arrival, sid: str) -> Call:
    profile = load_profile(arrival.line.practice, arrival.line.practice.voice_settings)
    if arrival.number and not arrival.known and not profile.is_own(arrival.number):
        call, events = _decided(arrival, profile, sid)
        if write_call(call, [identify.created_event(call.practice), *events], new_caller=True):
            return call
        # Another webhook was faster: with this call, or with another call of the same caller.
        arrival = find_arrival(arrival.line.number, arrival.from_number) or arrival
    call, events = _decided(arrival, profile, sid)
    return call if write_call(call, events) else _taken_before(call.practice, sid)


def _decided(arrival: Arrival, profile: PhoneProfile, sid: str) -> tuple[Call, list[Event]]:
    """The call with its route, and what is to be said of it; nothing is written yet."""
    config, known, raw = profile.lines[arrival.line.pk], arrival.known, arrival.from_number
    caller = Caller(arrival.number, known=known is not None, owner=known.owner_id if known else None)
    call = Call(
        practice=arrival.line.practice,
        sid=sid,
        line=arrival.line,
        contact_id=known.contact_id if known else None,
        from_number=arrival.number or ("" if is_withheld(raw) else raw[:80]),
        to_number=config.number,
        lead_source=config.lead_source,
        due_at=clock.now() + LOOK_AFTER,
    )
    call.decision = decide_once(profile, config, caller)
    call.route = call.decision.as_dict()
    if call.decision.result is Result.DROP:
        _set_outcome(call, Call.Outcome.DROPPED, "no_rule")
    types = ["call.started", "call.dropped", "call.missed"] if call.outcome else ["call.started"]
    return call, [event(call, event_type) for event_type in types]


def _taken_before(practice: Practice, sid: str) -> Call:
    call: Call = Call.objects.for_practice(practice).select_related("practice", "contact").get(sid=sid)
    return call


def event(call: Call, event_type: str, **extra: Any) -> Event:
    payload = {"call_id": call.pk, "line_id": call.line_id, "reason": call.reason, **extra}
    return Event(practice_id=call.practice_id, type=event_type, contact_id=call.contact_id, payload=payload)


# Outcomes: written once -------------------------------------------------------------------------


@transaction.atomic
def mark_answered(call: Call, leg_sid: str) -> bool:
    """A person talks with the caller on this leg. False when the outcome was known already."""
    leg = Leg.objects.for_practice(call.practice_id).filter(sid=leg_sid).first()
    if not _decide_outcome(call, Call.Outcome.ANSWERED, "", leg_sid, leg):
        return False
    advance(call, Call.State.CONNECTED)
    thread_items.set_preview(call, "Call answered")
    outbox.emit_all(event(call, "call.answered"))
    return True


@transaction.atomic
def mark_missed(call: Call, reason: str) -> bool:
    """Nobody took the call: the missed-call workflow hears of it, once."""
    if not _decide_outcome(call, Call.Outcome.MISSED, reason):
        return False
    thread_items.set_preview(call, "Missed call")
    outbox.emit_all(event(call, "call.missed"))
    return True


def _decide_outcome(call: Call, outcome: str, reason: str, leg_sid: str = "", leg: Leg | None = None) -> bool:
    """Compare-and-set: the first of several webhooks at once decides."""
    _set_outcome(call, outcome, reason)
    values: dict[str, Any] = {"outcome": outcome, "reason": reason}
    if outcome == Call.Outcome.ANSWERED:
        call.answered_at, call.accepted_leg = _taken_at(leg), leg_sid
        call.answered_by_id = leg.staff_id if leg else None
        values |= {
            "answered_at": call.answered_at,
            "accepted_leg": leg_sid,
            "answered_by": call.answered_by_id,
        }
    undecided = Call.objects.for_practice(call.practice_id).filter(pk=call.pk, outcome=Call.Outcome.PENDING)
    if undecided.update(**values):
        return True
    call.refresh_from_db()
    return False


def _taken_at(leg: Leg | None) -> dt.datetime:
    """When the talk began: the Dial action that tells of it comes when the talk is over."""
    return (leg and (leg.accepted_at or leg.answered_at)) or clock.now()


def _set_outcome(call: Call, outcome: str, reason: str) -> None:
    call.outcome, call.reason = outcome, reason


def advance(call: Call, state: Call.State) -> None:
    """Move the state forward by rank; a late webhook never moves it back."""
    behind = [s for s, rank in STATE_RANK.items() if rank < STATE_RANK[state]]
    if Call.objects.for_practice(call.practice_id).filter(pk=call.pk, state__in=behind).update(state=state):
        call.state = state


def connect(call: Call) -> None:
    """Somebody is on the line; whether it counts as answered, the Dial action says."""
    advance(call, Call.State.CONNECTED)


@transaction.atomic
def end_call(call: Call, at: dt.datetime | None = None) -> None:
    """The caller's line is closed (`at`: now)."""
    advance(call, Call.State.ENDED)
    going_on = Call.objects.for_practice(call.practice_id).filter(pk=call.pk, ended_at=None)
    if going_on.update(ended_at=at or clock.now(), due_at=None):
        outbox.emit_all(event(call, "call.ended"))


def decide_from_legs(call: Call, otherwise: str = "abandoned") -> None:
    """For a call that ended without its Dial action: answered if a leg was taken, else missed."""
    taken = next((leg for leg in call.legs.order_by("id") if is_taken(call, leg)), None)
    if taken:
        mark_answered(call, taken.sid)
    else:
        mark_missed(call, otherwise)


def is_taken(call: Call, leg: Leg) -> bool:
    """Whether a person took this leg: it was answered, and accepted by a key where Call Connect asks."""
    if leg.answered_at is None:
        return False
    screened = any(d.screened for d in call.decision.destinations if d.address == leg.address)
    return leg.accepted_at is not None or not screened
