"""Legs: the carrier's call resources. One leg is one party's connection, from `queued` to a final status."""

import datetime as dt
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

from telephony.carriers.lab.accounts import Account, OwnedNumber
from telephony.carriers.lab.behaviours import Callee, CallInfo, Geo
from telephony.carriers.lab.person import Person
from telephony.carriers.lab.process import HungUp, Interrupt, Process, Steps
from telephony.carriers.lab.webhooks import Request

if TYPE_CHECKING:
    from telephony.carriers.lab.lab import Lab

FINAL = frozenset({"completed", "busy", "no-answer", "failed", "canceled"})
EVENT_OF = {"queued": "", "initiated": "initiated", "ringing": "ringing", "in-progress": "answered"}


@dataclass(frozen=True)
class Key:
    """A key pressed at the far end."""

    digit: str


@dataclass(frozen=True)
class Speech:
    """The far end talks for so many seconds from now."""

    seconds: float


@dataclass
class StatusHook:
    """Where a leg's status goes. Sequence numbers count the events that were fired."""

    url: str
    method: str
    events: frozenset[str]
    kind: str
    sequence: int = 0

    def next_number(self) -> int:
        self.sequence += 1
        return self.sequence - 1


def is_number(address: str) -> bool:
    return address.startswith("+")


def rfc2822(moment: dt.datetime) -> str:
    return format_datetime(moment.astimezone(dt.UTC))


@dataclass(eq=False)
class Leg:
    """Times are the lab's. `waiting`: the carrier asked our app and has no answer yet."""

    lab: "Lab"
    sid: str
    account: Account
    from_: str
    to: str
    direction: str
    parent: "Leg | None" = None
    number: OwnedNumber | None = None
    info: CallInfo = field(default_factory=CallInfo)
    callees: Mapping[str, Callee] = field(default_factory=dict)
    status: str = "queued"
    created_at: dt.datetime = field(init=False)
    answered_at: dt.datetime | None = None
    ended_at: dt.datetime | None = None
    person: Person = field(init=False)
    process: Process | None = None
    hooks: list[StatusHook] = field(default_factory=list)
    children: list["Leg"] = field(default_factory=list)
    on_end: list[Callable[["Leg"], None]] = field(default_factory=list)
    extra: dict[str, str] = field(default_factory=dict)
    fallback_url: str = ""
    fallback_method: str = "POST"
    sip_code: int | None = None
    bridged_to: "Leg | None" = None
    conference: Any = None
    recorders: dict[str, Any] = field(default_factory=dict)
    closed: bool = False

    def __post_init__(self) -> None:
        self.created_at = self.lab.now
        self.person = Person(self)

    # State ----------------------------------------------------------------------------------------------------------

    @property
    def root(self) -> "Leg":
        return self.parent.root if self.parent else self

    @property
    def live(self) -> bool:
        return self.ended_at is None

    @property
    def answered(self) -> bool:
        return self.answered_at is not None

    @property
    def seconds(self) -> int:
        """Duration since the answer, in whole seconds as billed."""
        if self.answered_at is None:
            return 0
        return round(((self.ended_at or self.lab.now) - self.answered_at).total_seconds())

    @property
    def call_token(self) -> str:
        """Lets a forwarded leg show the original caller's number."""
        return f"%7B%22parentCallInfoToken%22%3A%22{self.sid}%22%7D"

    def run(self, steps: Steps) -> None:
        """Give the leg its process; the leg ends with it."""
        self.process = Process(self.lab.scheduler, steps, self.lab.mail.ask, self._process_done)

    def reach(self, status: str) -> None:
        """Move to a status before the end, tell those who subscribed, and the person at the far end."""
        if not self.live or self.status == status:
            return
        self.status = status
        if status == "in-progress":
            self.answered_at = self.lab.now
        self.lab.note("leg", f"{self.name} {status}", self, status=status)
        self._emit(EVENT_OF[status])
        if status == "in-progress":
            self.person.connected()

    def answer(self) -> None:
        """Pick up this leg (on Twilio's side for a caller's leg)."""
        if self.live and not self.answered:
            self.reach("in-progress")

    def end(self, status: str = "completed", *, why: str = "") -> None:
        """Hang up. The final callbacks leave when the leg's process has tidied up."""
        if not self.live:
            return
        self.status, self.ended_at = status, self.lab.now
        note = f" ({why})" if why else ""
        self.lab.note("leg", f"{self.name} {status}{note}", self, status=status, seconds=self.seconds)
        if self.process is None or self.process.done:
            self._close()
        else:
            self.process.interrupt(HungUp())

    def send(self, message: Any) -> None:
        if self.process is not None:
            self.process.send(message)

    def interrupt(self, reason: Interrupt) -> None:
        if self.process is not None and self.live:
            self.process.interrupt(reason)

    def _process_done(self) -> None:
        self.end()
        self._close()

    def _close(self) -> None:
        if self.closed:
            return
        self.closed = True
        self.lab.recorder.leg_closed(self)
        self._emit("completed")
        for tell in self.on_end:
            tell(self)

    # Words ----------------------------------------------------------------------------------------------------------

    @property
    def name(self) -> str:
        """How a person would call this leg in a trace."""
        return f"caller {self.from_}" if self.direction == "inbound" else f"leg to {self.to}"

    def geo_of(self, address: str) -> Geo:
        known = self.info.geo if address == self.from_ and self.direction == "inbound" else Geo()
        return known if known != Geo() else self.lab.geo_of(address)

    def fields(self) -> dict[str, str]:
        """The parameters that every voice request of this leg carries."""
        fields = {
            "AccountSid": self.account.sid,
            "ApiVersion": "2010-04-01",
            "CallSid": self.sid,
            "CallStatus": self.status,
            "Direction": self.direction,
            "From": self.from_,
            "To": self.to,
            "Caller": self.from_,
            "Called": self.to,
        }
        for role, address in (("From", self.from_), ("Caller", self.from_), ("To", self.to), ("Called", self.to)):
            fields.update(geo_fields(role, self.geo_of(address), address))
        if self.parent is not None:
            fields["ParentCallSid"] = self.parent.sid
        if self.info.forwarded_from:
            fields["ForwardedFrom"] = self.info.forwarded_from
        if self.info.caller_name:
            fields["CallerName"] = self.info.caller_name
        return fields | self.extra

    def request(self, kind: str, url: str, method: str = "POST", **fields: str) -> Request:
        """A webhook about this leg."""
        return Request(kind, self.account, url, self.fields() | fields, method or "POST", leg=self)

    def _emit(self, event: str) -> None:
        for hook in self.hooks:
            if event and event in hook.events and hook.url:
                fields = self._progress_fields(event, hook.next_number())
                self.lab.mail.post(self.request(hook.kind, hook.url, hook.method, **fields))

    def _progress_fields(self, event: str, number: int) -> dict[str, str]:
        fields = {
            "Timestamp": rfc2822(self.lab.now),
            "CallbackSource": "call-progress-events",
            "SequenceNumber": str(number),
        }
        if event == "completed":
            fields["CallDuration"] = str(self.seconds)
            fields["Duration"] = str(math.ceil(self.seconds / 60))
        if self.sip_code is not None:
            fields["SipResponseCode"] = str(self.sip_code)
        return fields


def geo_fields(role: str, geo: Geo, address: str) -> dict[str, str]:
    """City, State, Zip and Country of a phone number, blank ones included; nothing for other addresses."""
    if not is_number(address):
        return {}
    return {
        f"{role}City": geo.city,
        f"{role}State": geo.state,
        f"{role}Zip": geo.zip,
        f"{role}Country": geo.country,
    }
