"""If/else: one of two lists of steps."""

from collections.abc import Mapping
from typing import Any

from workflows.steps.base import Known, Outcome, Run, Step, StepKind, text_of

HAS_TAG, IN_HOURS = "has_tag", "in_hours"


class IfElse(StepKind):
    kind, label, icon = "if_else", "If / else", "split"
    new = {"condition": {"kind": HAS_TAG, "tag": ""}, "then": [], "else": []}

    def check(self, step: Step, known: Known) -> dict[str, str]:
        errors = {}
        condition = _condition(step)
        if condition.get("kind") not in (HAS_TAG, IN_HOURS):
            errors["condition"] = "Choose what to look at: a tag, or business hours."
        elif condition["kind"] == HAS_TAG and (problem := tag_problem(text_of(dict(condition), "tag"), known)):
            errors["condition.tag"] = problem
        if not step.get("then") and not step.get("else"):
            errors["then"] = "Add a step to one of the two lists: both are empty."
        return errors

    def sentence(self, step: Step, known: Known) -> str:
        condition = _condition(step)
        if condition.get("kind") == IN_HOURS:
            return "If the practice is open"
        return f"If the contact is tagged “{text_of(dict(condition), 'tag')}”"

    def run(self, run: Run, step: Step) -> Outcome:
        condition = _condition(step)
        if condition["kind"] == IN_HOURS:
            met = run.in_hours(run.at)
            words = "The practice is open" if met else "The practice is closed"
        else:
            met = condition["tag"] in run.tags
            words = f"The contact is {'' if met else 'not '}tagged {condition['tag']}"
        return Outcome(words, branch="then" if met else "else")


def tag_problem(name: str, known: Known) -> str:
    if not name:
        return "Choose a tag."
    if name in known.tags:
        return ""
    listed = f"The tags are: {', '.join(sorted(known.tags))}." if known.tags else "The practice has no tags yet."
    return f"There is no tag “{name}”. {listed}"


def _condition(step: Step) -> Mapping[str, Any]:
    condition = step.get("condition")
    return condition if isinstance(condition, dict) else {}
