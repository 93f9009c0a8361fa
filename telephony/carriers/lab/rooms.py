"""Conference rooms: who is in them, when they start and end, and what they report."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from telephony.carriers.lab.accounts import Account
from telephony.carriers.lab.legs import Leg, rfc2822
from telephony.carriers.lab.process import HungUp, Process
from telephony.carriers.lab.recordings import Recording, RecordingHook
from telephony.carriers.lab.webhooks import Request

if TYPE_CHECKING:
    from telephony.carriers.lab.lab import Lab

WORD_OF = {"participant-unmute": "mute", "participant-unhold": "hold"}


@dataclass(frozen=True)
class PutOut:
    """Told to a participant's leg: this conference is over for you."""

    room_sid: str
    failed: bool = False


@dataclass(frozen=True)
class RoomHook:
    """Where a conference's events go; `words`: start end join leave mute hold modify."""

    url: str = ""
    method: str = "POST"
    words: frozenset[str] = frozenset()


@dataclass(eq=False)
class Participant:
    """One leg in a room. `wait` starts what it hears until the conference runs."""

    leg: Leg
    room: "Room"
    label: str = ""
    muted: bool = False
    start_on_enter: bool = True
    end_on_exit: bool = False
    coach_sid: str = ""
    hold: bool = False
    wait: Callable[[], None] | None = None
    audio: Process | None = None
    joined_at: dt.datetime = field(init=False)

    def __post_init__(self) -> None:
        self.joined_at = self.leg.lab.now

    def stop_audio(self) -> None:
        if self.audio is not None:
            self.audio.interrupt(HungUp())
            self.audio = None

    def set_hold(self, on: bool) -> None:
        if self.hold != on:
            self.hold = on
            self.room.tell("participant-hold" if on else "participant-unhold", self)

    def set_muted(self, on: bool) -> None:
        if self.muted != on:
            self.muted = on
            self.room.tell("participant-mute" if on else "participant-unmute", self)

    def set_end_on_exit(self, on: bool) -> None:
        """Silently without effect while the participant is on hold, as at Twilio."""
        if not self.hold:
            self.end_on_exit = on
            self.room.tell("participant-modify", self)

    def fields(self) -> dict[str, str]:
        fields = {
            "CallSid": self.leg.sid,
            "Muted": _word(self.muted),
            "Hold": _word(self.hold),
            "Coaching": _word(bool(self.coach_sid)),
            "StartConferenceOnEnter": _word(self.start_on_enter),
            "EndConferenceOnExit": _word(self.end_on_exit),
        }
        return fields | ({"ParticipantLabel": self.label} if self.label else {})


def _word(flag: bool) -> str:
    return "true" if flag else "false"


@dataclass(eq=False)
class Room:
    """A conference. `status`: init (waiting), in-progress, completed."""

    lab: "Lab"
    sid: str
    account: Account
    name: str
    created_at: dt.datetime
    status: str = "init"
    participants: dict[str, Participant] = field(default_factory=dict)
    hook: RoomHook = field(default_factory=RoomHook)
    record: bool = False
    recording_hook: RecordingHook = field(default_factory=RecordingHook)
    recording: Recording | None = None
    sequence: int = 0
    end_reason: str = ""
    ended_by: str = ""
    ended_at: dt.datetime | None = None

    def enter(self, participant: Participant) -> None:
        """Come in: the conference starts with the second one, if any of them may start it."""
        self.participants[participant.leg.sid] = participant
        participant.leg.conference = participant
        self.lab.note("conference", f"{participant.leg.name} joins {self.name}", participant.leg)
        starts = len(self.participants) > 1 and any(one.start_on_enter for one in self.participants.values())
        if self.status == "init" and starts:
            self._start()
        elif self.status == "in-progress":
            participant.leg.person.bridged()
        elif participant.wait is not None:
            participant.wait()
        self.tell("participant-join", participant)

    def _start(self) -> None:
        self.status = "in-progress"
        if self.record:
            self.recording = self.lab.recorder.start(
                "Conference", self.account, conference_sid=self.sid, hook=self.recording_hook
            )
        self.tell("conference-start")
        for participant in self.participants.values():
            participant.stop_audio()
            participant.leg.person.bridged()

    def leave(self, participant: Participant, reason: str, *, kicked: bool = False) -> None:
        """Go out; the room ends with its last one, or with one whose leaving ends it."""
        if self.participants.pop(participant.leg.sid, None) is None:
            return
        participant.stop_audio()
        participant.leg.conference = None
        self.lab.note("conference", f"{participant.leg.name} leaves {self.name}", participant.leg, reason=reason)
        call_status = participant.leg.status
        self.tell("participant-leave", participant, ReasonParticipantLeft=reason, ParticipantCallStatus=call_status)
        how = "kicked" if kicked else "left"
        if self.status == "completed":
            return
        if participant.end_on_exit:
            self.end(f"participant-with-end-conference-on-exit-{how}", participant.leg.sid)
        elif not self.participants:
            self.end(f"last-participant-{how}", participant.leg.sid)

    def fail(self, participant: Participant) -> None:
        """The conference could not be set up for this one: the Dial goes on with its next verb."""
        self.leave(participant, "participant_add_failed")
        participant.leg.send(PutOut(self.sid, failed=True))

    def kick(self, participant: Participant) -> None:
        self.leave(participant, "participant_updated_via_api", kicked=True)
        participant.leg.send(PutOut(self.sid))

    def end(self, reason: str, ended_by: str = "") -> None:
        """Put everybody out and close; reasons are Twilio's."""
        if self.status == "completed":
            return
        self.status, self.end_reason, self.ended_by, self.ended_at = "completed", reason, ended_by, self.lab.now
        by_api = reason == "conference-ended-via-api"
        for participant in list(self.participants.values()):
            self.leave(participant, "conference_ended_via_api" if by_api else "moderator_ended_conference")
            participant.leg.send(PutOut(self.sid))
        if self.recording is not None:
            self.lab.recorder.stop(self.recording)
        ending = {"CallSidEndingConference": ended_by} if ended_by else {}
        self.tell("conference-end", None, ReasonConferenceEnded=reason, **ending)

    def tell(self, event: str, participant: Participant | None = None, **fields: str) -> None:
        word = WORD_OF.get(event, event.split("-")[1])
        if not self.hook.url or word not in self.hook.words:
            return
        basic = {
            "ConferenceSid": self.sid,
            "FriendlyName": self.name,
            "AccountSid": self.account.sid,
            "SequenceNumber": str(self._next()),
            "Timestamp": rfc2822(self.lab.now),
            "StatusCallbackEvent": event,
        }
        about = participant.fields() if participant else {}
        leg = participant.leg if participant else None
        request = Request("conference", self.account, self.hook.url, basic | about | fields, self.hook.method, leg=leg)
        self.lab.mail.post(request)

    def _next(self) -> int:
        self.sequence += 1
        return self.sequence


class Rooms:
    """All conferences of a lab, those that are over included."""

    def __init__(self, lab: "Lab") -> None:
        self._lab = lab
        self.all: dict[str, Room] = {}

    def open(self, account: Account, name: str) -> Room:
        room = Room(self._lab, self._lab.sids.sid("CF"), account, name, self._lab.now)
        self.all[room.sid] = room
        return room

    def live(self, account: Account, name: str) -> Room | None:
        """The running conference of this name."""
        rooms = self.of(account)
        return next((room for room in rooms if room.name == name and room.status != "completed"), None)

    def find(self, account: Account, key: str) -> Room | None:
        """By sid, or by name while it lives."""
        room = self.all.get(key)
        return room if room is not None and room.account is account else self.live(account, key)

    def of(self, account: Account) -> list[Room]:
        return [room for room in self.all.values() if room.account is account]
