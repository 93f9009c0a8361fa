"""The life of a call: it rings, somebody answers or nobody does, it ends. Every step happens once.

Webhooks come twice, late and in any order (architecture decision 4): a call's outcome is written once
and kept, its state only moves forward.
"""

from typing import Any

from django.db import transaction

from aesthetix.events import outbox
from aesthetix.events.models import Event
from aesthetix.lib import clock
from aesthetix.lib.phone import is_withheld, to_e164
from aesthetix.lib.rows import insert_once
from aesthetix.practices.models import Practice
from contacts.models import Contact
from contacts.services import identify
from conversations.services import threads
from telephony.models import Call, Leg, Line
from telephony.profile import Caller, PhoneProfile
from telephony.route import Result, Route
from telephony.routing import decide
from telephony.services import thread_items
from telephony.services.profile import load_profile

STATE_RANK = {Call.State.RINGING: 0, Call.State.CONNECTED: 1, Call.State.VOICEMAIL: 2, Call.State.ENDED: 3}


def take_call(line: Line, *, sid: str, from_number: str) -> Call:
    """An inbound call to one of our lines: recognise or create the contact, route, write it down. Once.

    `line` comes with its practice, the practice's voice settings and carrier account, so that the whole
    takes at most eight statements, the look-up of the line included.
    """
    practice = line.practice
    profile = load_profile(practice, practice.voice_settings)
    number = None if is_withheld(from_number) else to_e164(from_number)
    with transaction.atomic():
        contact, is_new = _identify(practice, profile, line, number)
        caller = Caller(number, known=not is_new, owner=contact.assigned_to_id if contact else None)
        route = decide(profile, profile.lines[line.pk], caller)
        call = Call(
            practice=practice,
            sid=sid,
            line=line,
            contact=contact,
            from_number=number or ("" if is_withheld(from_number) else from_number[:80]),
            to_number=line.number,
            route=route.as_dict(),
            lead_source=profile.lines[line.pk].lead_source,
        )
        if route.result is Result.DROP:
            _set_outcome(call, Call.Outcome.DROPPED, "no_rule")
        if not insert_once(call):
            return _taken_before(practice, sid)
        threads.add_item(practice, contact, "call", ref=call.pk, preview="Incoming call", unread=True)
        outbox.emit_all(*_first_events(call, contact if is_new else None))
    return call


def _taken_before(practice: Practice, sid: str) -> Call:
    call: Call = Call.objects.for_practice(practice).select_related("practice", "contact").get(sid=sid)
    return call


def _identify(practice: Practice, profile: PhoneProfile, line: Line, number: str | None) -> tuple[Contact | None, bool]:
    if number is None:
        return None, False
    known = Contact.objects.for_practice(practice).with_number(number).first()
    if known is not None or profile.is_own(number):
        return known, False
    return identify.create_caller(practice, number, lead_source=profile.lines[line.pk].lead_source)


def _first_events(call: Call, new_contact: Contact | None) -> list[Event]:
    events = [identify.created_event(new_contact)] if new_contact else []
    events.append(event(call, "call.started"))
    if call.outcome == Call.Outcome.DROPPED:
        events += [event(call, "call.dropped"), event(call, "call.missed")]
    return events


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
        call.answered_at, call.accepted_leg = clock.now(), leg_sid
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
def end_call(call: Call) -> None:
    """The caller's line is closed. What is still undecided is decided from what the legs did."""
    advance(call, Call.State.ENDED)
    now = clock.now()
    ended = Call.objects.for_practice(call.practice_id).filter(pk=call.pk, ended_at=None).update(ended_at=now)
    if ended:
        outbox.emit_all(event(call, "call.ended"))


def decide_from_legs(call: Call) -> None:
    """For a call that ended without its Dial action: answered if a leg was taken, else abandoned."""
    taken = next((leg for leg in call.legs.order_by("id") if is_taken(call, leg)), None)
    if taken:
        mark_answered(call, taken.sid)
    else:
        mark_missed(call, "abandoned")


def is_taken(call: Call, leg: Leg) -> bool:
    """Whether a person took this leg: it was answered, and accepted by a key where Call Connect asks."""
    if leg.answered_at is None:
        return False
    screened = any(d.screened for d in Route.from_dict(call.route).destinations if d.address == leg.address)
    return leg.accepted_at is not None or not screened
