"""What stands in the way of publishing: `{path: message}`, such as `steps.2.then.0.body`.

A draft may be saved with any of it. The definition is JSON that may also come from the back office,
so nothing about its shape is taken for granted.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from contacts.merge_fields import merge_keys
from contacts.models import Tag
from telephony.models import Line
from workflows import walk
from workflows.steps import KINDS, Known
from workflows.steps.base import text_of
from workflows.triggers import TRIGGERS

MAX_STEPS, MAX_DEPTH = 50, 4
LONGEST_COOL_OFF = 30 * 24 * 60

Errors = dict[str, str]


def known_to(practice: Any) -> Known:
    lines = Line.objects.for_practice(practice).values_list("pk", "name")
    tags = frozenset(Tag.objects.for_practice(practice).values_list("name", flat=True))
    return Known(lines=dict(lines), tags=tags, fields=merge_keys(practice))


def check(definition: Mapping[str, Any], known: Known) -> Errors:
    """Everything that keeps this definition from being published; empty when it can be."""
    steps = definition.get("steps")
    if problem := _unreadable(steps):
        return {"steps": problem}
    assert isinstance(steps, list)
    known = _with_own_tags(steps, known)
    return {**_check_trigger(definition, known), **_check_cool_off(definition), **_check_steps(steps, known)}


def _unreadable(steps: Any) -> str:
    """A shape that nothing else should have to look at."""
    if not isinstance(steps, list) or not steps:
        return "Add at least one step."
    if not _are_steps(steps):
        return "The steps cannot be read: every step needs an id and a kind, and every branch is a list of steps."
    every = list(walk.every(steps))
    if len(every) > MAX_STEPS:
        return f"A workflow can have {MAX_STEPS} steps; this one has {len(every)}."
    if len({step["id"] for _, _, step in every}) < len(every):
        return "Two steps have the same id."
    return ""


def too_large(steps: list[walk.Step]) -> str:
    """What keeps a step from being added: a draft that cannot be drawn could not be mended either."""
    if len(list(walk.every(steps))) > MAX_STEPS:
        return f"A workflow can have {MAX_STEPS} steps."
    return "" if _are_steps(steps) else f"Branches can be {MAX_DEPTH} deep. Put this step further up."


def _are_steps(steps: Any, depth: int = 0) -> bool:
    if not isinstance(steps, list) or depth > MAX_DEPTH:
        return False
    return all(
        isinstance(step, dict)
        and isinstance(step.get("id"), str)
        and 0 < len(step["id"]) <= 40
        and isinstance(step.get("kind"), str)
        and all(_are_steps(inner, depth + 1) for _, inner in walk.branches(step))
        for step in steps
    )


def _with_own_tags(steps: list[walk.Step], known: Known) -> Known:
    """A tag that the workflow itself adds may be asked for before anybody has it."""
    added = {text_of(step, "tag") for _, _, step in walk.every(steps) if step["kind"] == "add_tag"}
    return replace(known, tags=known.tags | (added - {""}))


def _check_trigger(definition: Mapping[str, Any], known: Known) -> Errors:
    trigger = definition.get("trigger")
    kind = trigger.get("type") if isinstance(trigger, dict) else None
    if not isinstance(trigger, dict) or kind not in list(TRIGGERS):
        return {"trigger": f"Choose what starts the workflow: {', '.join(TRIGGERS.values())}."}
    filters = trigger.get("filters") or {}
    if not isinstance(filters, dict):
        return {"trigger.filters": "The filters cannot be read."}
    return _check_filters(filters, known)


def _check_filters(filters: Mapping[str, Any], known: Known) -> Errors:
    errors = {}
    if _strangers(filters.get("lines"), known.lines):
        errors["trigger.filters.lines"] = "One of the chosen lines does not exist."
    if filters.get("hours", "any") not in ("any", "in", "out"):
        errors["trigger.filters.hours"] = "Choose at any time, during business hours, or outside business hours."
    for name in ("tags_any", "tags_none"):
        if strangers := _strangers(filters.get(name), known.tags):
            errors[f"trigger.filters.{name}"] = f"There is no tag {', '.join(f'“{tag}”' for tag in strangers)}."
    return errors


def _strangers(chosen: Any, known: Any) -> list[Any]:
    if not isinstance(chosen or [], list):
        return [chosen]
    return [item for item in chosen or [] if not isinstance(item, str | int) or item not in known]


def _check_cool_off(definition: Mapping[str, Any]) -> Errors:
    minutes = definition.get("cool_off_minutes", 0)
    if isinstance(minutes, int) and not isinstance(minutes, bool) and 0 <= minutes <= LONGEST_COOL_OFF:
        return {}
    return {"cool_off_minutes": "Enter the minutes before the same caller can start it again: 0 to 43,200."}


def _check_steps(steps: list[walk.Step], known: Known) -> Errors:
    errors = {}
    for path, _, step in walk.every(steps):
        kind = KINDS.get(step["kind"])
        if kind is None:
            errors[path] = f"There is no kind of step “{step['kind']}”."
            continue
        errors.update({f"{path}.{setting}": message for setting, message in kind.check(step, known).items()})
    return errors
