"""One call rehearsed on a copy of the practice's settings, at any date and time: nothing real is touched.

A rehearsal moves its process into a house of its own for good (`scratch.py`), so it is one: it reads the script
from its standard input and the configuration from our database, and prints what happened.
"""

import datetime as dt
import json
import logging
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml
from django.conf import settings

from aesthetix.practices.models import Practice
from contacts.models import Contact
from telephony.models import Line
from telephony.rehearsal.telling import Fact
from telephony.rehearsal.words import Behaviour, CallerManner, Manner
from telephony.route import Destination, Route
from telephony.thread_kinds import REASONS

logger = logging.getLogger(__name__)
LIMIT_SECONDS = 100  # the first rehearsal after an update migrates an empty database
OUTCOMES = {"missed": "Missed", "dropped": "Dropped"}


class RehearsalFailed(RuntimeError):
    """The rehearsal did not come to an end. The message is for staff."""


@dataclass(frozen=True)
class CopyCall:
    """`caller` is E.164, or empty when withheld; `at` is aware."""

    line: Line
    caller: str
    contact: Contact | None
    at: dt.datetime
    manner: CallerManner
    behaviours: Mapping[Destination, Behaviour]


@dataclass(frozen=True)
class CopyResult:
    """What happened: `outcome` in words, `route` None when no call reached us, texts and why none came."""

    outcome: str
    route: Route | None
    facts: list[Fact]
    texts: list[str]
    withheld: list[str]
    voicemail: int
    errors: list[str]


def rehearse_on_copy(practice: Practice, call: CopyCall) -> CopyResult:
    """Takes seconds. Raises RehearsalFailed."""
    command = [sys.executable, "-m", "django", "phone_lab", "run", "/dev/stdin", "--json", "--practice", practice.slug]
    try:
        done = subprocess.run(  # noqa: S603  (our own program, no shell)
            command,
            input=yaml.safe_dump(script_of(practice, call), allow_unicode=True, sort_keys=False),
            capture_output=True,
            text=True,
            check=False,
            timeout=LIMIT_SECONDS,
            cwd=settings.BASE_DIR,
            env={
                **os.environ,
                "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", "aesthetix.settings"),
            },
        )
    except subprocess.TimeoutExpired:
        raise RehearsalFailed("The rehearsal took too long and was stopped. Try again in a minute.") from None
    if done.returncode not in (0, 1) or not done.stdout.startswith("{"):
        logger.error("A rehearsal ended with exit code %s: %s", done.returncode, _kind_of(done.stderr))
        raise RehearsalFailed("The rehearsal could not be played. The server’s log says why.")
    return _result(json.loads(done.stdout), call)


def _kind_of(stderr: str) -> str:
    """The name of the error. Its text may quote a patient's name or number."""
    return next(iter(re.findall(r"^([\w.]*(?:Error|Exception|DoesNotExist))\b", stderr, re.M)[-1:]), "no error named")


def script_of(practice: Practice, call: CopyCall) -> dict[str, Any]:
    """The call script (docs/phone-lab.md). Of a contact only what routing, workflows and texts ask for."""
    script: dict[str, Any] = {
        "name": "Test call",
        "at": call.at.astimezone(practice.tz).strftime("%Y-%m-%d %H:%M"),
        "calls": [{"from": call.caller or "withheld", "to": call.line.number, "caller": _manner(call.manner)}],
        "behaviours": {_address(phone): _behaviour(how) for phone, how in call.behaviours.items()},
    }
    if call.contact is not None and call.caller:
        who: dict[str, Any] = {"numbers": [call.caller], "tags": [tag.name for tag in call.contact.tags.all()]}
        if call.contact.assigned_to:
            who["assigned_to"] = str(call.contact.assigned_to)
        script["setup"] = {"contacts": {call.contact.name: who}}
    return script


def _address(phone: Destination) -> str:
    return f"client:{phone.address}" if phone.kind == "client" else phone.address


def _behaviour(how: Behaviour) -> str:
    if how.manner is Manner.ANSWERS:
        return f"answers after {how.after} s, presses {how.presses or 'nothing'}, talks {how.talks} s"
    timed = how.manner in (Manner.DECLINES, Manner.CARRIER_VOICEMAIL)
    return f"{how.manner} after {how.after} s" if timed else str(how.manner)


def _manner(how: CallerManner) -> str:
    if how.gives_up_after is not None:
        return f"gives up after {how.gives_up_after} s"
    if how.hangs_up_in_greeting:
        return "hangs up in the greeting"
    if how.speaks is None:
        return "hangs up at the beep"
    return f"leaves a voicemail of {how.speaks} s" if how.speaks else "stays silent"


def _result(report: dict[str, Any], call: CopyCall) -> CopyResult:
    if report["refused"]:
        raise RehearsalFailed(f"The settings cannot be rehearsed: {report['refused']}")
    played = report["calls"][0]
    lines = sorted([*played["trace"], *report["other_trace"]], key=lambda line: float(line["offset"]))
    return CopyResult(
        outcome=_outcome(played["facts"]),
        route=Route.from_dict(played["route"]) if played["route"] else None,
        facts=[Fact(**line) for line in lines],
        texts=report["texts"].get(call.caller, []),
        withheld=report["withheld"].get(call.caller, []),
        voicemail=played["facts"].get("voicemail", 0),
        errors=[*report["errors"], *report["app_errors"]],
    )


def _outcome(facts: dict[str, Any]) -> str:
    if facts["outcome"] == "answered":
        return f"Answered by {facts['answered_by']}." if facts["answered_by"] else "Answered."
    said = REASONS.get(facts.get("reason", ""), "")
    outcome = OUTCOMES.get(facts["outcome"], "The call did not reach us")
    return f"{outcome}: {said}." if said else f"{outcome}."
