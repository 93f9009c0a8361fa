"""Does the Twilio account point at us? Checks every line's webhook addresses, and sets them right.

A report is a list of findings, plain enough to be stored as JSON and shown as it is.
"""

import dataclasses
from collections.abc import Iterable, Iterator
from enum import StrEnum
from urllib.parse import urlsplit

from django.conf import settings

from aesthetix.lib import phone
from telephony.carriers.base import AccountInfo, CarrierNumber, WebhookUrls
from telephony.models import CarrierAccount, Line

PATHS = WebhookUrls(
    voice="/twilio/voice/inbound/",
    voice_fallback="/twilio/voice/fallback/",
    status="/twilio/voice/status/",
    sms="/twilio/messages/inbound/",
    sms_fallback="/twilio/messages/inbound/",
)
LABELS = {
    "voice": "A call comes in",
    "voice_fallback": "Primary handler fails",
    "status": "Call status changes",
    "sms": "A message comes in",
    "sms_fallback": "Primary handler fails (messages)",
}


class Verdict(StrEnum):
    OK = "ok"
    WRONG = "wrong"
    NOTE = "note"


@dataclasses.dataclass(frozen=True)
class Finding:
    """`about` is the account or a line's name; `fixable` says that `update_number` sets it right."""

    about: str
    check: str
    verdict: Verdict
    text: str = ""
    found: str = ""
    expected: str = ""
    fixable: bool = False

    def as_json(self) -> dict[str, str | bool]:
        return dataclasses.asdict(self)


def expected_urls() -> WebhookUrls:
    """The addresses that every line's number has to call, on PUBLIC_BASE_URL."""
    base = settings.PUBLIC_BASE_URL
    return WebhookUrls(**{name: base + path for name, path in dataclasses.asdict(PATHS).items()})


def check_account(account: CarrierAccount, info: AccountInfo) -> Iterator[Finding]:
    active = info.status == "active"
    text = "" if active else "Calls and texts do not work until the account is active. Twilio's console says why."
    yield Finding("Account", "Status", Verdict.OK if active else Verdict.WRONG, text, info.status, "active")
    if info.is_trial:
        yield Finding("Account", "Type", Verdict.NOTE, "A trial account reaches verified numbers only. Upgrade it.")
    if not account.base_url:
        yield from _check_public_address()
        yield Finding(
            "Account",
            "HTTP basic auth for media",
            Verdict.NOTE,
            "Twilio does not tell programs whether it is on. Turn it on in the console under Voice → Settings "
            "and Messaging → Settings, so that recordings and pictures cannot be opened without the account's "
            "credentials.",
        )


def _check_public_address() -> Iterator[Finding]:
    url = urlsplit(settings.PUBLIC_BASE_URL)
    reachable = url.scheme == "https" and url.hostname not in {"localhost", "127.0.0.1", "::1"}
    text = "" if reachable else "Twilio must reach this address over https. Set PUBLIC_BASE_URL."
    yield Finding(
        "Account", "Public address", Verdict.OK if reachable else Verdict.WRONG, text, settings.PUBLIC_BASE_URL
    )


def check_line(line: Line, number: CarrierNumber | None) -> Iterator[Finding]:
    if number is None:
        text = f"{phone.display(line.number)} is not in this Twilio account."
        yield Finding(line.name, "Number", Verdict.WRONG, text)
        return
    yield from _check_urls(line, number)
    yield from _check_overrides(line, number)
    for has, word in ((number.has_voice, "calls"), (number.has_sms, "texts")):
        if not has:
            yield Finding(line.name, "Capability", Verdict.WRONG, f"This number cannot carry {word}.")


def _check_urls(line: Line, number: CarrierNumber) -> Iterator[Finding]:
    found, expected = dataclasses.asdict(number.urls), dataclasses.asdict(expected_urls())
    methods = {"voice": number.voice_method, "sms": number.sms_method}
    for name, label in LABELS.items():
        right = found[name] == expected[name] and methods.get(name, "POST") == "POST"
        text = "" if right else f"{'Not set' if not found[name] else 'Goes elsewhere'}: {_consequence(name)}"
        if found[name] == expected[name] and not right:
            text = "The method must be POST."
        verdict = Verdict.OK if right else Verdict.WRONG
        yield Finding(line.name, label, verdict, text, found[name], expected[name], fixable=not right)


def _consequence(name: str) -> str:
    return {
        "voice": "calls to this line do not reach Aesthetix CRM.",
        "voice_fallback": "callers hear an error when Aesthetix CRM is down.",
        "status": "a caller who hangs up early may not be counted as missed.",
        "sms": "texts to this line do not reach Aesthetix CRM.",
        "sms_fallback": "a text that arrives while Aesthetix CRM is down is lost.",
    }[name]


def _check_overrides(line: Line, number: CarrierNumber) -> Iterator[Finding]:
    for sid, word in ((number.voice_app, "calls"), (number.sms_app, "texts")):
        if sid:
            text = f"A TwiML app on the number takes its {word} and overrides the addresses."
            yield Finding(line.name, "TwiML app", Verdict.WRONG, text, sid, "", fixable=True)
    if number.trunk:
        text = "A SIP trunk takes this number's calls. Remove the number from the trunk in Twilio's console."
        yield Finding(line.name, "SIP trunk", Verdict.WRONG, text, number.trunk)


def check_unused(lines: Iterable[Line], numbers: Iterable[CarrierNumber]) -> Iterator[Finding]:
    """Numbers that are paid for at the carrier but are no line here."""
    known = {line.number for line in lines}
    for number in numbers:
        if number.number not in known:
            text = f"{phone.display(number.number)} is in the account, but not a line here."
            yield Finding("Account", "Number", Verdict.NOTE, text)


def needs_fix(line: Line, number: CarrierNumber) -> bool:
    return any(finding.fixable for finding in check_line(line, number))
