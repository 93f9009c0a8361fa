"""The Phone Lab: a carrier in a box, to be driven by a script, a page or a test."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from telephony.carriers.lab import dial, gather, record, verbs  # noqa: F401 - they register their verbs
from telephony.carriers.lab.accounts import Account, Alert, OwnedNumber, Sids
from telephony.carriers.lab.behaviours import Callee, Caller, CallInfo, Geo, Phone
from telephony.carriers.lab.calls import LabCall, OwnLine, begin_app_call, begin_inbound, new_app_call, new_inbound
from telephony.carriers.lab.clock import Clock, VirtualClock
from telephony.carriers.lab.faults import Faults
from telephony.carriers.lab.inbox import Inbox
from telephony.carriers.lab.legs import Key, Leg, Speech, is_number
from telephony.carriers.lab.log import Log
from telephony.carriers.lab.mail import PostOffice
from telephony.carriers.lab.messages import Handset, Text, Texts
from telephony.carriers.lab.outbound import Pace
from telephony.carriers.lab.person import CalleePerson, CallerPerson
from telephony.carriers.lab.recordings import Recorder
from telephony.carriers.lab.ringing import PickedUp, Refused
from telephony.carriers.lab.rooms import Rooms
from telephony.carriers.lab.scheduler import Scheduler
from telephony.carriers.lab.webhooks import HttpTransport

DEFAULT_LIMIT = 3600.0


class Lab:
    """A carrier with accounts, numbers, calls and texts, in virtual time (default) or real time.

    `clock`: a VirtualClock (the lab's `advance` moves it) or a RealClock (`start` and `stop` the lab's thread).
    `seed`: makes sids and random faults the same in every run; without it sids are unique for ever.
    `most_lines`: how many lines the log keeps (None: all).
    Thread-safe: REST requests and a page may come from any thread.
    """

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        clock: Clock | None = None,
        *,
        seed: int | None = None,
        most_lines: int | None = None,
    ) -> None:
        self.clock: Clock = clock or VirtualClock()
        self.scheduler = Scheduler(self.clock)
        self.sids = Sids(seed)
        self.log = Log(most_lines)
        self.began_at = self.now
        self.faults = Faults(seed or 1)
        self.transport = HttpTransport()
        self.mail = PostOffice(self, self.transport)
        self.recorder = Recorder(self)
        self.rooms = Rooms(self)
        self.pace = Pace()
        self.texts = Texts(self)
        self.inbox = Inbox(self)
        self.accounts: dict[str, Account] = {}
        self.legs: dict[str, Leg] = {}
        self.calls: list[LabCall] = []
        self.callees: dict[str, Callee] = {}
        self.geo: dict[str, Geo] = {}
        self.default_callee = Callee.no_answer()
        self.strict_failures: list[str] = []
        self.api_url = "http://127.0.0.1"
        self.account = self.add_account(account_sid, auth_token)

    # Set-up ---------------------------------------------------------------------------------------------------------

    def add_account(self, sid: str, auth_token: str, name: str = "") -> Account:
        """Another customer (practice); the same sid again changes its token."""
        account = Account(sid, auth_token, name or sid, self.now)
        with self.scheduler.changed:
            known = self.accounts.setdefault(sid, account)
            known.auth_token, known.name = auth_token, name or known.name
        return known

    def add_number(
        self, number: str, account: Account | None = None, *, geo: Geo | None = None, **urls: str
    ) -> OwnedNumber:
        """Give an account (default: the first) a number in E.164.

        `urls`: voice_url, voice_method, voice_fallback_url, status_callback, sms_url, sms_fallback_url, friendly_name
        and the other fields of OwnedNumber. A number that exists already gets the new settings.
        """
        owner = account or self.account
        with self.scheduler.changed:
            known = owner.numbers.get(number)
            if known is None:
                known = OwnedNumber(self.sids.sid("PN"), owner, number, number, self.now, geo or Geo())
                owner.numbers[number] = known
            for name, value in urls.items():
                if not hasattr(known, name):
                    raise TypeError(f"a number has no setting {name!r}")
                setattr(known, name, value)
        return known

    def number(self, number: str) -> OwnedNumber | None:
        """The lab's own number with this E.164 form, whoever owns it."""
        owners = (account.numbers.get(number) for account in list(self.accounts.values()))
        return next((owned for owned in owners if owned is not None), None)

    def set_callee(self, destination: str, callee: Callee) -> None:
        """How whoever is at `destination` (E.164, `client:identity`, `sip:user@domain`) behaves from now on."""
        self.callees[destination] = callee

    def set_phone(self, number: str, phone: Phone) -> None:
        """How the mobile with this number receives texts from now on."""
        self.texts.phones[number] = phone

    # Acting as the world --------------------------------------------------------------------------------------------

    def place_call(
        self,
        from_: str,
        to: str,
        *,
        caller: Caller | None = None,
        callees: Mapping[str, Callee] | None = None,
        info: CallInfo | None = None,
    ) -> LabCall:
        """Somebody calls one of the lab's numbers. Nothing has happened yet when this returns: advance the clock.

        `from_`: E.164, or `anonymous`. `callees` go before `set_callee` for this call and what it dials. A number that
        nobody owns gives a failed call.
        """
        with self.scheduler.changed:
            leg = new_inbound(self, from_, to, info or CallInfo())
            leg.callees, leg.person = callees or {}, CallerPerson(leg, caller or Caller())
            return begin_inbound(leg)

    def place_app_call(
        self,
        identity: str,
        voice_url: str,
        params: Mapping[str, str] | None = None,
        *,
        account: Account | None = None,
        caller: Caller | None = None,
        callees: Mapping[str, Callee] | None = None,
    ) -> LabCall:
        """Somebody dials out from a browser or app: a call from `client:identity` to a TwiML App's voice URL.

        `params` are the SDK's own ones; each becomes a field of its own (a `To` among them is the call's To).
        """
        with self.scheduler.changed:
            leg = new_app_call(self, account or self.account, identity, dict(params or {}))
            leg.callees, leg.person = callees or {}, CallerPerson(leg, caller or Caller())
            return begin_app_call(leg, voice_url)

    def send_text(self, from_: str, to: str, body: str, media: Sequence[tuple[bytes, str]] = ()) -> Text:
        """A handset texts one of the lab's numbers (LookupError: nobody's); `media`: contents and content types."""
        with self.scheduler.changed:
            return self.inbox.arrive(from_, to, body, media)

    def handset(self, number: str) -> Handset:
        """The mobile with this number: `received` and `sent` texts, oldest first."""
        return Handset(self.texts, number)

    def call(self, sid: str) -> LabCall | None:
        """The call one of whose legs has this sid."""
        leg = self.legs.get(sid)
        return None if leg is None else next((call for call in self.calls if call.leg is leg.root), None)

    def pick_up(self, leg: Leg) -> None:
        """The far end answers a ringing leg."""
        with self.scheduler.changed:
            leg.send(PickedUp())

    def refuse(self, leg: Leg, status: str = "busy", sip_code: int = 603) -> None:
        """The far end does not take a ringing leg."""
        with self.scheduler.changed:
            leg.send(Refused(status, sip_code))

    def hang_up(self, leg: Leg) -> None:
        """The far end hangs up; before an answer this gives up (a caller) or refuses (a callee)."""
        with self.scheduler.changed:
            if leg.direction != "inbound" and not leg.answered:
                self.refuse(leg)
                return
            given_up = not leg.answered
            status = self.faults.switches.caller_drop_call_status if given_up else "completed"
            leg.end(status, why="hung up by the far end")

    def press(self, leg: Leg, keys: str) -> None:
        """The far end presses keys (0-9 * #)."""
        with self.scheduler.changed:
            for key in keys:
                self.note("key", f"{leg.name} presses {key}", leg, key=key)
                leg.send(Key(key))

    def speak(self, leg: Leg, seconds: float) -> None:
        """The far end talks for so long; what a Record hears."""
        with self.scheduler.changed:
            self.note("speech", f"{leg.name} speaks for {seconds:g} s", leg, seconds=seconds)
            leg.send(Speech(seconds))

    # Time -----------------------------------------------------------------------------------------------------------

    @property
    def now(self) -> dt.datetime:
        return self.clock()

    @property
    def on_settle(self) -> Callable[[], object] | None:
        """Called, without any lock, after every batch of events and webhooks before virtual time moves on."""
        return self.scheduler.on_settle

    @on_settle.setter
    def on_settle(self, hook: Callable[[], object] | None) -> None:
        self.scheduler.on_settle = hook

    @property
    def next_wake(self) -> Callable[[], dt.datetime | None] | None:
        """Asked for the application's own next due time, so that virtual time stops there too."""
        return self.scheduler.next_wake

    @next_wake.setter
    def next_wake(self, hook: Callable[[], dt.datetime | None] | None) -> None:
        self.scheduler.next_wake = hook

    def settle(self) -> None:
        """Run what is due at this moment of the virtual clock."""
        self.scheduler.settle()

    def advance(self, seconds: float) -> None:
        """Let `seconds` of virtual time pass."""
        self.scheduler.advance(seconds)

    def run_until_idle(self, limit: float = DEFAULT_LIMIT) -> bool:
        """Let virtual time pass until nothing is due: True; or `limit` seconds passed first: False."""
        return self.scheduler.run_until_idle(limit)

    def start(self, workers: int = 8) -> None:
        """Run in real time on an own thread; at most `workers` webhooks are under way at once."""
        self.scheduler.start(workers)

    def stop(self) -> None:
        self.scheduler.stop()
        self.transport.close()

    # What the engine's parts use ------------------------------------------------------------------------------------

    def new_leg(self, account: Account, from_: str, to: str, direction: str, *, parent: Leg | None = None) -> Leg:
        leg = Leg(self, self.sids.sid("CA"), account, from_, to, direction, parent)
        self.legs[leg.sid] = leg
        if parent is not None:
            parent.children.append(leg)
        if direction != "inbound":
            own = self.number(to)
            leg.person = OwnLine(leg) if own is not None else CalleePerson(leg, self.callee_of(leg))
        return leg

    def callee_of(self, leg: Leg) -> Callee:
        scripted = leg.root.callees.get(leg.to) or self.callees.get(leg.to)
        return scripted or self.default_callee

    def geo_of(self, number: str) -> Geo:
        """Where a number is from, as far as the lab knows."""
        owned = self.number(number)
        return owned.geo if owned is not None else self.geo.get(number, Geo())

    def unroutable(self, address: str) -> int:
        """The error code of an address that cannot be dialled, else 0."""
        if address.startswith(("client:", "sip:", "sips:")):
            return 0
        digits = address[1:]
        return 0 if is_number(address) and digits.isdigit() and 8 <= len(digits) <= 15 else 13223

    def note(self, kind: str, text: str, leg: Leg | None = None, **data: Any) -> None:
        root = leg.root if leg is not None else None
        self.log.add(
            self.now,
            root.created_at if root else self.began_at,
            kind,
            text,
            call=root.sid if root else "",
            leg=leg.sid if leg else "",
            **data,
        )

    def alert(
        self, account: Account, code: int, text: str, url: str, leg: Leg | None = None, *, level: str = "error"
    ) -> None:
        """A row in the account's error log, and in the trace."""
        sid = leg.sid if leg else ""
        account.alerts.append(Alert(self.sids.sid("NO"), account.sid, code, level, text, url, sid, self.now))
        self.note("alert", f"{level} {code}: {text}", leg, code=code, level=level)

    def warn_schema(self, leg: Leg, text: str, url: str) -> None:
        """Warning 12200; Twilio only logs it, a strict test reads `strict_failures`."""
        self.strict_failures.append(f"{url}: {text}")
        self.alert(leg.account, 12200, text, url, leg, level="warning")
