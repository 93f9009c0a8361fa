"""Texts: what handsets send and receive, delivery states, opt-outs."""

import datetime as dt
import math
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from telephony.carriers.lab.accounts import Account
from telephony.carriers.lab.behaviours import Phone
from telephony.carriers.lab.errors import RestError, Stalled
from telephony.carriers.lab.webhooks import Reply, Request

if TYPE_CHECKING:
    from telephony.carriers.lab.lab import Lab

GSM7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà^{}\\[~]|€"
)
MAX_BODY = 1600


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
    media_urls: tuple[str, ...] = ()
    error_code: int | None = None
    sent_at: dt.datetime | None = None
    arrived_at: dt.datetime | None = None

    @property
    def segments(self) -> int:
        """How many parts the network carries it in."""
        plain = all(letter in GSM7 for letter in self.body)
        single, part = (160, 153) if plain else (70, 67)
        return 1 if len(self.body) <= single else math.ceil(len(self.body) / part)

    def fields(self) -> dict[str, str]:
        """What every webhook about it carries."""
        fields = {
            "MessageSid": self.sid,
            "SmsSid": self.sid,
            "AccountSid": self.account.sid,
            "From": self.from_,
            "To": self.to,
            "ApiVersion": "2010-04-01",
            "SmsStatus": self.status,
        }
        if self.messaging_service_sid:
            fields["MessagingServiceSid"] = self.messaging_service_sid
        return fields


@dataclass(frozen=True)
class Draft:
    """A text that the application asks for."""

    to: str
    from_: str
    body: str
    media_urls: tuple[str, ...] = ()
    status_callback: str = ""
    messaging_service_sid: str = ""


class Texts:
    """All texts of a lab. `opted_out`: pairs of our number and the handset that said STOP to it."""

    def __init__(self, lab: "Lab") -> None:
        self._lab = lab
        self.phones: dict[str, Phone] = {}
        self.all: dict[str, Text] = {}
        self.opted_out: set[tuple[str, str]] = set()

    # From the application -------------------------------------------------------------------------------------------

    def accept(self, account: Account, draft: Draft, *, direction: str = "outbound-api") -> Text:
        """Take a text for delivery. Raises RestError where Twilio's API refuses, Stalled where it never answers."""
        phone = self.phones.get(draft.to, Phone())
        if phone.outcome == "stalls_before" and self._stalls(draft.to, phone):
            raise Stalled
        self._check(account, draft, phone)
        text = self.new(account, draft.from_, draft.to, draft.body, direction, "queued", mms=bool(draft.media_urls))
        text.status_callback, text.media_urls = draft.status_callback, draft.media_urls
        text.messaging_service_sid = draft.messaging_service_sid
        self._note(text, f"accepted for {text.to}")
        self._lab.scheduler.soon(partial(self._fetch_media, text, phone))
        if phone.outcome == "stalls_after" and self._stalls(draft.to, phone):
            raise Stalled
        return text

    def _stalls(self, number: str, phone: Phone) -> bool:
        if phone.stalls is None:
            return True
        self.phones[number] = replace(phone, stalls=phone.stalls - 1)
        return phone.stalls > 0

    def _check(self, account: Account, draft: Draft, phone: Phone) -> None:
        if not draft.to:
            raise RestError(21604)
        if not draft.from_:
            raise RestError(21603)
        if not draft.body and not draft.media_urls:
            raise RestError(21602)
        if len(draft.body) > MAX_BODY:
            raise RestError(21617)
        if self._lab.unroutable(draft.to):
            raise RestError(21211)
        owned = account.numbers.get(draft.from_)
        if owned is None or not owned.sms_enabled:
            raise RestError(21606)
        if (draft.from_, draft.to) in self.opted_out:
            raise RestError(21610)
        if phone.outcome == "refused":
            raise RestError(phone.code or 21211)

    def new(
        self, account: Account, from_: str, to: str, body: str, direction: str, status: str, *, mms: bool = False
    ) -> Text:
        sid = self._lab.sids.sid("MM" if mms else "SM")
        text = Text(sid, account, from_, to, body, direction, status, self._lab.now)
        self.all[sid] = text
        return text

    def attach(self, text: Text, content: bytes, content_type: str) -> None:
        text.media.append(Media(self._lab.sids.sid("ME"), content, content_type, self._lab.now))

    # Delivery -------------------------------------------------------------------------------------------------------

    def _fetch_media(self, text: Text, phone: Phone) -> None:
        """Fetch the files it carries one after another, then send it on."""
        if len(text.media) < len(text.media_urls):
            url = text.media_urls[len(text.media)]
            request = Request("media", text.account, url, {}, "GET")
            self._lab.mail.ask(request, partial(self._media_came, text, phone, url))
            return
        self._set(text, "sending")
        self._lab.scheduler.later(phone.sent_after, partial(self._sent, text, phone))

    def _media_came(self, text: Text, phone: Phone, url: str, reply: Reply) -> None:
        if not reply.ok:
            self._lab.alert(text.account, reply.error or 11200, "the media file could not be fetched", url)
            self._set(text, "failed", 11200)
            return
        self.attach(text, reply.body, reply.content_type.split(";")[0])
        self._fetch_media(text, phone)

    def _sent(self, text: Text, phone: Phone) -> None:
        text.sent_at = self._lab.now
        self._set(text, "sent")
        self._lab.scheduler.later(phone.final_after, partial(self._final, text, phone))

    def _final(self, text: Text, phone: Phone) -> None:
        if phone.outcome == "undelivered":
            self._set(text, "undelivered", phone.code or 30003)
            return
        text.arrived_at = self._lab.now
        self._set(text, "delivered")
        if self._lab.number(text.to) is not None:
            self._lab.inbox.arrive(text.from_, text.to, text.body, [(m.content, m.content_type) for m in text.media])

    def _set(self, text: Text, status: str, error_code: int | None = None) -> None:
        text.status, text.error_code = status, error_code
        self._note(text, f"{status}{f' ({error_code})' if error_code else ''}")
        fields = text.fields() | {"MessageStatus": status}
        if error_code is not None:
            fields["ErrorCode"] = str(error_code)
        if status in ("delivered", "undelivered"):
            fields["RawDlrDoneDate"] = self._lab.now.strftime("%y%m%d%H%M")
        if text.status_callback:
            self._lab.mail.post(Request("message_status", text.account, text.status_callback, fields))

    def _note(self, text: Text, word: str) -> None:
        self._lab.note("message", f"text {text.from_} → {text.to}: {word}", message=text.sid, body=text.body)


class Handset:
    """A mobile, seen from outside."""

    def __init__(self, texts: Texts, number: str) -> None:
        self._texts, self.number = texts, number

    @property
    def received(self) -> list[Text]:
        """Texts that arrived here, in order of arrival."""
        here = [text for text in list(self._texts.all.values()) if text.to == self.number and text.arrived_at]
        return sorted(here, key=lambda text: text.arrived_at or text.created_at)

    @property
    def sent(self) -> list[Text]:
        """Texts sent from here, oldest first."""
        return [text for text in list(self._texts.all.values()) if text.from_ == self.number]
