"""What a played script led to, and how that compares with what was expected."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from telephony.rehearsal.expecting import Expected, shown
from telephony.rehearsal.script import Script
from telephony.rehearsal.tape import Tape


@dataclass(frozen=True)
class Line:
    """One line of the trace. `offset`: seconds since the start of the script; `data`: as the carrier logged it."""

    offset: float
    kind: str
    text: str
    data: dict[str, Any] = field(default_factory=dict)


@dataclass
class PlayedCall:
    """One call as it went. `heard`: what the caller heard, in order; `rang`: labels as in call scripts."""

    caller: str
    to: str
    sid: str = ""
    route: dict[str, Any] = field(default_factory=dict)
    trace: list[Line] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass
class Findings:
    """Everything that expectations can ask about."""

    refused: str = ""
    calls: list[PlayedCall] = field(default_factory=list)
    texts: dict[str, list[str]] = field(default_factory=dict)
    withheld: dict[str, list[str]] = field(default_factory=dict)
    thread: dict[str, tuple[str, ...]] = field(default_factory=dict)
    contacts_created: int = 0
    calls_logged: int = 0
    runs: int = 0
    alerts: list[str] = field(default_factory=list)
    errors: tuple[int, ...] = ()
    app_errors: list[str] = field(default_factory=list)
    error_texts: list[str] = field(default_factory=list)
    other_trace: list[Line] = field(default_factory=list)


@dataclass(frozen=True)
class Check:
    where: str
    line: int
    wanted: str
    found: str
    passed: bool


@dataclass
class Report:
    script: Script
    findings: Findings
    checks: list[Check]
    took: dt.timedelta = dt.timedelta()
    tape: Tape | None = None
    rows: list[str] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        return all(check.passed for check in self.checks)

    @property
    def failures(self) -> list[Check]:
        return [check for check in self.checks if not check.passed]


def judge(script: Script, findings: Findings, who: dict[str, str]) -> list[Check]:
    """`who` maps the names in the script to the keys of the findings (a contact's name to its number)."""
    wanted = list(script.expect)
    if findings.refused and not any(one.path == ("refused",) for one in wanted):
        text = f"the setup was refused: {findings.refused}"
        return [Check("setup", script.setup_at, "a setup that can be saved", text, passed=False)]
    return [_check(one, _find(one, findings, who)) for one in wanted]


def _check(expected: Expected, found: Any) -> Check:
    passed = expected.wanted.fits(found)
    return Check(expected.where, expected.line, str(expected.wanted), shown(found), passed)


def _find(expected: Expected, findings: Findings, who: dict[str, str]) -> Any:
    match expected.path:
        case ("calls", int(position), str(key)):
            return findings.calls[position - 1].facts.get(key) if position <= len(findings.calls) else None
        case ("texts", str(name)):
            bodies = findings.texts.get(who.get(name, name), [])
            return bodies if hasattr(expected.wanted, "parts") else len(bodies)
        case ("withheld", str(name)):
            return findings.withheld.get(who.get(name, name), [])
        case ("thread", str(name)):
            return findings.thread.get(who.get(name, name), ())
        case ("alerts" | "app_errors" as key,):
            texts: list[str] = getattr(findings, key)
            return texts if hasattr(expected.wanted, "parts") else len(texts)
        case (str(key),):
            return getattr(findings, key)
    raise AssertionError(f"unknown expectation {expected.where}")


def all_lines(findings: Findings) -> Iterator[Line]:
    lines = [line for call in findings.calls for line in call.trace] + findings.other_trace
    yield from sorted(lines, key=lambda line: line.offset)
