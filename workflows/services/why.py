"""Why was (no) text sent for a call: one answer, and everything that led to it."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse

from aesthetix.lib import clock
from conversations.models import Message
from conversations.services.why import Explanation, explain_message
from telephony.models import Call
from telephony.thread_kinds import Link
from workflows.models import Enrollment, StepRun
from workflows.services.text_back import text_back_key

# How long the worker may take to look at a missed call before "nothing reacted" is the honest answer.
SOON = dt.timedelta(minutes=1)


@dataclass(frozen=True)
class TextStory:
    message: Message
    explanation: Explanation


@dataclass(frozen=True)
class RunStory:
    run: Enrollment
    steps: list[StepRun]
    texts: list[TextStory]


@dataclass(frozen=True)
class CallStory:
    """`answer` is the whole in one sentence; `by_toggle` the text of the Business Profile's toggle."""

    answer: str
    runs: list[RunStory]
    by_toggle: list[TextStory]


def why_link(call: Call) -> Link | None:
    """The door to the answer, on a missed call's card in the thread."""
    if call.outcome not in (Call.Outcome.MISSED, Call.Outcome.DROPPED):
        return None
    return Link("Why was a text sent or not?", reverse("workflows:why_call", args=[call.pk]))


def explain_call(call: Call) -> CallStory:
    """Reads a fixed number of queries and one per text; `call` must have been fetched for the person."""
    runs = Enrollment.objects.for_practice(call.practice_id).filter(source=f"call:{call.pk}").with_story()
    rows = list(runs.order_by("pk"))
    texts = [TextStory(message, explain_message(message)) for message in _messages(call, rows)]
    stories = [RunStory(run, list(run.step_runs.all()), _of(texts, f"workflow:{run.pk}:")) for run in rows]
    return CallStory(_answer(call, rows, texts), stories, _of(texts, text_back_key(call.pk)))


def _messages(call: Call, runs: list[Enrollment]) -> list[Message]:
    wanted = Q(idempotency_key=text_back_key(call.pk))
    for run in runs:
        keys = [f"workflow:{run.pk}:{step.step}" for step in run.step_runs.all() if step.kind == "send_text"]
        wanted |= Q(idempotency_key__in=keys)
    return list(Message.objects.for_practice(call.practice_id).filter(wanted).order_by("pk"))


def _of(texts: list[TextStory], prefix: str) -> list[TextStory]:
    return [text for text in texts if text.message.idempotency_key.startswith(prefix)]


def _answer(call: Call, runs: list[Enrollment], texts: list[TextStory]) -> str:
    if texts:
        return f"{_count(texts)} {' '.join(text.explanation.summary for text in texts)}"
    if not call.inbound or call.outcome not in (Call.Outcome.MISSED, Call.Outcome.DROPPED):
        return _not_missed(call)
    if not runs:
        waiting = clock.now() - (call.ended_at or call.started_at) < SOON
        return "The call is being looked at now." if waiting else "No workflow for missed calls was on at that time."
    reasons = [run.reason or _unfinished(run) for run in runs]
    return f"No text: {' '.join(dict.fromkeys(reasons))}"


def _count(texts: list[TextStory]) -> str:
    return "One text:" if len(texts) == 1 else f"{len(texts)} texts:"


def _not_missed(call: Call) -> str:
    if not call.inbound:
        return "No text: the practice made this call."
    if call.outcome == Call.Outcome.ANSWERED:
        return "No text: the call was answered."
    return "No text yet: the call is still in progress."


def _unfinished(run: Enrollment) -> str:
    name = run.version.workflow.name
    return f"“{name}” is under way." if run.state == Enrollment.State.ACTIVE else f"“{name}” ran without sending one."
