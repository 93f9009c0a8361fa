"""The carrier's log for people: one fact a line, phones by their owners' names."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from aesthetix.lib.phone import display
from telephony.route import Route
from telephony.services.explain import Explanation, explain_trace

ICONS = {
    "call": "phone-incoming",
    "leg": "phone",
    "webhook": "webhook",
    "twiml": "file-code",
    "audio": "volume-2",
    "key": "grid-3x3",
    "speech": "mic",
    "recording": "voicemail",
    "conference": "users",
    "message": "message-square-text",
    "rest": "arrow-right-left",
    "alert": "triangle-alert",
    "fault": "triangle-alert",
}
LABELS = {
    "call": "Call",
    "leg": "Phone",
    "webhook": "Webhook",
    "twiml": "Our answer",
    "audio": "Heard",
    "key": "Key",
    "speech": "Speech",
    "recording": "Recording",
    "conference": "Conference",
    "message": "Text",
    "rest": "Request",
    "alert": "Error",
    "fault": "Fault",
}
STATUSES = {
    "queued": "is about to be dialled",
    "initiated": "is being dialled",
    "ringing": "rings",
    "in-progress": "is picked up",
    "completed": "hangs up",
    "busy": "is busy or declines",
    "no-answer": "does not answer",
    "failed": "cannot be reached",
    "canceled": "stops ringing",
}
CALLER_STATUSES = STATUSES | {"ringing": "hears it ring", "in-progress": "is answered by us"}
ALOUD = {"call", "leg", "recording", "message", "alert"}
HIDDEN = re.compile(r"(?<=/calls/greetings/)[\w-]+")  # what opens a greeting without signing in


@dataclass(frozen=True)
class Fact:
    """One line of the carrier's log: `offset` in seconds since the call began."""

    offset: float
    kind: str
    text: str
    data: Mapping[str, Any]


@dataclass(frozen=True)
class ToldLine:
    """`chip`: a webhook's answer and how long it took; `detail`: what can be unfolded; `aloud`: worth announcing."""

    at: str
    label: str
    icon: str
    text: str
    chip: str = ""
    is_bad: bool = False
    detail: str = ""
    aloud: bool = False


@dataclass(frozen=True)
class LogRow:
    """A line of the log; `why` is the route, which stands at the webhook that decided it."""

    line: ToldLine
    why: Explanation | None = None


def tell_all(facts: Iterable[Fact], labels: Mapping[str, str], route: Route | None, line_name: str) -> list[LogRow]:
    """`labels`: dialled address → whose phone it is; `route` None while nobody knows it."""
    why = explain_trace(route, line_name) if route else None
    return [LogRow(tell(fact, labels), why if fact.data.get("webhook") == "voice" else None) for fact in facts]


def tell(fact: Fact, labels: Mapping[str, str]) -> ToldLine:
    """See `tell_all`."""
    status, ms = fact.data.get("status"), fact.data.get("ms")
    is_webhook = fact.kind == "webhook"
    answered = is_webhook and isinstance(status, int) and 200 <= status < 300
    return ToldLine(
        at=_clock(fact.offset),
        label=LABELS.get(fact.kind, fact.kind),
        icon=ICONS.get(fact.kind, "circle"),
        text=HIDDEN.sub("…", _text(fact, labels)),
        chip=f"{status or 'no answer'} in {round(ms or 0)} ms" if is_webhook else "",
        is_bad=fact.kind == "alert" or (is_webhook and not answered),
        detail=HIDDEN.sub("…", fact.data.get("xml", "")),
        aloud=fact.kind in ALOUD,
    )


def _clock(offset: float) -> str:
    minutes, seconds = divmod(max(offset, 0.0), 60)
    return f"{int(minutes)}:{seconds:04.1f}"


def _text(fact: Fact, labels: Mapping[str, str]) -> str:
    match fact.kind:
        case "webhook":
            whose = labels.get(fact.data.get("fields", {}).get("To", ""), "")
            return fact.text.partition(" → ")[0] + (f" {whose}" if whose else "")
        case "rest":
            return _shortened(fact.text)
        case "recording":
            return re.sub(r"^\w+ recording", "The recording", fact.text)
        case "message":
            return _named(fact.text.removeprefix("text "), labels)
        case "leg" if fact.data.get("status") in STATUSES:
            return _leg(fact, labels)
        case "audio" if "played" in fact.data:
            who = fact.text.partition(" hears ")[0]
            return _named(f"{who} hears the greeting ({fact.data['seconds']:g} s)", labels)
    return _named(fact.text, labels)


def _leg(fact: Fact, labels: Mapping[str, str]) -> str:
    status = fact.data["status"]
    who, _, why = fact.text.partition(f" {status}")
    words = CALLER_STATUSES if who.startswith("caller ") else STATUSES
    return _named(f"{who} {words[status]}{why}", labels)


def _shortened(request: str) -> str:
    """`POST /2010-04-01/Accounts/AC…/Messages.json` → `POST …/Messages.json`, with short identifiers."""
    short = re.sub(r"/2010-04-01/Accounts/AC[0-9a-f]+", "…", request)
    return re.sub(r"\b([A-Z]{2}[0-9a-f]{4})[0-9a-f]{28}", r"\1…", short)


def _named(text: str, labels: Mapping[str, str]) -> str:
    text = re.sub(r"\bcaller (\+\d+|anonymous)", "the caller", text)
    for address, label in labels.items():
        text = text.replace(f"leg to {address}", label)
    text = re.sub(r"\+\d{8,15}", lambda number: display(number[0]), text.replace("leg to ", ""))
    return text[:1].upper() + text[1:]
