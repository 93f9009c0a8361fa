"""A report for people (the trace and the verdict) and for machines (one JSON object)."""

import json
from collections.abc import Iterator
from typing import Any

from telephony.rehearsal.expecting import RULES
from telephony.rehearsal.findings import Check, Findings, PlayedCall, Report, all_lines

MARKS = {"matched": "→", "skipped": "·", "off": "○", "not_reached": " "}


def as_text(report: Report, *, trace: bool = True) -> str:
    return "\n".join(_text_lines(report, trace))


def _text_lines(report: Report, trace: bool) -> Iterator[str]:
    yield f"{'PASS' if report.passed else 'FAIL'}  {report.script.name}  ({report.script.file})"
    if trace:
        for number, call in enumerate(report.findings.calls, start=1):
            yield from _call_lines(number, call)
        yield from _event_lines(report.findings)
        yield from _text_message_lines(report.findings)
    for check in report.checks if trace else report.failures:
        yield from _check_lines(report.script.file, check)
    if trace:
        yield ""


def _call_lines(number: int, call: PlayedCall) -> Iterator[str]:
    yield f"  Call {number}: {call.caller} calls {call.to}"
    route: dict[str, Any] | None = call.route or None
    while route:
        for rule in route["trace"]:
            name = RULES[rule["number"] - 1]
            yield f"    {MARKS[rule['status']]} {rule['number']} {name:<16} {rule['status']:<12} {rule['why']}"
        if route["why"]:
            yield f"      {route['why']}"
        if not route["onward"]:
            yield from (f"      {gap['label']} {gap['reason']}." for gap in route["unreachable"])
        route = route["onward"]
        if route:
            yield "    routed on inside, as that line would route it:"


def _event_lines(findings: Findings) -> Iterator[str]:
    for line in all_lines(findings):
        yield f"  {_minutes(line.offset)}  {line.kind:<10} {line.text}"


def _minutes(offset: float) -> str:
    minutes, seconds = divmod(offset, 60)
    return f"{int(minutes):>4}:{seconds:04.1f}"


def _text_message_lines(findings: Findings) -> Iterator[str]:
    for number, bodies in findings.texts.items():
        for body in bodies:
            yield f"  text to {number}: “{body}”"
    for number, reasons in findings.withheld.items():
        for reason in reasons:
            yield f"  no text to {number}: {reason}"
    for text in findings.error_texts:
        yield f"  carrier error {text}"
    for text in findings.app_errors:
        yield f"  our error {text}"


def _check_lines(file: str, check: Check) -> Iterator[str]:
    if check.passed:
        yield f"  ok    {check.where}: {check.wanted}"
        return
    yield f"  WRONG {check.where} ({file}:{check.line})"
    yield f"      - {check.wanted}"
    yield f"      + {check.found}"


def as_json(report: Report) -> str:
    findings = report.findings
    return json.dumps(
        {
            "script": report.script.file,
            "name": report.script.name,
            "passed": report.passed,
            "seconds": round(report.took.total_seconds(), 3),
            "refused": findings.refused,
            "calls": [
                {
                    "from": call.caller,
                    "to": call.to,
                    "sid": call.sid,
                    "facts": call.facts,
                    "route": call.route,
                    "trace": [vars(line) for line in call.trace],
                }
                for call in findings.calls
            ],
            "other_trace": [vars(line) for line in findings.other_trace],
            "texts": findings.texts,
            "withheld": findings.withheld,
            "thread": findings.thread,
            "alerts": findings.alerts,
            "errors": findings.error_texts,
            "app_errors": findings.app_errors,
            "checks": [vars(check) for check in report.checks],
        },
        default=sorted,
        ensure_ascii=False,
    )
