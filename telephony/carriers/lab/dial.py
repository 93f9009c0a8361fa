"""Dial: the verb, its attributes, its outcome and the action callback."""

import re
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

from telephony.carriers.lab.conference import join
from telephony.carriers.lab.connect import Connection, Plan
from telephony.carriers.lab.flow import Run, VerbSteps, Want, verb
from telephony.carriers.lab.legs import Leg
from telephony.carriers.lab.process import Interrupt
from telephony.carriers.lab.recordings import hook_of
from telephony.carriers.lab.twiml import Verb
from telephony.carriers.lab.webhooks import Request

MAX_NOUNS = 10
# "Anonymous", "unavailable" and "restricted" on a telephone's keys: what stands for a withheld number.
NOBODY = {"+266696687", "+86282452253", "+7378742883"}


@dataclass
class Outcome:
    """What the action callback says. `bridged` None and `seconds` None: the field is left out."""

    status: str
    bridged: bool | None = False
    child: Leg | None = None
    seconds: int | None = None
    recording_url: str = ""

    def fields(self, *, omit_bridged: bool) -> dict[str, str]:
        fields = {"DialCallStatus": self.status}
        if self.child is not None:
            fields["DialCallSid"] = self.child.sid
        if self.seconds is not None:
            fields["DialCallDuration"] = str(self.seconds)
        if self.bridged is not None and not omit_bridged:
            fields["DialBridged"] = "true" if self.bridged else "false"
        if self.recording_url:
            fields["RecordingUrl"] = self.recording_url
        return fields | self._sip_fields()

    def _sip_fields(self) -> dict[str, str]:
        if self.child is None or not self.child.to.startswith("sip"):
            return {}
        code = self.child.sip_code or (200 if self.child.answered else 487)
        return {"DialSipCallId": f"{self.child.sid}@lab.invalid", "DialSipResponseCode": str(code)}


@verb("Dial")
def dial(run: Run, one: Verb) -> VerbSteps:
    """Connect the leg to somebody; then go where the action's answer leads, or on to the next verb."""
    conference = next((noun for noun in one.nested if noun.name == "Conference"), None)
    on_bridge = one.flag("answerOnBridge") and conference is None
    if not on_bridge:
        run.leg.answer()
    if conference is not None:
        outcome = yield from _in_conference(run, one, conference)
        return None if outcome is None else _after(run, one, outcome)
    outcome = yield from _connect(run, one)
    return _after(run, one, outcome)


def _connect(run: Run, one: Verb) -> Generator[Want, Any, Outcome]:
    refused = _refuse(run, one)
    if refused:
        run.leg.lab.alert(run.leg.account, refused, "the Dial was refused", run.document.url, run.leg)
        return Outcome("failed")
    connection = Connection(run, _plan(run, one))
    try:
        yield from connection.steps()
    except Interrupt as reason:
        connection.abandon(reason)
        yield from connection.let_children_end()
        _report_interrupted(run, one, _outcome(connection))
        raise
    return _outcome(connection)


def _report_interrupted(run: Run, one: Verb, outcome: Outcome) -> None:
    """The action is requested all the same, but its answer is not used."""
    wanted = run.leg.live or run.leg.lab.faults.switches.action_on_caller_hangup
    request = _after(run, one, outcome)
    if request is not None and wanted:
        run.leg.lab.mail.post(request)


def _after(run: Run, one: Verb, outcome: Outcome) -> Request | None:
    if "action" not in one.attributes:
        return None
    fields = outcome.fields(omit_bridged=run.leg.lab.faults.switches.omit_dial_bridged)
    return run.request("action", one.get("action"), one.get("method", "POST"), **fields)


def _outcome(connection: Connection) -> Outcome:
    url = connection.recording.url if connection.recording and connection.recording.duration > 0 else ""
    child = connection.winner or connection.decisive
    moved = connection.moved
    seconds = child.seconds if child is not None and child.answered and not moved else None
    return Outcome(connection.status, connection.bridged, child, seconds, url)


def _in_conference(run: Run, one: Verb, noun: Verb) -> Generator[Want, Any, Outcome | None]:
    try:
        joined = yield from join(run, noun)
    except Interrupt:
        _report_interrupted(run, one, Outcome("answered", None))
        raise
    return Outcome("answered", None) if joined else None


def _plan(run: Run, one: Verb) -> Plan:
    switches = run.leg.lab.faults.switches
    nouns = one.nested or (Verb("Number", text=one.text),)
    return Plan(
        nouns=nouns,
        caller_id=one.get("callerId") or run.leg.from_,
        timeout=min(max(one.seconds("timeout", 30), 5), 600) + switches.timeout_buffer,
        time_limit=one.seconds("timeLimit", 14400),
        hangup_on_star=one.flag("hangupOnStar"),
        sequential=one.flag("sequential"),
        record=one.get("record", "do-not-record"),
        record_track=one.get("recordingTrack", "both"),
        record_hook=hook_of(run, one),
    )


def _refuse(run: Run, one: Verb) -> int:
    """Twilio's error code for a Dial that cannot be placed at all, else 0."""
    nouns = one.nested or ((Verb("Number", text=one.text),) if one.text else ())
    if not nouns or len(nouns) > MAX_NOUNS:
        return 13223 if not nouns else 12200
    leg, caller_id = run.leg, one.get("callerId")
    to_phones = any(noun.name == "Number" for noun in nouns)
    if not to_phones:
        return 0
    shown = caller_id or leg.from_
    own_words = shown in (leg.from_, leg.to) and all(map(_can_be_shown, (shown, leg.from_)))
    return 0 if own_words or leg.account.may_call_from(shown) else 13214


def _can_be_shown(address: str) -> bool:
    return re.fullmatch(r"\+[1-9][0-9]{7,14}", address) is not None and address not in NOBODY
