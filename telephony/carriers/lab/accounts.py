"""The lab's customers: accounts, the numbers they own, and their error log."""

import datetime as dt
import random
import uuid
from dataclasses import dataclass, field

from telephony.carriers.lab.behaviours import Geo


class Sids:
    """Twilio-shaped identifiers: two letters and 32 hex digits. With a seed the same ones come out each time."""

    def __init__(self, seed: int | None = None) -> None:
        self._dice = None if seed is None else random.Random(seed)  # noqa: S311 - identifiers of a test carrier

    def token(self) -> uuid.UUID:
        return uuid.uuid4() if self._dice is None else uuid.UUID(int=self._dice.getrandbits(128), version=4)

    def sid(self, prefix: str) -> str:
        return prefix + self.token().hex


@dataclass
class OwnedNumber:
    """A phone number and what its owner configured on it; blank URLs are not set."""

    sid: str
    account: "Account"
    number: str
    friendly_name: str
    created_at: dt.datetime
    geo: Geo = field(default_factory=Geo)
    voice_url: str = ""
    voice_method: str = "POST"
    voice_fallback_url: str = ""
    voice_fallback_method: str = "POST"
    status_callback: str = ""
    status_callback_method: str = "POST"
    sms_url: str = ""
    sms_method: str = "POST"
    sms_fallback_url: str = ""
    sms_fallback_method: str = "POST"
    voice_caller_id_lookup: bool = False
    sms_enabled: bool = True


@dataclass(frozen=True)
class Alert:
    """A row of the error log. `level`: error or warning."""

    sid: str
    account_sid: str
    code: int
    level: str
    text: str
    url: str
    resource_sid: str
    at: dt.datetime


@dataclass
class Account:
    """One customer of the carrier. `verified`: numbers it may show as caller ID besides its own."""

    sid: str
    auth_token: str
    name: str
    created_at: dt.datetime
    numbers: dict[str, OwnedNumber] = field(default_factory=dict)
    verified: set[str] = field(default_factory=set)
    alerts: list[Alert] = field(default_factory=list)

    def may_call_from(self, number: str) -> bool:
        return number in self.numbers or number in self.verified

    def number_by_sid(self, sid: str) -> OwnedNumber | None:
        return next((number for number in self.numbers.values() if number.sid == sid), None)
