"""Texts that arrive at the lab's numbers: the carrier's keywords, the SmsUrl webhook, its fallback, its reply."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from telephony.carriers.lab.accounts import OwnedNumber
from telephony.carriers.lab.errors import RestError, Stalled
from telephony.carriers.lab.legs import geo_fields
from telephony.carriers.lab.messages import Draft, Text
from telephony.carriers.lab.process import Fetch, Process, Steps
from telephony.carriers.lab.twiml import Document, TwimlError, Verb, read_reply
from telephony.carriers.lab.webhooks import Request

if TYPE_CHECKING:
    from telephony.carriers.lab.lab import Lab

STOP_WORDS = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "END", "QUIT", "CANCEL", "REVOKE", "OPTOUT"})
START_WORDS = frozenset({"START", "YES", "UNSTOP"})
HELP_WORDS = frozenset({"HELP", "INFO"})
OPT_OUT_REPLY = "You have successfully been unsubscribed. Reply START to resubscribe."
OPT_IN_REPLY = "You have successfully been re-subscribed to messages from this number."
HELP_REPLY = "Reply STOP to unsubscribe. Msg & data rates may apply."


class Inbox:
    def __init__(self, lab: "Lab") -> None:
        self._lab = lab

    def arrive(self, from_: str, to: str, body: str, media: Sequence[tuple[bytes, str]] = ()) -> Text:
        """A text for one of the lab's numbers; LookupError if nobody owns it."""
        owned = self._lab.number(to)
        if owned is None:
            raise LookupError(f"nobody owns {to}")
        text = self._lab.texts.new(owned.account, from_, to, body, "inbound", "received", mms=bool(media))
        for content, content_type in media:
            self._lab.texts.attach(text, content, content_type)
        text.arrived_at = text.sent_at = self._lab.now
        self._lab.note("message", f"text {from_} → {to}: received", message=text.sid, body=body)
        if self._lab.faults.switches.opt_out_by_carrier:
            self._keyword(owned, text)
        Process(self._lab.scheduler, self._webhook_steps(owned, text), self._lab.mail.ask)
        return text

    def _keyword(self, owned: OwnedNumber, text: Text) -> None:
        word, pair = text.body.strip().upper(), (owned.number, text.from_)
        if word in STOP_WORDS and pair not in self._lab.texts.opted_out:
            self._say(owned, text.from_, OPT_OUT_REPLY)
            self._lab.texts.opted_out.add(pair)
        elif word in START_WORDS and pair in self._lab.texts.opted_out:
            self._lab.texts.opted_out.discard(pair)
            self._say(owned, text.from_, OPT_IN_REPLY)
        elif word in HELP_WORDS:
            self._say(owned, text.from_, HELP_REPLY)

    def _say(self, owned: OwnedNumber, to: str, body: str) -> None:
        self._reply(owned, Draft(to, owned.number, body))

    def _reply(self, owned: OwnedNumber, draft: Draft) -> None:
        try:
            self._lab.texts.accept(owned.account, draft, direction="outbound-reply")
        except RestError as error:
            self._lab.alert(owned.account, error.code, error.message, owned.sms_url)
        except Stalled:
            return

    # The application ------------------------------------------------------------------------------------------------

    def _webhook_steps(self, owned: OwnedNumber, text: Text) -> Steps:
        if not owned.sms_url:
            return
        fields = self._fields(owned, text)
        try:
            document = yield from self._fetch(Request("sms", owned.account, owned.sms_url, fields, owned.sms_method))
        except TwimlError as error:
            self._lab.alert(owned.account, error.code, error.text, owned.sms_url)
            if not owned.sms_fallback_url:
                return
            fields |= {"ErrorCode": str(error.code), "ErrorUrl": owned.sms_url}
            fallback = Request("fallback", owned.account, owned.sms_fallback_url, fields, owned.sms_fallback_method)
            try:
                document = yield from self._fetch(fallback)
            except TwimlError as again:
                self._lab.alert(owned.account, again.code, again.text, owned.sms_fallback_url)
                return
        self._obey(owned, text, document)

    def _fetch(self, request: Request) -> Steps:
        reply = yield Fetch(request)
        if reply.ok and not reply.body:
            return Document(request.url, ())
        return read_reply(reply)

    def _obey(self, owned: OwnedNumber, text: Text, document: Document) -> None:
        for warning in document.warnings:
            self._lab.strict_failures.append(f"{document.url}: {warning}")
            self._lab.alert(owned.account, 12200, warning, document.url, level="warning")
        for one in document.verbs:
            if one.name == "Message":
                self._reply(owned, self._draft(owned, text, document, one))

    def _draft(self, owned: OwnedNumber, text: Text, document: Document, one: Verb) -> Draft:
        body = next((part.text for part in one.nested if part.name == "Body"), one.text)
        media = tuple(document.absolute(part.text) for part in one.nested if part.name == "Media")
        callback = one.get("statusCallback") and document.absolute(one.get("statusCallback"))
        return Draft(one.get("to") or text.from_, one.get("from") or owned.number, body, media, callback)

    def _fields(self, owned: OwnedNumber, text: Text) -> dict[str, str]:
        fields = text.fields() | {
            "SmsMessageSid": text.sid,
            "Body": text.body,
            "NumMedia": str(len(text.media)),
            "NumSegments": str(text.segments),
        }
        base = f"{self._lab.api_url}/2010-04-01/Accounts/{owned.account.sid}/Messages/{text.sid}/Media/"
        for number, media in enumerate(text.media):
            fields[f"MediaUrl{number}"] = base + media.sid
            fields[f"MediaContentType{number}"] = media.content_type
        fields |= geo_fields("From", self._lab.geo_of(text.from_), text.from_)
        return fields | geo_fields("To", owned.geo, text.to)
