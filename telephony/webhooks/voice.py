"""The voice webhooks: from the first ring to the last word of the voicemail.

Each answers from local data only, and may come twice, late or out of order (docs/telephony.md).
"""

from typing import Any

from django.db import IntegrityError, transaction

from aesthetix.practices.services import alerts
from telephony import answers
from telephony.models import Call, Leg, Recording
from telephony.models.settings import DEFAULT_WHISPER
from telephony.route import Result, Route
from telephony.routing import MAX_PHONES
from telephony.services import calls, hub, hub_waiting, legs
from telephony.services.first_write import Arrival, find_arrival
from telephony.services.webhook_events import APPLY, EARLY, GRACE, keep_event
from telephony.webhooks.base import Hook, MalformedWebhook, carrier_webhook, whole_number

TAKEN, TOO_LATE = "Somebody else has taken this call. Goodbye.", "The caller is no longer waiting. Goodbye."
FINAL_STATUSES = {"completed", "busy", "no-answer", "failed", "canceled"}


@carrier_webhook("CallSid", "To", by_line=True)
def inbound(hook: Hook) -> str:
    """A patient calls one of our numbers."""
    if hook.arrival is None:
        return _unconfigured_number(hook)
    return _first_answer(calls.take_call(hook.arrival, sid=hook.data["CallSid"]), hook.data.get("From", ""))


def _unconfigured_number(hook: Hook) -> str:
    number = hook.data["To"][:20]
    text = f"A call came in on {number}, which is not set up as a line. The caller heard a sentence and was cut off."
    alerts.raise_alert(hook.practice, kind="unknown_line", text=text, key=f"unknown_line:{number}")
    return answers.say_and_hang_up("This number is not set up yet. Try again later. Goodbye.")


def _first_answer(call: Call, caller: str) -> str:
    route = call.decision
    if route.result is Result.DROP:
        return answers.reject()
    if route.result is Result.VOICEMAIL:
        calls.mark_missed(call, "nobody_reachable")
        calls.advance(call, Call.State.VOICEMAIL)
        return answers.voicemail(call, route)
    if answers.needs_hub(route):
        hub.plan_legs(call, route)
    return answers.ring(call, route, caller)


@carrier_webhook("CallSid")
def dial_action(hook: Hook) -> str:
    """The <Dial> is over: somebody talked with the caller, or nobody did (reference: Dial action callback)."""
    call = _call(hook)
    status = hook.data.get("DialCallStatus", "")
    route = call.decision
    if hook.query.get("hub") == "left":
        return answers.hang_up()
    if call.accepted_leg and _is_hub_winner(call, route):
        return answers.conference(call, route) if hub.takes_caller_along(call) else answers.conference_soon(call)
    if status and _bridged(hook, call, route):
        calls.mark_answered(call, hook.data.get("DialCallSid", ""))
        hub.end_other_legs(call, call.accepted_leg)
        return answers.hang_up()
    return _nobody_answered_yet(hook, call, route, status)


def _is_hub_winner(call: Call, route: Route) -> bool:
    return answers.needs_hub(route) and call.outcome == Call.Outcome.ANSWERED and _screened_leg(call, route)


def _screened_leg(call: Call, route: Route) -> bool:
    leg = Leg.objects.for_practice(call.practice_id).filter(call=call, sid=call.accepted_leg).first()
    return leg is not None and any(d.screened and d.address == leg.address for d in route.destinations)


def _bridged(hook: Hook, call: Call, route: Route) -> bool:
    """Reference: twilio.md §2.4. Where the carrier omits DialBridged, the accepted key decides."""
    if hook.data.get("DialCallStatus") not in {"completed", "answered"}:
        return False
    if "DialBridged" in hook.data:
        return hook.data["DialBridged"].lower() == "true"
    leg = Leg.objects.for_practice(call.practice_id).filter(call=call, sid=hook.data.get("DialCallSid", "")).first()
    return calls.is_taken(call, leg) if leg else not any(d.screened for d in route.destinations)


def _nobody_answered_yet(hook: Hook, call: Call, route: Route, status: str) -> str:
    caller_left = hook.data.get("CallStatus") in FINAL_STATUSES
    if caller_left or not answers.needs_hub(route):
        reason = "abandoned" if caller_left else calls.DIAL_REASONS.get(status, "refused" if status else "no_answer")
        return _nobody_answered(call, route, reason, caller_left)
    if hook.query.get("hub") == "over":
        return _nobody_answered(call, route, hook.query.get("reason") or "no_answer", caller_left)
    if call.outcome == Call.Outcome.PENDING and (seconds := hub_waiting.wait_on(call, status)):
        return answers.wait(seconds)
    return _nobody_answered(call, route, hub_waiting.why_missed(call), caller_left)


def _nobody_answered(call: Call, route: Route, reason: str, caller_left: bool) -> str:
    calls.mark_missed(call, reason)
    hub.end_other_legs(call)
    if call.outcome != Call.Outcome.MISSED:
        return answers.hang_up()
    if caller_left:
        return answers.nothing()
    calls.advance(call, Call.State.VOICEMAIL)
    return answers.voicemail(call, route)


@carrier_webhook("CallSid")
def whisper(hook: Hook) -> str:
    """Somebody, or a machine, picked up an outside phone: ask for a key (Call Connect)."""
    call = _parent(hook)
    _apply(hook, call, "whisper", _leg_payload(hook, call, "in-progress"))
    message = call.decision.whisper if call else DEFAULT_WHISPER
    return answers.whisper(message, call=hook.query.get("call", ""), d=_index(hook, call))


@carrier_webhook("CallSid")
def accept(hook: Hook) -> str:
    """A key was pressed on an outside phone: a person has the call."""
    call = _parent(hook)
    if call is None or not answers.needs_hub(call.decision):
        _apply(hook, call, "accept", _leg_payload(hook, call, "in-progress"))
        return answers.nothing()
    leg = legs.note_leg(call, sid=hook.data["CallSid"], index=_index(hook, call), status="in-progress")
    return _accept_in_hub(call, leg)


def _accept_in_hub(call: Call, leg: Leg) -> str:
    if hub.accept(call, leg):
        legs.accept_leg(leg)
    elif call.accepted_leg != leg.sid:  # equal: the same key press, delivered twice
        taken = call.outcome == Call.Outcome.ANSWERED or call.state == Call.State.CONNECTED
        return answers.say_and_hang_up(TAKEN if taken else TOO_LATE)
    return answers.conference(call, call.decision)


@carrier_webhook("CallSid", "CallStatus")
def leg_status(hook: Hook) -> str:
    """How one of the rung phones is doing."""
    call = _parent(hook)
    _apply(hook, call, "leg", _leg_payload(hook, call, hook.data["CallStatus"]))
    return answers.nothing()


@carrier_webhook("CallSid", "CallStatus")
def status(hook: Hook) -> str:
    """The caller's own leg has ended."""
    final = hook.data["CallStatus"]
    if final not in FINAL_STATUSES or _was_never_ours(hook):
        return answers.nothing()
    call = _call(hook)
    undecided = call.outcome == Call.Outcome.PENDING
    payload = {"call": call.sid, "status": final}
    wait = GRACE if undecided else None
    keep_event(hook.practice, call, "status", f"{call.sid}:status:{final}", payload, wait=wait)
    calls.end_call(call)
    hub.end_other_legs(call)
    return answers.nothing()


def _was_never_ours(hook: Hook) -> bool:
    """The end of a call to a number that is no line: it was told so, and there is nothing to write down."""
    return _known(hook, hook.data["CallSid"]) is None and _arrival(hook) is None


@carrier_webhook("CallSid")
def voicemail(hook: Hook) -> str:
    """The <Record> is over: the caller hung up, pressed # or fell silent."""
    payload = _recording_payload(hook, Recording.Kind.VOICEMAIL)
    if payload["sid"]:
        _apply(hook, _call(hook), "recording", payload)
    return answers.hang_up()


@carrier_webhook("RecordingSid", "RecordingStatus")
def recording(hook: Hook) -> str:
    """A recording is ready at the carrier, or turned out empty."""
    kind = hook.query.get("kind", "")
    if kind not in Recording.Kind.values:
        raise MalformedWebhook("Unknown kind of recording.")
    _apply(hook, _parent(hook), "recording", _recording_payload(hook, kind))
    return answers.nothing()


@carrier_webhook("CallSid")
def hub_join(hook: Hook) -> str:
    """The caller was moved to the phone that accepted."""
    call = _call(hook)
    hub.takes_caller_along(call)
    return answers.conference(call, call.decision)


def _apply(hook: Hook, call: Call | None, kind: str, payload: dict[str, Any]) -> None:
    """Store the webhook once and apply it; one that came before its call waits (architecture decision 4)."""
    try:
        _apply_once(hook, call, kind, payload)
    except IntegrityError:  # the caller's record was merged into another one since the call was read
        _apply_once(hook, call and _known(hook, call.sid), kind, payload)


def _apply_once(hook: Hook, call: Call | None, kind: str, payload: dict[str, Any]) -> None:
    key = f"{payload['sid']}:{kind}:{payload['status']}"
    with transaction.atomic():
        is_new = keep_event(hook.practice, call, kind, key, payload, wait=None if call else EARLY)
        if call and is_new:
            APPLY[kind](call, payload)


def _leg_payload(hook: Hook, call: Call | None, status: str) -> dict[str, Any]:
    ids = {"call": hook.query.get("call", ""), "d": _index(hook, call)}
    return {**ids, "sid": hook.data["CallSid"], "status": status}


def _index(hook: Hook, call: Call | None) -> int:
    """Which phone of the route this leg is: we put it into the URL."""
    index = whole_number(hook.query.get("d", ""), "d")
    phones = len(call.route["destinations"]) if call else MAX_PHONES
    if index >= phones:
        raise MalformedWebhook("This phone is not among those that ring.")
    return index


def _recording_payload(hook: Hook, kind: str) -> dict[str, Any]:
    url = hook.data.get("RecordingUrl", "")[:300]
    sid = hook.data.get("RecordingSid") or url.rstrip("/").rsplit("/", 1)[-1]
    return {
        "call": hook.query.get("call") or hook.data.get("CallSid", ""),
        "sid": sid[:64],
        "kind": kind,
        "url": url,
        "seconds": hook.number("RecordingDuration"),
        "status": hook.data.get("RecordingStatus", ""),
    }


def _parent(hook: Hook) -> Call | None:
    """The call that this webhook's URL names, if its first webhook has reached us yet."""
    return _known(hook, hook.query.get("call", ""))


def _call(hook: Hook) -> Call:
    """The call that this webhook is about; taken now, if its first webhook never reached us."""
    call = _known(hook, hook.query.get("call") or hook.data["CallSid"])
    if call is not None:
        return call
    arrival = _arrival(hook)
    if arrival is None or arrival.line.practice_id != hook.practice.pk:
        raise MalformedWebhook("No such call.")
    return calls.take_call(arrival, sid=hook.data["CallSid"])


def _arrival(hook: Hook) -> Arrival | None:
    return find_arrival(hook.data.get("To", ""), hook.data.get("From", ""))


def _known(hook: Hook, sid: str) -> Call | None:
    found = Call.objects.for_practice(hook.practice).filter(sid=sid)
    call: Call | None = found.select_related("practice", "contact").first()
    return call
