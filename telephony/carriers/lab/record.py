"""Record: the beep, the message, and what ends it."""

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

from telephony.carriers.lab.flow import Run, VerbSteps, Want, verb
from telephony.carriers.lab.legs import Key, Speech
from telephony.carriers.lab.process import HungUp, Interrupt, Receive
from telephony.carriers.lab.recordings import Recording, hook_of
from telephony.carriers.lab.twiml import Verb
from telephony.carriers.lab.webhooks import Request

TICK = 0.001


@dataclass
class Take:
    """One recording being made. Moments are seconds since its start."""

    run: Run
    one: Verb
    recording: Recording
    begin: float
    speech_end: float = 0.0
    digits: str = ""

    def moment(self) -> float:
        return self.run.leg.lab.now.timestamp() - self.begin

    def seconds_left(self) -> float:
        """Until the maximum length or, after too much silence, earlier."""
        end = self.one.seconds("maxLength", 3600)
        silence = self.one.seconds("timeout", 5)
        if silence:
            end = min(end, self.speech_end + silence)
        return end - self.moment()

    def length(self) -> float:
        """What is kept: with trim-silence, no silence at the end."""
        moment = self.moment()
        if self.speech_end == 0.0 and not self.run.leg.lab.faults.switches.keep_silent_recordings:
            return 0.0
        trimmed = self.one.get("trim", "trim-silence") == "trim-silence" and self.speech_end > 0.0
        return min(moment, self.speech_end) if trimmed else moment


@verb("Record")
def record(run: Run, one: Verb) -> VerbSteps:
    """An empty recording requests no action: the next verb runs. A caller's hang-up still requests it."""
    leg = run.leg
    leg.answer()
    recording = leg.lab.recorder.start("RecordVerb", leg.account, leg=leg, hook=hook_of(run, one))
    take = Take(run, one, recording, leg.lab.now.timestamp())
    leg.person.beep()
    try:
        yield from _listen(take)
    except HungUp:
        if _finish(take):
            leg.lab.mail.post(_action(take, "hangup"))
        raise
    except Interrupt:
        _finish(take)
        raise
    if not _finish(take):
        return None
    return _action(take, take.digits)


def _listen(take: Take) -> Generator[Want, Any, None]:
    finish = take.one.get("finishOnKey", "1234567890*#")
    while (left := take.seconds_left()) > TICK:
        message = yield Receive(left)
        if isinstance(message, Speech):
            take.speech_end = take.moment() + message.seconds
        elif isinstance(message, Key) and message.digit in finish:
            take.digits = message.digit
            return


def _finish(take: Take) -> bool:
    """Stop the recording; whether there is anything in it."""
    length = take.length()
    take.run.leg.lab.recorder.stop(take.recording, round(length, 3))
    return length > 0


def _action(take: Take, digits: str) -> Request:
    fields = {
        "RecordingUrl": take.recording.url,
        "RecordingSid": take.recording.sid,
        "RecordingDuration": str(round(take.recording.duration)),
        "Digits": digits,
    }
    return take.run.request("record", take.one.get("action"), take.one.get("method", "POST"), **fields)
