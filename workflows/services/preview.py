"""Test on a patient: what the draft would do for them now. Nothing is sent, tagged or waited for."""

import datetime as dt
from dataclasses import dataclass, replace

from aesthetix.audit.services import record
from aesthetix.lib import clock
from aesthetix.practices.actor import Actor
from contacts.models import Contact
from conversations.services import gate
from telephony.models import Line
from workflows import walk
from workflows.facts import hours_of, tags_of
from workflows.filters import Facts, why_not
from workflows.models import Workflow
from workflows.steps import KINDS, Known, Outcome, Run
from workflows.steps.text import SendText
from workflows.validation import check, known_to


@dataclass(frozen=True)
class Foreseen:
    """One step as it would go. `gate` is why the send gate would hold a text back, empty when it would not."""

    at: dt.datetime
    sentence: str
    result: str
    held_back: str = ""


@dataclass(frozen=True)
class TryOut:
    """`stopped_by`: why the workflow would not start for this patient; empty when it would."""

    stopped_by: str
    steps: list[Foreseen]


def try_out(*, actor: Actor, workflow: Workflow, contact: Contact, line: Line | None) -> TryOut | None:
    """Walk the draft for a contact who misses us on `line` now; None while the draft has errors."""
    known = known_to(actor.practice)
    if check(workflow.definition, known):
        return None
    record(actor, "workflow.tried", workflow, contact_id=contact.pk)
    run = _run(actor, workflow, contact, line)
    facts = Facts(line.pk if line else None, run.in_hours(run.at), frozenset(run.tags))
    filters = workflow.definition["trigger"].get("filters") or {}
    return TryOut(why_not(filters, facts, known.lines), list(_walk(run, workflow.definition["steps"], known)))


def _run(actor: Actor, workflow: Workflow, contact: Contact, line: Line | None) -> Run:
    return Run(
        practice=actor.practice,
        contact=contact,
        line=line,
        call=None,
        at=clock.now(),
        in_hours=hours_of(actor.practice),
        tags=tags_of(contact),
        actor=actor,
        label=workflow.name,
    )


def _walk(run: Run, steps: list[walk.Step], known: Known) -> list[Foreseen]:
    seen: list[Foreseen] = []
    here = walk.first(steps)
    while here is not None and (step := walk.find(steps, here)):
        outcome = KINDS[step["kind"]].foresee(run, step)
        sentence = KINDS[step["kind"]].sentence(step, known)
        seen.append(Foreseen(run.at, sentence, outcome.result, _held_back(run, step)))
        run = replace(run, at=run.at + outcome.wait)
        here = _next(steps, here, outcome)
    return seen


def _next(steps: list[walk.Step], here: str, outcome: Outcome) -> str | None:
    return None if outcome.stop else walk.after(steps, here, outcome.branch)


def _held_back(run: Run, step: walk.Step) -> str:
    kind = KINDS[step["kind"]]
    if not isinstance(kind, SendText):
        return ""
    body, number, _ = kind.compose(run, step)
    return gate.preview(run.practice, run.contact, None, body=body, from_number=number).reason
