"""Turning a draft into what runs, and turning it off again."""

from django.db import transaction
from django.db.models import Max

from aesthetix.audit.services import record
from aesthetix.lib import clock
from aesthetix.practices.actor import Actor
from workflows.models import Enrollment, Version, Workflow
from workflows.validation import Errors, check, known_to


class NotPublishable(ValueError):
    """The draft has errors: `{path: message}`."""

    def __init__(self, errors: Errors) -> None:
        super().__init__(f"{len(errors)} errors")
        self.errors = errors


def publish_workflow(*, actor: Actor, workflow: Workflow) -> Version:
    """Freeze the draft as a new version, which new runs follow. Runs under way keep theirs.

    Raises NotPublishable. Publishing an unchanged draft again makes no new version.
    """
    with transaction.atomic():
        workflow = _locked(actor, workflow)
        if errors := check(workflow.definition, known_to(actor.practice)):
            raise NotPublishable(errors)
        version = workflow.published
        if version is None or version.definition != workflow.definition:
            version = _freeze(actor, workflow)
        workflow.published, workflow.state = version, Workflow.State.PUBLISHED
        workflow.save(update_fields=["published", "state"])
        record(actor, "workflow.published", workflow, changes={"version": version.number})
    return version


def stop_workflow(*, actor: Actor, workflow: Workflow, stop_runs: bool = False) -> int:
    """No new runs from now on. Runs under way finish, or end here with `stop_runs`; the number of those ended."""
    with transaction.atomic():
        workflow = _locked(actor, workflow)
        workflow.state = Workflow.State.STOPPED
        workflow.save(update_fields=["state"])
        ended = _end_runs(actor, workflow) if stop_runs else 0
        record(actor, "workflow.stopped", workflow, changes={"runs_ended": ended})
    return ended


def _locked(actor: Actor, workflow: Workflow) -> Workflow:
    locked: Workflow = Workflow.objects.for_practice(actor.practice).select_for_update().get(pk=workflow.pk)
    return locked


def _freeze(actor: Actor, workflow: Workflow) -> Version:
    versions = Version.objects.for_practice(actor.practice).filter(workflow=workflow)
    number = (versions.aggregate(last=Max("number"))["last"] or 0) + 1
    version: Version = Version.objects.create(
        practice=actor.practice,
        workflow=workflow,
        number=number,
        definition=workflow.definition,
        published_by=actor.staff,
    )
    return version


def _end_runs(actor: Actor, workflow: Workflow) -> int:
    active = Enrollment.objects.for_practice(actor.practice).filter(
        version__workflow=workflow, state=Enrollment.State.ACTIVE
    )
    ended: int = active.update(
        state=Enrollment.State.STOPPED,
        due_at=None,
        ended_at=clock.now(),
        reason=f"{actor} stopped the workflow.",
    )
    return ended
