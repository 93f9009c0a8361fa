"""Walking a run, one step a transaction (architecture decision 7).

A step's StepRun, its effect and the run's move to the next step commit together: a worker killed at
any point leaves either all of it or nothing, and the lease on the row brings another worker.
"""

from django.db import transaction
from django.urls import reverse

from aesthetix.events.due import WorkQueue
from aesthetix.lib import clock
from aesthetix.lib.rows import insert_once
from aesthetix.practices.actor import Actor
from aesthetix.practices.services.alerts import raise_alert
from telephony.models import Call, Line
from workflows import walk
from workflows.facts import hours_of, tags_of
from workflows.models import Enrollment, StepRun
from workflows.services.cool_off import give_back_cool_off
from workflows.steps import KINDS, Outcome, Run


class StepRepeated(RuntimeError):
    """A step that has already run came up again: the run's row and its StepRuns disagree."""


def walk_on(row: Enrollment) -> None:
    """Run all steps that can run now; the work of the queue "enrollments"."""
    lease = row.due_at
    while _take_step(row.pk, lease):
        pass


def give_up(row: Enrollment) -> None:
    """A step failed again and again: the run ends, and its page says at which step."""
    with transaction.atomic():
        run = _locked(row.pk)
        if run.state != Enrollment.State.ACTIVE:
            return
        step = walk.find(run.version.definition["steps"], run.step) or {"kind": ""}
        label = KINDS[step["kind"]].label if step["kind"] in KINDS else run.step
        failed = StepRun(practice_id=run.practice_id, enrollment=run, step=run.step, kind=step["kind"], state="failed")
        failed.result = f"Failed {row.attempts} times ({row.last_error})"[:300]
        insert_once(failed)
        _end(run, Enrollment.State.FAILED, f"The step “{label}” failed {row.attempts} times.")
        _alert(run, label)


def _take_step(pk: int, lease: object) -> bool:
    """Run one step; whether the next one can run at once. The lease tells a worker that was
    overtaken (its time ran out, another took the row) to leave it alone."""
    with transaction.atomic():
        run = _locked(pk)
        if run.due_at != lease:
            return False
        if run.state != Enrollment.State.ACTIVE:
            # It ended while a worker was failing at it, and the retry made it due again.
            run.due_at = None
            run.save(update_fields=["due_at"])
            return False
        step = walk.find(run.version.definition["steps"], run.step)
        if step is None:
            _end(run, Enrollment.State.DONE)
            return False
        outcome = _perform(run, step)
        if outcome.is_withheld:
            give_back_cool_off(run)
        _move_on(run, step, outcome)
    return run.due_at is not None and not outcome.wait


def _locked(pk: int) -> Enrollment:
    rows = Enrollment.objects.across_practices().select_for_update(of=("self",))
    run: Enrollment = rows.select_related("practice", "contact__assigned_to__user", "version__workflow").get(pk=pk)
    return run


def _perform(run: Enrollment, step: walk.Step) -> Outcome:
    step_run = StepRun(practice_id=run.practice_id, enrollment=run, step=step["id"], kind=step["kind"])
    if not insert_once(step_run):
        raise StepRepeated(step["id"])
    outcome = KINDS[step["kind"]].run(_seen_by_step(run, step), step)
    step_run.state, step_run.result = "done", outcome.result[:300]
    step_run.save(update_fields=["state", "result"])
    return outcome


def _seen_by_step(run: Enrollment, step: walk.Step) -> Run:
    assert run.contact is not None
    practice, context, name = run.practice, run.context, run.version.workflow.name
    return Run(
        practice=practice,
        contact=run.contact,
        line=Line.objects.for_practice(practice).filter(pk=context.get("line")).first(),
        call=Call.objects.for_practice(practice).filter(pk=context.get("call")).first(),
        at=clock.now(),
        in_hours=lambda at: hours_of(practice)(at),
        tags=tags_of(run.contact),
        actor=Actor.system(practice, f"Workflow “{name}”"),
        label=name,
        key=f"workflow:{run.pk}:{step['id']}",
    )


def _move_on(run: Enrollment, step: walk.Step, outcome: Outcome) -> None:
    following = None if outcome.stop else walk.after(run.version.definition["steps"], step["id"], outcome.branch)
    if following is None:
        _end(run, Enrollment.State.DONE)
        return
    run.step, run.attempts, run.last_error = following, 0, ""
    if outcome.wait:
        run.due_at = clock.now() + outcome.wait
    run.save(update_fields=["step", "attempts", "last_error", "due_at"])


def _alert(run: Enrollment, label: str) -> None:
    workflow = run.version.workflow
    raise_alert(
        run.practice,
        kind="workflow_failed",
        text=f"The workflow “{workflow.name}” failed at the step “{label}”.",
        key=f"workflow-failed:{workflow.pk}",
        url=reverse("workflows:runs", args=[workflow.pk]) + "?state=failed",
    )


def _end(run: Enrollment, state: str, reason: str = "") -> None:
    run.state, run.reason, run.due_at, run.ended_at = state, reason, None, clock.now()
    run.save(update_fields=["state", "reason", "due_at", "ended_at"])


WorkQueue("enrollments", Enrollment, walk_on, gave_up=give_up).register()
