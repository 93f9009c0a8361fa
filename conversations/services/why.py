"""Why was (no) text sent: one message's story, for the page and the API."""

import datetime as dt
from dataclasses import dataclass

from conversations.channels.sms.errors import reason_for
from conversations.models import Message, MessageEvent
from conversations.services.gate import Check

CHECK_LABELS = {
    "body": "The text",
    "recipient": "The recipient",
    "opt_out": "Opt-out",
    "consent": "Consent",
    "carrier": "The carrier",
    "sender": "The line it is sent from",
}
_STORY = {
    "asked": "Handed to the carrier.",
    "refused": "The carrier refused it.",
    "later": "The carrier could not take it. Tried again later.",
    "unclear": "No clear answer came. It may have gone out, so it was not simply sent again.",
    "found": "The carrier has it.",
    "absent": "The carrier says that it does not have it.",
    "again": "The carrier surely never had it. Sent again, once.",
}


@dataclass(frozen=True)
class CheckLine:
    check: Check
    label: str


@dataclass(frozen=True)
class CarrierLine:
    at: dt.datetime
    text: str


@dataclass(frozen=True)
class Explanation:
    """`summary` is the answer in one sentence; `checks` the gate's verdict in its order, ending at the first
    that failed; `carrier` what passed between us and the carrier, oldest first."""

    summary: str
    checks: list[CheckLine]
    carrier: list[CarrierLine]


def explain_message(message: Message) -> Explanation:
    """Reads one query; `message` must have been fetched for the person's practice."""
    events = MessageEvent.objects.for_practice(message.practice_id).filter(message=message)
    return Explanation(
        summary=_summary(message),
        checks=[_check_line(Check(**entry)) for entry in message.verdict],
        carrier=[CarrierLine(event.at, _tell(event)) for event in events],
    )


def _check_line(check: Check) -> CheckLine:
    return CheckLine(check, CHECK_LABELS.get(check.check, check.check))


def _summary(message: Message) -> str:
    state = Message.State(message.state)
    if message.inbound:
        return "Received from the patient."
    told = {
        Message.State.WITHHELD: f"Not sent. {message.reason}",
        Message.State.QUEUED: "Waiting to be sent.",
        Message.State.SENDING: "Being handed to the carrier.",
        Message.State.UNKNOWN: message.reason or "It is not certain yet whether the carrier took it. Checking.",
        Message.State.SENT: "Sent. The carrier has not reported its delivery yet.",
        Message.State.DELIVERED: "Delivered.",
    }
    return told.get(state) or f"Not delivered. {message.reason}"


def _tell(event: MessageEvent) -> str:
    reported = f"The carrier reports: {event.status}."
    text = _STORY.get(event.kind, event.kind) if event.kind != "status" else reported
    return f"{text} {reason_for(event.error_code)}" if event.error_code else text
