"""Does the Twilio account point at us? Checks every line's webhook addresses, and sets them right.

A report is a list of findings, plain enough to be stored as JSON and shown as it is.
"""

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse

from aesthetix.lib import phone
from telephony.carriers.base import AccountInfo, CarrierNumber, ProviderPermanent, Webhook, Webhooks
from telephony.carriers.twilio import numbers
from telephony.models import CarrierAccount, Line

ACCOUNT = "Account"
URL_NAMES = {
    "voice": "twilio:inbound",
    "voice_fallback": "twilio:fallback",
    "status": "twilio:status",
    "sms": "twilio:message_inbound",
    # The same address once more: it takes a text that it knows already for what it is.
    "sms_fallback": "twilio:message_inbound",
}
# As Twilio's console names the fields of a number.
LABELS = {
    "voice": "A call comes in",
    "voice_fallback": "Primary handler fails (calls)",
    "status": "Call status changes",
    "sms": "A message comes in",
    "sms_fallback": "Primary handler fails (messages)",
}
CONSEQUENCES = {
    "voice": "calls to this line do not reach Aesthetix CRM.",
    "voice_fallback": "callers hear an error when Aesthetix CRM is down.",
    "status": "a caller who hangs up early may not be counted as missed.",
    "sms": "texts to this line do not reach Aesthetix CRM.",
    "sms_fallback": "a text that arrives while Aesthetix CRM is down is lost.",
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


def expected_webhooks() -> Webhooks:
    """What every line's number has to call, on PUBLIC_BASE_URL."""
    base = settings.PUBLIC_BASE_URL
    return Webhooks(**{name: Webhook(base + reverse(url_name)) for name, url_name in URL_NAMES.items()})


def check(account: CarrierAccount, lines: Sequence[Line]) -> list[Finding]:
    """Ask the account and compare. Refused credentials are a finding; a carrier that cannot be reached
    raises ProviderTemporary."""
    try:
        info = numbers.fetch_account(account)
        found = {number.number: number for number in numbers.list_numbers(account)}
    except ProviderPermanent as error:
        return [Finding(ACCOUNT, "Credentials", Verdict.WRONG, error.reason)]
    per_line = [finding for line in lines for finding in check_line(line, found.get(line.number))]
    return [*check_account(account, info), *check_unused(lines, found.values()), *per_line]


@dataclasses.dataclass(frozen=True)
class Fix:
    line: Line
    before: CarrierNumber
    after: CarrierNumber


def fix(account: CarrierAccount, lines: Sequence[Line]) -> Iterator[Fix]:
    """Point every line's number at us that is not; one request a number, so that what was done before a
    failure is known."""
    found = {number.number: number for number in numbers.list_numbers(account)}
    for line in lines:
        before = found.get(line.number)
        if before and any(finding.fixable for finding in check_line(line, before)):
            yield Fix(line, before, numbers.update_number(account, before.sid, expected_webhooks()))


def check_account(account: CarrierAccount, info: AccountInfo) -> Iterator[Finding]:
    active = info.status == "active"
    text = "" if active else "Calls and texts do not work until the account is active. Twilio's console says why."
    yield Finding(ACCOUNT, "Status", Verdict.OK if active else Verdict.WRONG, text, info.status, "active")
    if info.is_trial:
        yield Finding(ACCOUNT, "Type", Verdict.NOTE, "A trial account reaches verified numbers only. Upgrade it.")
    if not account.base_url:
        yield from _check_public_address()
        yield Finding(
            ACCOUNT,
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
    yield Finding(ACCOUNT, "Public address", Verdict.OK if reachable else Verdict.WRONG, text, settings.PUBLIC_BASE_URL)


def check_line(line: Line, number: CarrierNumber | None) -> Iterator[Finding]:
    if number is None:
        text = f"{phone.display(line.number)} is not in this Twilio account."
        yield Finding(line.name, "Number", Verdict.WRONG, text)
        return
    yield from _check_webhooks(line, number)
    yield from _check_overrides(line, number)
    for has, word in ((number.has_voice, "calls"), (number.has_sms, "texts")):
        if not has:
            yield Finding(line.name, "Capability", Verdict.WRONG, f"This number cannot carry {word}.")


def _check_webhooks(line: Line, number: CarrierNumber) -> Iterator[Finding]:
    for name, label in LABELS.items():
        found: Webhook = getattr(number.webhooks, name)
        expected: Webhook = getattr(expected_webhooks(), name)
        right = found == expected
        text = "" if right else _what_is_wrong(name, found, expected)
        verdict = Verdict.OK if right else Verdict.WRONG
        yield Finding(line.name, label, verdict, text, shown(found.url), expected.url, fixable=not right)


def _what_is_wrong(name: str, found: Webhook, expected: Webhook) -> str:
    if found.url == expected.url:
        return f"The method is {found.method}; it must be {expected.method}."
    return f"{'Goes elsewhere' if found.url else 'Not set'}: {CONSEQUENCES[name]}"


def shown(url: str) -> str:
    """Without user and query, which may hold somebody else's secrets."""
    parts = urlsplit(url)
    bare = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}" if parts.netloc else ""
    return f"{bare}?…" if parts.query else bare


def _check_overrides(line: Line, number: CarrierNumber) -> Iterator[Finding]:
    """What takes the number's calls or texts before its addresses are asked. Only the console can remove
    it: Twilio's interface describes no empty application."""
    for sid, check, taken in (
        (number.voice_app, "TwiML app", "calls"),
        (number.sms_app, "TwiML app", "texts"),
        (number.trunk, "SIP trunk", "calls"),
    ):
        if sid:
            text = f"A {check} takes this number's {taken}. Remove it from the number in Twilio's console."
            yield Finding(line.name, check, Verdict.WRONG, text, sid)


def check_unused(lines: Iterable[Line], numbers: Iterable[CarrierNumber]) -> Iterator[Finding]:
    """Numbers that are paid for at the carrier but are no line here."""
    known = {line.number for line in lines}
    for number in numbers:
        if number.number not in known:
            text = f"{phone.display(number.number)} is in the account, but not a line here."
            yield Finding(ACCOUNT, "Number", Verdict.NOTE, text)
