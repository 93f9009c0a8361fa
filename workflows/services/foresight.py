"""What the workflows would do with a missed call: said on the settings pages before any call comes."""

from typing import Any

from django.urls import reverse

from aesthetix.practices.models import Practice
from telephony.models import Call, VoiceSettings
from telephony.services.after_miss import Handler, MissedCall, Sentence
from workflows import walk
from workflows.facts import hours_of, tags_of
from workflows.filters import Facts, why_not
from workflows.models import Workflow
from workflows.services.text_back import LABEL
from workflows.services.why import explain_call
from workflows.triggers import CALL_MISSED
from workflows.validation import known_to
from workflows.words import length

TEXTS = "send_text"


def foretell_text_back(call: MissedCall) -> list[Sentence]:
    """One sentence for each workflow that texts after a missed call, and one for the old toggle."""
    if call.withheld:
        detail = "The caller withheld their number, so there is nobody to text."
        return [Sentence("message-square-off", "No text-back", detail, is_gap=True)]
    tags = frozenset(tags_of(call.contact)) if call.contact else frozenset()
    facts = Facts(line_id=call.line_id, in_hours=hours_of(call.practice)(call.at), tags=tags)
    lines = known_to(call.practice).lines
    said = [
        _sentence(workflow, facts, lines)
        for workflow in _texting(call.practice)
        if workflow.state == Workflow.State.PUBLISHED
    ]
    if VoiceSettings.objects.filter(practice=call.practice, text_back_toggle=True).exists():
        said.append(Sentence("message-square-reply", "A text is sent for every missed call", f"{LABEL} is on."))
    return said


def text_back_handlers(practice: Practice) -> list[Handler]:
    """The workflows that text after a missed call, on or off."""
    return [
        Handler(each.name, each.state == Workflow.State.PUBLISHED, reverse("workflows:builder", args=[each.pk]))
        for each in _texting(practice)
    ]


def _texting(practice: Practice) -> list[Workflow]:
    workflows = Workflow.objects.for_practice(practice).select_related("published")
    return [workflow for workflow in workflows if _texts(workflow)]


def _texts(workflow: Workflow) -> bool:
    definition: dict[str, Any] = workflow.published.definition if workflow.published else workflow.definition
    if definition.get("trigger", {}).get("type") != CALL_MISSED:
        return False
    return any(step["kind"] == TEXTS for _, _, step in walk.every(definition.get("steps") or []))


def _sentence(workflow: Workflow, facts: Facts, lines: dict[int, str]) -> Sentence:
    assert workflow.published
    definition = workflow.published.definition
    reason = why_not(definition["trigger"].get("filters") or {}, facts, lines)
    if reason:
        detail = f"Workflow “{workflow.name}” is on, but: {reason}"
        return Sentence("message-square-off", "No text-back", detail, is_gap=True)
    minutes = definition.get("cool_off_minutes", 0)
    once = f", one text per caller per {length(minutes)}" if minutes else ""
    return Sentence("message-square-reply", "Text-back is sent", f"Workflow “{workflow.name}” is on{once}.")


def text_back_history(call: Call) -> list[Sentence]:
    """Whether a text went out after this call, in one sentence."""
    answer = explain_call(call).answer
    is_gap = answer.startswith("No ")
    return [Sentence("message-square-off" if is_gap else "message-square-reply", answer, is_gap=is_gap)]
