"""The send gate: may this text go out? Small checks in order, over facts that were read beforehand.

The first check that fails ends it; its reason is a sentence for staff. The verdict is kept with the
message, so that "why was (no) text sent" has one answer.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from aesthetix.lib.phone import display, to_e164
from aesthetix.practices.models import Practice, Staff
from contacts.models import Consent, Contact
from contacts.services.records import consents_of
from conversations.channels import ports
from conversations.channels.ports import Sender
from conversations.channels.sms.segments import MAX_BODY
from conversations.models import Message
from conversations.services.opt_out import open_opt_out


@dataclass(frozen=True)
class Facts:
    """All that the gate looks at. Numbers are E.164; `to` is empty when there is no valid one;
    `written_to` is the line that the patient last texted."""

    body: str
    to: str
    contact_numbers: frozenset[str]
    to_is_own: bool = False
    opted_out_at: dt.datetime | None = None
    consent_refused: bool = False
    carrier_ready: bool = True
    senders: tuple[Sender, ...] = ()
    from_number: str = ""
    written_to: str = ""


@dataclass(frozen=True)
class Check:
    check: str
    passed: bool
    reason: str


@dataclass(frozen=True)
class Verdict:
    checks: tuple[Check, ...]
    sender: str

    @property
    def passed(self) -> bool:
        return all(check.passed for check in self.checks)

    @property
    def reason(self) -> str:
        """Why the text may not go out; empty when it may."""
        return "" if self.passed else self.checks[-1].reason

    def as_json(self) -> list[dict[str, Any]]:
        return [asdict(check) for check in self.checks]


def check_body(facts: Facts) -> Check:
    if not facts.body.strip():
        return Check("body", False, "The text is empty.")
    if len(facts.body) > MAX_BODY:
        return Check("body", False, f"The text has {len(facts.body):,} characters; {MAX_BODY:,} is the most.")
    return Check("body", True, f"{len(facts.body):,} characters.")


def check_recipient(facts: Facts) -> Check:
    if not facts.to:
        return Check("recipient", False, "There is no valid telephone number to text.")
    if facts.to_is_own:
        return Check("recipient", False, f"{display(facts.to)} is a number of the practice or its staff.")
    if facts.to not in facts.contact_numbers:
        return Check("recipient", False, f"{display(facts.to)} is not on this contact's record.")
    return Check("recipient", True, f"{display(facts.to)} is on the contact's record.")


def check_opt_out(facts: Facts) -> Check:
    if facts.opted_out_at:
        return Check("opt_out", False, f"{display(facts.to)} opted out of texts. Only a START from that phone ends it.")
    return Check("opt_out", True, "No opt-out from this number.")


def check_consent(facts: Facts) -> Check:
    if facts.consent_refused:
        return Check("consent", False, "The contact's record says that they do not want texts.")
    return Check("consent", True, "The contact has not refused texts.")


def check_carrier(facts: Facts) -> Check:
    if not facts.carrier_ready:
        return Check("carrier", False, "The practice is not connected to a carrier that sends texts.")
    return Check("carrier", True, "The practice's carrier account is connected.")


def check_sender(facts: Facts) -> Check:
    sender = pick_sender(facts)
    if sender is not None:
        return Check("sender", True, f"From {sender.label} {display(sender.number)}.")
    if facts.from_number:
        return Check("sender", False, f"{display(facts.from_number)} is not a line that this sender may text from.")
    return Check("sender", False, "There is no line to text from.")


CHECKS: tuple[Callable[[Facts], Check], ...] = (
    check_body,
    check_recipient,
    check_opt_out,
    check_consent,
    check_carrier,
    check_sender,
)


def pick_sender(facts: Facts) -> Sender | None:
    """The line that was asked for; else the one the patient last texted; else the default, else the first."""
    by_number = {sender.number: sender for sender in facts.senders}
    if facts.from_number:
        return by_number.get(facts.from_number)
    default = next((sender for sender in facts.senders if sender.is_default), None)
    return by_number.get(facts.written_to) or default or next(iter(facts.senders), None)


def judge(facts: Facts) -> Verdict:
    checks: list[Check] = []
    for check in CHECKS:
        checks.append(check(facts))
        if not checks[-1].passed:
            break
    sender = pick_sender(facts)
    return Verdict(tuple(checks), sender.number if sender else facts.from_number)


def gather_facts(
    practice: Practice,
    contact: Contact,
    staff: Staff | None,
    *,
    body: str,
    channel: str,
    to: str,
    from_number: str,
    written_to: str | None = None,
) -> Facts:
    """Read what the gate needs. An empty `to` means the contact's main number; `written_to` is for callers who
    know the line that the patient last texted."""
    numbers = [phone.number for phone in contact.phones.all()]
    wanted = to or (numbers[0] if numbers else "")
    number = to_e164(wanted) or ""
    opt_out = open_opt_out(practice, number, channel) if number else None
    carrier = ports.text_carrier(channel)
    return Facts(
        body=body,
        to=number,
        contact_numbers=frozenset(numbers),
        to_is_own=bool(number) and ports.is_own_number(practice, number),
        opted_out_at=opt_out.at if opt_out else None,
        consent_refused=consents_of(contact).get(Consent.Channel.TEXT) is False,
        carrier_ready=carrier is not None and carrier.available(practice),
        senders=tuple(ports.senders_for(practice, staff)),
        from_number=to_e164(from_number) or from_number,
        written_to="" if from_number else _last_written_to(practice, contact, channel, written_to),
    )


def preview(
    practice: Practice,
    contact: Contact,
    staff: Staff | None,
    *,
    body: str,
    channel: str = "sms",
    to: str = "",
    from_number: str = "",
) -> Verdict:
    """What the gate would say, without writing anything: for the composer and the API."""
    return judge(gather_facts(practice, contact, staff, body=body, channel=channel, to=to, from_number=from_number))


def _last_written_to(practice: Practice, contact: Contact, channel: str, known: str | None) -> str:
    if known is not None:
        return known
    received = Message.objects.for_practice(practice).filter(thread__contact=contact, channel=channel, inbound=True)
    return received.order_by("-id").values_list("to_address", flat=True).first() or ""
