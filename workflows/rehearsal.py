"""The workflows' part in a rehearsal of the phone: what is copied, set up, counted and compared."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import QuerySet

from aesthetix.practices.actor import Actor
from aesthetix.practices.models import Practice
from contacts.models import Tag
from telephony.models import Line
from telephony.rehearsal.words import seconds
from workflows.models import Enrollment, StepRun, Version, Workflow
from workflows.services.defaults import install_default_workflows
from workflows.services.publishing import publish_workflow, stop_workflow

HOURS = {"inside": "in", "outside": "out", "any": "any"}


class WorkflowsRoom:
    """See telephony.rehearsal.rooms.Room."""

    def configuration(self, practice: Practice) -> Iterable[QuerySet[Any]]:
        yield Tag.objects.for_practice(practice)
        workflows = Workflow.objects.for_practice(practice)
        yield workflows
        yield Version.objects.for_practice(practice).filter(pk__in=workflows.values("published"))

    def furnish(self, practice: Practice, wanted: Mapping[str, Any]) -> None:
        install_default_workflows(practice)
        for name, change in wanted.items():
            workflow = Workflow.objects.for_practice(practice).filter(name=name).first()
            if workflow is None:
                raise ValueError(f"There is no workflow “{name}”.")
            _change(practice, workflow, change)

    def runs(self, practice: Practice) -> int:
        return int(Enrollment.objects.for_practice(practice).exclude(state=Enrollment.State.SKIPPED).count())

    def rows(self, practice: Practice) -> Iterable[str]:
        enrollments = Enrollment.objects.for_practice(practice).select_related("version__workflow", "contact")
        for run in enrollments:
            numbers = sorted(phone.number for phone in run.contact.phones.all()) if run.contact else []
            yield f"run {run.version.workflow.name} {numbers} {run.state}"
        for step in StepRun.objects.for_practice(practice):
            yield f"step {step.kind} {step.state} {step.result}"


def _change(practice: Practice, workflow: Workflow, change: bool | Mapping[str, Any]) -> None:
    actor = Actor.system(practice, "Rehearsal")
    if change is False:
        stop_workflow(actor=actor, workflow=workflow)
    elif change is not True:
        workflow.definition = _changed(practice, workflow.definition, change)
        workflow.save(update_fields=["definition"])
        publish_workflow(actor=actor, workflow=workflow)


def _changed(practice: Practice, definition: dict[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    filters = dict(definition["trigger"]["filters"])
    if "hours" in change:
        filters["hours"] = HOURS[change["hours"]]
    if "lines" in change:
        lines = Line.objects.for_practice(practice).filter(name__in=_list(change["lines"]))
        filters["lines"] = list(lines.values_list("pk", flat=True))
    if "tags" in change:
        filters["tags_any"] = _list(change["tags"])
    changed = {**definition, "trigger": {**definition["trigger"], "filters": filters}}
    if "cool_off" in change:
        changed["cool_off_minutes"] = seconds(change["cool_off"]) // 60
    if "text" in change:
        changed["steps"] = [{**definition["steps"][0], "body": change["text"]}, *definition["steps"][1:]]
    return changed


def _list(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value
