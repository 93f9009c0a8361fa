"""Joining a conference by TwiML, and what participants hear while they wait or are held."""

from collections.abc import Generator
from typing import Any

from telephony.carriers.lab.flow import Run, Want, announce, follow
from telephony.carriers.lab.process import HungUp, Interrupt, Process, Receive, Steps
from telephony.carriers.lab.recordings import hook_of
from telephony.carriers.lab.rooms import Participant, PutOut, Room, RoomHook
from telephony.carriers.lab.twiml import Verb

TWILIO_MUSIC = "hold music"


def join(run: Run, noun: Verb) -> Generator[Want, Any, bool]:
    """Be in a conference until it ends, the participant is put out, hangs up or is moved. False: could not enter."""
    leg, rooms = run.leg, run.leg.lab.rooms
    room = rooms.live(leg.account, noun.text) or rooms.open(leg.account, noun.text)
    refused = _refused(room, noun)
    if refused:
        leg.lab.alert(leg.account, refused, "the conference cannot be entered", run.document.url, leg)
        return False
    participant = _participant(run, noun, room)
    if not room.participants:
        _first_settings(run, noun, room)
    room.enter(participant)
    try:
        out = yield from _stay(room)
    except Interrupt as reason:
        left = "participant_hung_up" if isinstance(reason, HungUp) else "participant_updated_via_api"
        room.leave(participant, left)
        raise
    return not out.failed


def _stay(room: Room) -> Generator[Want, Any, PutOut]:
    while True:
        message = yield Receive()
        if isinstance(message, PutOut) and message.room_sid == room.sid:
            return message


def _refused(room: Room, noun: Verb) -> int:
    label = noun.get("participantLabel")
    if label and any(one.label == label for one in room.participants.values()):
        return 16025
    return 16020 if len(room.participants) >= noun.seconds("maxParticipants", 250) else 0


def _participant(run: Run, noun: Verb, room: Room) -> Participant:
    participant = Participant(
        run.leg,
        room,
        label=noun.get("participantLabel"),
        muted=noun.flag("muted"),
        start_on_enter=noun.flag("startConferenceOnEnter", True),
        end_on_exit=noun.flag("endConferenceOnExit"),
        coach_sid=noun.get("coach"),
    )
    wait_url = noun.get("waitUrl", TWILIO_MUSIC)
    if wait_url == TWILIO_MUSIC:
        participant.wait = lambda: announce(run.leg, TWILIO_MUSIC)
    elif wait_url:
        url, method = run.document.absolute(wait_url), noun.get("waitMethod", "POST")
        participant.wait = lambda: play_in_loop(participant, url, method, needed=True)
    return participant


def _first_settings(run: Run, noun: Verb, room: Room) -> None:
    """Only the first participant's callbacks and recording count."""
    room.record = noun.get("record") == "record-from-start"
    room.recording_hook = hook_of(run, noun)
    if noun.get("statusCallback"):
        words = frozenset(noun.get("statusCallbackEvent", "start end").split())
        url = run.document.absolute(noun.get("statusCallback"))
        room.hook = RoomHook(url, noun.get("statusCallbackMethod", "POST"), words)


def play_in_loop(participant: Participant, url: str, method: str, *, needed: bool) -> None:
    """Run a wait or hold document again and again until the participant is connected.

    A `needed` one that cannot be fetched puts the participant out: Twilio does not set such a conference up.
    """
    participant.stop_audio()
    leg = participant.leg
    steps = _loop(participant, url, method, needed)
    participant.audio = Process(leg.lab.scheduler, steps, leg.lab.mail.ask)


def _loop(participant: Participant, url: str, method: str, needed: bool) -> Steps:
    leg, room = participant.leg, participant.room
    while True:
        begun = leg.lab.now
        played = yield from follow(leg, leg.request("wait", url, method, ConferenceSid=room.sid), "wait")
        if not played and needed:
            room.fail(participant)
        if not played or leg.lab.now == begun:
            return
        needed = False


def hold(participant: Participant, url: str, method: str) -> None:
    """Take a participant out of the talk; they hear `url`, or Twilio's music where it is blank."""
    participant.set_hold(True)
    if url:
        play_in_loop(participant, url, method, needed=False)
    else:
        announce(participant.leg, TWILIO_MUSIC)


def unhold(participant: Participant) -> None:
    participant.stop_audio()
    participant.set_hold(False)
