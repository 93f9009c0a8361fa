"""Whether a workflow reacts to a missed call: pure, and always with the reason when it does not."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Facts:
    """What the filters look at: the call's line, the hour at which it was missed, the contact's tags."""

    line_id: int | None
    in_hours: bool
    tags: frozenset[str]


def narrows(filters: Mapping[str, Any]) -> bool:
    """Whether any filter is set: where none is, nobody has to read the facts."""
    return any(value and value != "any" for value in filters.values())


def why_not(filters: Mapping[str, Any], facts: Facts, lines: Mapping[int, str]) -> str:
    """The reason why the workflow does not start, for staff; empty when it does. `lines`: id → name."""
    return _line(filters, facts, lines) or _hours(filters, facts) or _tags(filters, facts)


def sentence(filters: Mapping[str, Any], lines: Mapping[int, str]) -> str:
    """The filters in words, to follow "When a call is missed"."""
    parts = [
        f"on {_either([_name(lines, pk) for pk in filters['lines']])}" if filters.get("lines") else "",
        {"in": "during business hours", "out": "outside business hours"}.get(filters.get("hours", "any"), ""),
        f"from a contact tagged {_either(filters['tags_any'])}" if filters.get("tags_any") else "",
        f"unless tagged {_either(filters['tags_none'])}" if filters.get("tags_none") else "",
    ]
    return ", ".join(part for part in parts if part)


def _line(filters: Mapping[str, Any], facts: Facts, lines: Mapping[int, str]) -> str:
    wanted = filters.get("lines") or []
    if not wanted or facts.line_id in wanted:
        return ""
    came_in = _name(lines, facts.line_id) if facts.line_id else "an unknown line"
    return f"The call came in on {came_in}; this workflow is for {_either([_name(lines, pk) for pk in wanted])}."


def _hours(filters: Mapping[str, Any], facts: Facts) -> str:
    wanted = filters.get("hours", "any")
    if wanted == "in" and not facts.in_hours:
        return "The call was missed outside business hours; this workflow reacts during business hours only."
    if wanted == "out" and facts.in_hours:
        return "The call was missed during business hours; this workflow reacts outside business hours only."
    return ""


def _tags(filters: Mapping[str, Any], facts: Facts) -> str:
    wanted, unwanted = filters.get("tags_any") or [], filters.get("tags_none") or []
    if wanted and not facts.tags & set(wanted):
        return f"The contact is not tagged {_either(wanted)}."
    if found := sorted(facts.tags & set(unwanted)):
        return f"The contact is tagged {found[0]}."
    return ""


def _name(lines: Mapping[int, str], pk: int) -> str:
    return lines.get(pk, "a line that no longer exists")


def _either(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
