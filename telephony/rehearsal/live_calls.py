"""Test calls in real time: a person at the page is the caller, the lab the carrier, our application itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aesthetix.practices.models import Practice
from telephony.carriers.lab.accounts import Account
from telephony.carriers.lab.behaviours import Caller
from telephony.carriers.lab.calls import LabCall
from telephony.carriers.lab.legs import Leg as LabLeg
from telephony.carriers.lab.log import Entry
from telephony.carriers.lab.messages import Text
from telephony.carriers.lab.person import CallerPerson
from telephony.models import Line
from telephony.rehearsal import casting
from telephony.rehearsal.live import LiveLab, running
from telephony.rehearsal.words import Behaviour
from telephony.route import Destination

KEPT = 50  # calls of which the page still knows how they were set up
WITHHELD = "anonymous"


@dataclass(frozen=True)
class LiveCall:
    """`caller` is E.164, or empty when withheld; `labels` says whose phone an address is; `choices` is the form
    that placed it, to place it again."""

    live: LiveLab
    practice_id: int
    line: Line
    caller: str
    call: LabCall
    began: int
    labels: Mapping[str, str]
    choices: Mapping[str, Any]

    @property
    def sid(self) -> str:
        return self.call.sid

    def entries(self, after: int) -> list[Entry]:
        """What happened since the entry numbered `after`: in the call, and with texts of its caller."""
        ours = {self.sid} | {leg.sid for leg in self._legs_beside()}
        log = self.live.lab.log.since(max(after, self.began))
        return [entry for entry in log if entry.call in ours or (not entry.call and self._concerns(entry))]

    def _concerns(self, entry: Entry) -> bool:
        """Outside of calls the log names no call: requests say the account, texts their numbers."""
        if entry.kind == "rest":
            return self._account.sid in entry.data.get("path", "")
        sid = entry.data.get("message") or entry.data.get("fields", {}).get("MessageSid", "")
        text = self.live.lab.texts.all.get(sid)
        return text is not None and text.account is self._account and self.caller in (text.from_, text.to)

    @property
    def _account(self) -> Account:
        return self.call.leg.account

    def _legs_beside(self) -> list[LabLeg]:
        """Legs that our application asked for over REST; their callbacks name the call."""
        legs = [leg for leg in list(self.live.lab.legs.values()) if leg.direction == "outbound-api"]
        return [leg for leg in legs if any(self.sid in hook.url for hook in leg.hooks)]

    def handset(self) -> list[Text]:
        """The texts between this caller and the practice, oldest first."""
        if not self.caller:
            return []
        phone = self.live.lab.handset(self.caller)
        texts = [text for text in [*phone.received, *phone.sent] if text.account is self._account]
        return sorted(texts, key=lambda text: text.arrived_at or text.created_at)

    def state(self) -> str:
        """Where the call stands, in words."""
        leg, person = self.call.leg, self.call.leg.person
        if self.call.finished:
            return "The call is over."
        if leg.bridged_to is not None or leg.conference is not None:
            return "The caller is connected."
        if isinstance(person, CallerPerson) and person.at_the_tone:
            return "The tone has sounded. The voicemail is being recorded."
        ringing = [phone for phone in [*leg.children, *self._legs_beside()] if phone.live and not phone.answered]
        if ringing:
            return f"{len(ringing)} {'phone rings' if len(ringing) == 1 else 'phones ring'}."
        return "The caller hears the greeting." if self.call.heard else "The call is being connected."

    def reply(self, body: str) -> None:
        """The patient texts the line that was called. Raises LookupError when the practice no longer has it."""
        account = self.live.account_of(self.line.practice)
        if account is None or self.line.number not in account.numbers:
            raise LookupError("the line is gone")
        self.live.lab.send_text(self.caller, self.line.number, body)


_calls: dict[str, LiveCall] = {}


def place_live_call(
    practice: Practice,
    *,
    line: Line,
    caller: str,
    behaviours: Mapping[Destination, Behaviour],
    choices: Mapping[str, Any],
) -> LiveCall:
    """Somebody calls a line. Raises LookupError when this process is not the practice's carrier."""
    live = running()
    account = live.account_of(practice) if live else None
    if live is None or account is None:
        raise LookupError("the Phone Lab of this process does not carry this practice")
    began = live.lab.log.last
    for phone, how in behaviours.items():
        # For all calls: a leg that our application asks for over REST belongs to none yet.
        live.lab.set_callee(dialled(phone), casting.callee(how))
    call = live.lab.place_call(caller or WITHHELD, line.number, caller=Caller.by_hand())
    labels = {dialled(phone): phone.label for phone in behaviours}
    placed = LiveCall(live, practice.pk, line, caller, call, began, labels, choices)
    _calls[placed.sid] = placed
    for forgotten in list(_calls)[:-KEPT]:
        del _calls[forgotten]
    return placed


def find_live_call(practice: Practice, sid: str) -> LiveCall | None:
    """A test call of this practice that this process still knows."""
    found = _calls.get(sid)
    return found if found and found.practice_id == practice.pk and found.live is running() else None


def dialled(phone: Destination) -> str:
    """A destination's address as the carrier dials it."""
    return f"client:{phone.address}" if phone.kind == "client" else phone.address
