"""Recordings: of a Record verb, a Dial, a whole call or a conference; their files and their callbacks."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from telephony.carriers.lab.accounts import Account
from telephony.carriers.lab.audio import silent_mp3, tone_wav
from telephony.carriers.lab.legs import Leg, rfc2822
from telephony.carriers.lab.twiml import Verb
from telephony.carriers.lab.webhooks import Request

if TYPE_CHECKING:
    from telephony.carriers.lab.flow import Run
    from telephony.carriers.lab.lab import Lab


@dataclass
class RecordingHook:
    """Where a recording's status goes."""

    url: str = ""
    method: str = "POST"
    events: frozenset[str] = frozenset({"completed"})


@dataclass(eq=False)
class Recording:
    """`status`: in-progress, completed or absent. `duration` in seconds, known at the end."""

    lab: "Lab"
    sid: str
    account: Account
    source: str
    started_at: dt.datetime
    leg: Leg | None = None
    conference_sid: str = ""
    channels: int = 1
    track: str = ""
    hook: RecordingHook = field(default_factory=RecordingHook)
    status: str = "in-progress"
    duration: float = 0.0
    stopped: bool = False
    deleted: bool = False

    @property
    def call_sid(self) -> str:
        return self.leg.sid if self.leg else ""

    @property
    def url(self) -> str:
        """Its address without an extension, as it stands in webhooks."""
        return f"{self.lab.api_url}/2010-04-01/Accounts/{self.account.sid}/Recordings/{self.sid}"

    def media(self, extension: str) -> tuple[bytes, str]:
        """The file and its content type; mono files of whole recordings, a tone of the right length."""
        if extension == "mp3":
            return silent_mp3(self.duration), "audio/mpeg"
        return tone_wav(self.duration, self.channels), "audio/x-wav"

    def fields(self) -> dict[str, str]:
        fields = {
            "AccountSid": self.account.sid,
            "RecordingSid": self.sid,
            "RecordingUrl": self.url,
            "RecordingStatus": self.status,
            "RecordingChannels": str(self.channels),
            "RecordingSource": self.source,
            "RecordingStartTime": rfc2822(self.started_at),
            "ErrorCode": "0",
        }
        fields |= {"CallSid": self.call_sid} if self.leg else {"ConferenceSid": self.conference_sid}
        if self.track:
            fields["RecordingTrack"] = self.track
        if self.status != "in-progress":
            fields["RecordingDuration"] = str(round(self.duration))
        return fields


class Recorder:
    """All recordings of a lab. A finished one is ready `delay` seconds after it ended."""

    def __init__(self, lab: "Lab") -> None:
        self._lab = lab
        self.recordings: dict[str, Recording] = {}
        self.delay = 2.0

    def start(
        self,
        source: str,
        account: Account,
        *,
        leg: Leg | None = None,
        conference_sid: str = "",
        channels: int = 1,
        track: str = "",
        hook: RecordingHook | None = None,
    ) -> Recording:
        recording = Recording(
            self._lab, self._lab.sids.sid("RE"), account, source, self._lab.now, leg, conference_sid, channels, track
        )
        recording.hook = hook or RecordingHook()
        self.recordings[recording.sid] = recording
        self._lab.note("recording", f"{source} recording starts", leg, recording=recording.sid)
        self._tell(recording)
        return recording

    def stop(self, recording: Recording, seconds: float | None = None) -> None:
        """End it; `seconds` is its length where that is not simply the time since its start. 0 makes it absent."""
        if recording.stopped:
            return
        recording.stopped = True
        elapsed = (self._lab.now - recording.started_at).total_seconds()
        recording.duration = elapsed if seconds is None else seconds
        self._lab.note(
            "recording",
            f"{recording.source} recording ends: {recording.duration:g} s",
            recording.leg,
            recording=recording.sid,
        )
        self._lab.scheduler.later(self.delay, lambda: self._ready(recording))

    def _ready(self, recording: Recording) -> None:
        recording.status = "completed" if recording.duration > 0 else "absent"
        self._tell(recording)

    def _tell(self, recording: Recording) -> None:
        hook = recording.hook
        if hook.url and recording.status in hook.events:
            request = Request(
                "recording", recording.account, hook.url, recording.fields(), hook.method, leg=recording.leg
            )
            self._lab.mail.post(request)

    # Start/Recording ------------------------------------------------------------------------------------------------

    def start_named(self, run: "Run", noun: Verb) -> None:
        """Record the leg from now on, through whatever documents follow."""
        channels = 1 if noun.get("channels") == "mono" else 2
        recording = self.start(
            "StartCallRecordingAPI",
            run.leg.account,
            leg=run.leg,
            channels=channels,
            track=noun.get("track", "both"),
            hook=hook_of(run, noun),
        )
        run.leg.recorders[noun.get("name") or recording.sid] = recording

    def stop_named(self, leg: Leg, name: str) -> None:
        recording = leg.recorders.pop(name, None)
        if recording is not None:
            self.stop(recording)

    def leg_closed(self, leg: Leg) -> None:
        for recording in leg.recorders.values():
            self.stop(recording)
        leg.recorders.clear()

    def of_leg(self, leg: Leg) -> list[Recording]:
        return [recording for recording in self.recordings.values() if recording.leg is leg]


def hook_of(run: "Run", one: Verb) -> RecordingHook:
    """The recordingStatusCallback attributes of a verb or noun."""
    url = one.get("recordingStatusCallback")
    if not url:
        return RecordingHook()
    events = frozenset(one.get("recordingStatusCallbackEvent", "completed").split())
    return RecordingHook(run.document.absolute(url), one.get("recordingStatusCallbackMethod", "POST"), events)


def ready(recordings: Iterable[Recording]) -> list[Recording]:
    return [recording for recording in recordings if recording.status == "completed" and not recording.deleted]
