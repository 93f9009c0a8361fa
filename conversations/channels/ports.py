"""What the conversations need from the floors above: somebody who carries texts, and lines to send from.

The telephony app registers the real ones when it is ready. Statuses are the carriers' common words:
accepted, scheduled, queued, sending, sent, delivered, read, undelivered, failed, canceled.
"""

import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Protocol

from aesthetix.practices.models import Practice, Staff


class ProviderError(Exception):
    """A carrier did not take a message."""


class ProviderTemporary(ProviderError):
    """Certainly not taken, may be tried again: no connection, or told to slow down. `retry_after` in seconds."""

    def __init__(self, retry_after: float | None = None) -> None:
        super().__init__("temporary")
        self.retry_after = retry_after


class ProviderPermanent(ProviderError):
    """Certainly not taken, and trying again would not help. `reason` in the carrier's own words."""

    def __init__(self, code: str, reason: str = "") -> None:
        super().__init__(code)
        self.code, self.reason = str(code), reason


class ProviderUnknown(ProviderError):
    """No clear answer (a timeout, a 5xx): the message may be on its way."""


@dataclass(frozen=True)
class SentText:
    sid: str
    status: str
    error_code: str = ""


@dataclass(frozen=True)
class Sender:
    number: str
    label: str
    is_default: bool = False


class TextCarrier(Protocol):
    """Calls the carrier; never inside a transaction. Every method may raise the three errors above."""

    def available(self, practice: Practice) -> bool:
        """Whether the practice has an account that can send. From local data, without a network call."""
        ...

    def send(self, practice: Practice, *, from_number: str, to_number: str, body: str, status_url: str) -> SentText: ...

    def find(
        self,
        practice: Practice,
        *,
        from_number: str,
        to_number: str,
        body: str,
        since: dt.datetime,
        known: Collection[str] = (),
    ) -> SentText | None:
        """Look through what the carrier has taken: the oldest such text since then whose sid is not in `known`.

        None only when the carrier answered clearly and has no such text.
        """
        ...


class Senders(Protocol):
    def numbers_for(self, practice: Practice, staff: Staff | None) -> list[Sender]:
        """The lines this person may send from, the default first; all lines for None (a program)."""
        ...


OwnNumbers = Callable[[Practice, str], bool]


_carriers: dict[str, TextCarrier] = {}
_senders: list[Senders] = []
_own_numbers: list[OwnNumbers] = []


def register_text_carrier(carrier: TextCarrier, channel: str = "sms") -> None:
    _carriers[channel] = carrier


def text_carrier(channel: str = "sms") -> TextCarrier | None:
    return _carriers.get(channel)


def register_senders(senders: Senders) -> None:
    _senders[:] = [senders]


def senders_for(practice: Practice, staff: Staff | None) -> list[Sender]:
    return _senders[0].numbers_for(practice, staff) if _senders else []


def register_own_numbers(is_own: OwnNumbers) -> None:
    """`is_own(practice, number)`: one of the practice's lines, or a number of its staff (E.164)."""
    _own_numbers[:] = [is_own]


def is_own_number(practice: Practice, number: str) -> bool:
    return any(is_own(practice, number) for is_own in _own_numbers)
