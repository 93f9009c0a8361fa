"""Calls as a script or a page sees them, and how they begin."""

from typing import TYPE_CHECKING

from telephony.carriers.lab.accounts import Account
from telephony.carriers.lab.behaviours import CallInfo
from telephony.carriers.lab.flow import follow, say_aloud
from telephony.carriers.lab.legs import Leg, StatusHook
from telephony.carriers.lab.log import Entry
from telephony.carriers.lab.person import CallerPerson, Person
from telephony.carriers.lab.process import Steps
from telephony.carriers.lab.recordings import Recording

if TYPE_CHECKING:
    from telephony.carriers.lab.lab import Lab

NOT_CONFIGURED = "We are sorry, this number has not been set up to take calls. Goodbye."
STIR = {"StirPassportToken": "eyJhbGciOiJFUzI1NiJ9.lab"}


class LabCall:
    """One call that came in: its first leg, and everything that grew from it."""

    def __init__(self, leg: Leg) -> None:
        self.leg = leg

    @property
    def sid(self) -> str:
        return self.leg.sid

    @property
    def status(self) -> str:
        return self.leg.status

    @property
    def finished(self) -> bool:
        return self.leg.closed

    @property
    def duration(self) -> int:
        """Seconds since Twilio answered the caller."""
        return self.leg.seconds

    @property
    def legs(self) -> list[Leg]:
        """The legs it dialled, in order."""
        return list(self.leg.children)

    @property
    def heard(self) -> list[str]:
        """What the caller heard: spoken texts and URLs of played files."""
        return list(self.leg.person.hears)

    @property
    def recordings(self) -> list[Recording]:
        return self.leg.lab.recorder.of_leg(self.leg)

    def leg_to(self, destination: str) -> Leg | None:
        """The latest leg dialled to this destination."""
        return next((leg for leg in reversed(self.leg.children) if leg.to == destination), None)

    def trace(self, since: int = 0) -> list[Entry]:
        """The log entries of this call after the one numbered `since`."""
        return self.leg.lab.log.since(since, call=self.leg.sid)

    def hang_up(self) -> None:
        """The caller hangs up."""
        self.leg.lab.hang_up(self.leg)

    def press(self, keys: str) -> None:
        """The caller presses keys."""
        self.leg.lab.press(self.leg, keys)

    def speak(self, seconds: float) -> None:
        """The caller talks for so long: into a recording, if one runs."""
        self.leg.lab.speak(self.leg, seconds)

    def leave_voicemail(self, seconds: float) -> None:
        """The caller waits for the tone, talks for so long and hangs up."""
        person = self.leg.person
        with self.leg.lab.scheduler.changed:
            if self.leg.live and isinstance(person, CallerPerson):
                person.leave_voicemail(seconds)


class OwnLine(Person):
    """The far end of a leg to one of the lab's own numbers: a call of its own comes in there."""

    def ringing(self) -> None:
        leg = self.leg
        arrived = new_inbound(leg.lab, leg.from_, leg.to, leg.info)
        arrived.callees = leg.root.callees
        arrived.person = Crossing(arrived, leg)
        arrived.on_end.append(lambda ended: self._other_ended(ended))
        leg.on_end.append(lambda ended: arrived.end(why="the calling side ended"))
        begin_inbound(arrived)

    def _other_ended(self, ended: Leg) -> None:
        if self.leg.answered:
            self.leg.end(why="the called line ended")
        else:
            self.leg.lab.refuse(self.leg, ended.status if ended.status in ("busy", "failed") else "no-answer", 480)


class Crossing(Person):
    """The caller's side of a call between two of the lab's own numbers."""

    def __init__(self, leg: Leg, origin: Leg) -> None:
        super().__init__(leg)
        self._origin = origin

    def connected(self) -> None:
        self.leg.lab.pick_up(self._origin)


def new_inbound(lab: "Lab", from_: str, to: str, info: CallInfo) -> Leg:
    """The first leg of a call to a number, not begun yet."""
    owned = lab.number(to)
    leg = lab.new_leg(owned.account if owned else lab.account, from_, to, "inbound")
    leg.info, leg.number = info, owned
    return leg


def begin_inbound(leg: Leg) -> LabCall:
    """Start an inbound call; its first webhook leaves when the clock next runs."""
    lab, owned, call = leg.lab, leg.number, LabCall(leg)
    lab.calls.append(call)
    lab.note("call", f"{leg.from_} calls {leg.to}", leg)
    if owned is None:
        leg.end("failed", why="nobody owns this number")
        return call
    leg.fallback_url, leg.fallback_method = owned.voice_fallback_url, owned.voice_fallback_method
    if owned.status_callback:
        events = frozenset({"completed"})
        leg.hooks.append(StatusHook(owned.status_callback, owned.status_callback_method, events, "status"))
    leg.reach("ringing")
    leg.person.started()
    leg.run(_inbound_steps(leg))
    return call


def new_app_call(lab: "Lab", account: Account, identity: str, params: dict[str, str]) -> Leg:
    """The first leg of a call that a Voice SDK client starts through a TwiML App."""
    leg = lab.new_leg(account, f"client:{identity}", params.get("To", ""), "inbound")
    leg.info = CallInfo(stir_verstat="")
    leg.extra = {"ApplicationSid": lab.sids.sid("AP")} | {
        name: value for name, value in params.items() if name not in ("To", "From", "CallSid", "AccountSid")
    }
    return leg


def begin_app_call(leg: Leg, voice_url: str) -> LabCall:
    call = LabCall(leg)
    leg.lab.calls.append(call)
    leg.lab.note("call", f"{leg.from_} dials out", leg)
    leg.reach("ringing")
    leg.person.started()
    leg.run(_app_steps(leg, voice_url))
    return call


def _app_steps(leg: Leg, voice_url: str) -> Steps:
    yield from follow(leg, leg.request("voice", voice_url))


def _inbound_steps(leg: Leg) -> Steps:
    owned = leg.number
    if owned is None or not owned.voice_url:
        leg.lab.alert(leg.account, 11100, "the number has no voice URL", "", leg)
        leg.answer()
        yield from say_aloud(leg, NOT_CONFIGURED)
        return
    first = {"CallToken": leg.call_token}
    if leg.info.stir_verstat:
        first |= STIR | {"StirVerstat": leg.info.stir_verstat}
    yield from follow(leg, leg.request("voice", owned.voice_url, owned.voice_method, **first))
