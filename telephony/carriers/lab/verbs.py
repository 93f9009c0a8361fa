"""The simple verbs. Dial, Gather, Record and Conference have files of their own."""

from collections.abc import Generator
from typing import Any

from telephony.carriers.lab.audio import spoken_seconds
from telephony.carriers.lab.flow import HangUp, Run, VerbSteps, Want, announce, fetch_audio, pause, verb
from telephony.carriers.lab.twiml import TwimlError, Verb

MAX_LOOPS = 1000


def _repeats(one: Verb) -> int:
    count = int(one.seconds("loop", 1))
    return count if 0 < count <= MAX_LOOPS else MAX_LOOPS


def start_sound(run: Run, one: Verb) -> Generator[Want, Any, float]:
    """Begin a Say, Play or Pause; the seconds it takes once."""
    if one.name == "Pause":
        return one.seconds("length", 1)
    if one.name == "Say":
        announce(run.leg, one.text)
        return spoken_seconds(one.text)
    if one.get("digits"):
        run.leg.lab.note("audio", f"{run.leg.name} hears tones", run.leg)
        return len(one.get("digits")) * 0.5
    try:
        return (yield from fetch_audio(run, one))
    except TwimlError as error:
        if run.leg.lab.faults.switches.play_failure == "end":
            raise
        run.leg.lab.alert(run.leg.account, error.code, error.text, one.text, run.leg)
        return 0.0


def _sound(run: Run, one: Verb) -> VerbSteps:
    if run.role == "call":
        run.leg.answer()
    for _ in range(_repeats(one)):
        seconds = yield from start_sound(run, one)
        if seconds <= 0:
            return None
        yield from pause(run.leg, seconds)
    return None


@verb("Say")
def say(run: Run, one: Verb) -> VerbSteps:
    return (yield from _sound(run, one))


@verb("Play")
def play(run: Run, one: Verb) -> VerbSteps:
    return (yield from _sound(run, one))


@verb("Pause")
def rest(run: Run, one: Verb) -> VerbSteps:
    return (yield from _sound(run, one))


@verb("Redirect")
def redirect(run: Run, one: Verb) -> VerbSteps:
    yield from ()
    return run.request("redirect", one.text, one.get("method", "POST"))


@verb("Hangup")
def hang_up(run: Run, one: Verb) -> VerbSteps:
    yield from ()
    if run.role == "call":
        run.leg.answer()
    return HangUp()


@verb("Reject")
def reject(run: Run, one: Verb) -> VerbSteps:
    """Refuses a call that is still ringing; anywhere else it just hangs up."""
    yield from ()
    if run.leg.answered:
        return HangUp()
    return HangUp("busy" if one.get("reason") == "busy" else "failed")


@verb("Leave")
def leave(run: Run, one: Verb) -> VerbSteps:
    yield from ()
    return HangUp()


@verb("Start")
def start(run: Run, one: Verb) -> VerbSteps:
    yield from ()
    for noun in one.nested:
        run.leg.lab.recorder.start_named(run, noun)
    return None


@verb("Stop")
def stop(run: Run, one: Verb) -> VerbSteps:
    yield from ()
    for noun in one.nested:
        run.leg.lab.recorder.stop_named(run.leg, noun.get("name"))
    return None
