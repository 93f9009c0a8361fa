"""The rows that a script left behind, one line each, without what may differ from run to run (keys, times, sids)."""

import difflib
from collections.abc import Iterator

from aesthetix.practices.models import Alert, Practice
from contacts.models import Contact
from conversations.models import Item, Message, OptOut
from telephony.models import Call, Leg, Recording
from telephony.rehearsal.rooms import rooms


def dump(practice: Practice) -> list[str]:
    lines = [*_calls(practice), *_conversations(practice)]
    for room in rooms:
        lines += room.rows(practice)
    return sorted(lines)


def difference(expected: list[str], found: list[str]) -> list[str]:
    """Lines with `-` are missing, lines with `+` too many."""
    changes = difflib.unified_diff(expected, found, lineterm="", n=0)
    return [line for line in changes if not line.startswith(("---", "+++", "@@"))]


def _calls(practice: Practice) -> Iterator[str]:
    for call in Call.objects.for_practice(practice).select_related("line", "contact", "answered_by__user"):
        rule = call.route.get("rule")
        yield (
            f"call {call.sid} {call.from_number} → {call.to_number} line {call.line} contact {_numbers(call.contact)} "
            f"rule {rule} {call.state} {call.outcome} {call.reason} by {call.answered_by} {call.lead_source}"
        )
    for leg in Leg.objects.for_practice(practice).select_related("call"):
        answered, accepted = leg.answered_at is not None, leg.accepted_at is not None
        yield f"leg {leg.call.sid} {leg.address} {leg.status} answered {answered} accepted {accepted}"
    for recording in Recording.objects.for_practice(practice).select_related("call"):
        yield f"recording {recording.call.sid} {recording.kind} {recording.state} {recording.seconds} s"
    for alert in Alert.objects.for_practice(practice):
        yield f"alert {alert.kind} {alert.text}"


def _conversations(practice: Practice) -> Iterator[str]:
    for contact in Contact.objects.for_practice(practice):
        yield f"contact {contact.name} {_numbers(contact)} unverified {contact.unverified_caller}"
    for item in Item.objects.for_practice(practice).select_related("thread__contact", "message"):
        body = item.message.body if item.message else item.text
        yield f"item {_numbers(item.thread.contact)} {item.kind} {body}"
    for message in Message.objects.for_practice(practice):
        route = f"{'in' if message.inbound else 'out'} {message.from_address} → {message.to_address}"
        yield f"message {route} {message.state} {message.reason} {message.body}"
    for opt_out in OptOut.objects.for_practice(practice):
        yield f"opt-out {opt_out.address} ended {opt_out.ended_at is not None}"


def _numbers(contact: Contact | None) -> str:
    return ",".join(sorted(phone.number for phone in contact.phones.all())) if contact else "none"
