"""The carrier contract in our own words: what goes to a carrier, what comes back, how it can fail.

The rest of the house imports this module and `telephony.carriers.twilio.*`, never the SDK. Every
function that talks to a carrier raises one of three errors:

- `ProviderTemporary(retry_after)`: surely not done; trying again later is safe.
- `ProviderPermanent(code, reason)`: surely not done, and trying again will not help.
- `ProviderUnknown`: it may have been done. Never repeat blindly; look it up or wait for the callback.
"""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from tempfile import SpooledTemporaryFile

from conversations.channels.ports import ProviderPermanent, ProviderTemporary, ProviderUnknown, SentText

__all__ = [
    "AccountInfo",
    "CallReport",
    "CallStatus",
    "CarrierNumber",
    "FetchedMedia",
    "PlacedCall",
    "ProviderPermanent",
    "ProviderTemporary",
    "ProviderUnknown",
    "RecordingReport",
    "SentText",
    "Webhook",
    "Webhooks",
]


class CallStatus(StrEnum):
    """What a carrier says of a call or a leg. The last five are final."""

    QUEUED = "queued"
    INITIATED = "initiated"
    RINGING = "ringing"
    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"
    BUSY = "busy"
    NO_ANSWER = "no-answer"
    FAILED = "failed"
    CANCELED = "canceled"

    @classmethod
    def parse(cls, word: str) -> "CallStatus | None":
        """The carrier's word, or None for one that we do not know."""
        return cls(word) if word in cls._value2member_map_ else None

    @property
    def is_final(self) -> bool:
        return self in {self.COMPLETED, self.BUSY, self.NO_ANSWER, self.FAILED, self.CANCELED}


@dataclass(frozen=True)
class PlacedCall:
    """A leg that the carrier accepted. `status` is usually queued: ringing comes by callback."""

    sid: str
    status: CallStatus


@dataclass(frozen=True)
class CallReport:
    """What the carrier says of a call, or of a phone that it rang, when it is asked. `address`: whom it called."""

    sid: str
    address: str
    status: CallStatus
    started_at: dt.datetime | None
    ended_at: dt.datetime | None


@dataclass(frozen=True)
class RecordingReport:
    """A recording that the carrier has of a call. `seconds` is 0 while it is being made."""

    sid: str
    url: str
    seconds: int
    status: str
    is_voicemail: bool


@dataclass(frozen=True)
class AccountInfo:
    sid: str
    status: str
    is_trial: bool


@dataclass(frozen=True)
class Webhook:
    """An absolute URL (empty: none) and the HTTP verb it is asked with."""

    url: str
    method: str = "POST"


@dataclass(frozen=True)
class Webhooks:
    """Where a number's calls and texts are announced."""

    voice: Webhook
    voice_fallback: Webhook
    status: Webhook
    sms: Webhook
    sms_fallback: Webhook


@dataclass(frozen=True)
class CarrierNumber:
    """A telephone number as the carrier's account has it. An app or a trunk (their ids) overrides the webhooks."""

    sid: str
    number: str
    label: str
    webhooks: Webhooks
    voice_app: str = ""
    sms_app: str = ""
    trunk: str = ""
    has_voice: bool = True
    has_sms: bool = True


@dataclass(frozen=True)
class FetchedMedia:
    """A file from the carrier, complete. `file` stands at its start; `size` in bytes."""

    file: SpooledTemporaryFile[bytes]
    content_type: str
    size: int
