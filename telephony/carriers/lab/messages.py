"""Texts: what handsets send and receive, delivery states, opt-outs."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from telephony.carriers.lab.accounts import Account
from telephony.carriers.lab.behaviours import Phone

if TYPE_CHECKING:
    from telephony.carriers.lab.lab import Lab

STOP_WORDS = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "END", "QUIT", "CANCEL", "REVOKE", "OPTOUT"})
START_WORDS = frozenset({"START", "YES", "UNSTOP"})
HELP_WORDS = frozenset({"HELP", "INFO"})
OPT_OUT_REPLY = "You have successfully been unsubscribed. Reply START to resubscribe."
OPT_IN_REPLY = "You have successfully been re-subscribed to messages from this number."
HELP_REPLY = "Reply STOP to unsubscribe. Msg & data rates may apply."


@dataclass(eq=False)
class Media:
    sid: str
    content: bytes
    content_type: str
    created_at: dt.datetime


@dataclass(eq=False)
class Text:
    """A message resource. `arrived_at`: when the handset showed it (ours), or our number got it (theirs)."""

    sid: str
    account: Account
    from_: str
    to: str
    body: str
    direction: str
    status: str
    created_at: dt.datetime
    status_callback: str = ""
    messaging_service_sid: str = ""
    media: list[Media] = field(default_factory=list)
    error_code: int | None = None
    sent_at: dt.datetime | None = None
    updated_at: dt.datetime | None = None
    arrived_at: dt.datetime | None = None
    deleted: bool = False


class Texts:
    """All texts of a lab."""

    def __init__(self, lab: "Lab") -> None:
        self._lab = lab
        self.phones: dict[str, Phone] = {}
        self.all: dict[str, Text] = {}
        self.opted_out: set[tuple[str, str]] = set()

    def receive(self, from_: str, to: str, body: str, media: Sequence[tuple[bytes, str]] = ()) -> Text:
        raise LookupError(f"nobody owns {to}")


class Handset:
    """A mobile, seen from outside."""

    def __init__(self, texts: Texts, number: str) -> None:
        self._texts, self.number = texts, number

    @property
    def received(self) -> list[Text]:
        """Texts that arrived here, in order of arrival."""
        here = [text for text in self._texts.all.values() if text.to == self.number and text.arrived_at]
        return sorted(here, key=lambda text: text.arrived_at or text.created_at)

    @property
    def sent(self) -> list[Text]:
        """Texts sent from here, oldest first."""
        return [text for text in self._texts.all.values() if text.from_ == self.number]
