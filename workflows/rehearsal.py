"""The workflows' part in a rehearsal of the phone: what is copied, set up, counted and compared."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import QuerySet

from aesthetix.practices.actor import Actor
from aesthetix.practices.models import Practice
from contacts.models import Tag
from telephony.models import Line
from workflows.models import Enrollment, StepRun, Version, Workflow
from workflows.services.defaults import TEXT_BACK, install_default_workflows, text_back_definition
from workflows.services.publishing import NotPublishable, publish_workflow, stop_workflow

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
            _change(practice, workflow or _new_workflow(practice, name, change), change)

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
        _publish(actor, workflow)


def _new_workflow(practice: Practice, name: str, wanted: bool | Mapping[str, Any]) -> Workflow:
    """Raises ValueError where a script only switches a workflow, and there is none of this name."""
    if isinstance(wanted, bool) or "text" not in wanted:
        raise ValueError(f"there is no workflow “{name}”; expected “{TEXT_BACK}”, or a new one with its `text`")
    return Workflow.objects.create(practice=practice, name=name, definition=text_back_definition())


def _publish(actor: Actor, workflow: Workflow) -> None:
    try:
        publish_workflow(actor=actor, workflow=workflow)
    except NotPublishable as error:
        why = " ".join(error.errors.values())
        raise ValueError(f"the workflow “{workflow.name}” cannot be published: {why}") from None


def _changed(practice: Practice, definition: dict[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    filters = dict(definition["trigger"]["filters"])
    if "hours" in change:
        filters["hours"] = HOURS[change["hours"]]
    if "lines" in change:
        lines = Line.objects.for_practice(practice).filter(name__in=change["lines"])
        filters["lines"] = list(lines.values_list("pk", flat=True))
    for ours, theirs in (("tags", "tags_any"), ("without_tags", "tags_none")):
        if ours in change:
            filters[theirs] = [_tag(practice, name) for name in change[ours]]
    changed = {**definition, "trigger": {**definition["trigger"], "filters": filters}}
    if "cool_off" in change:
        changed["cool_off_minutes"] = change["cool_off"] // 60
    return {**changed, "steps": list(_steps(definition["steps"], change))}


def _steps(steps: list[dict[str, Any]], change: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    """The text, with the pause before it and the tag after it that the script asks for."""
    text, *others = steps
    if "wait" in change:
        yield {"id": "wait", "kind": "wait", "minutes": change["wait"] // 60}
    yield {**text, "body": change.get("text", text["body"])}
    yield from others
    if "adds_tag" in change:
        yield {"id": "tag", "kind": "add_tag", "tag": change["adds_tag"]}


def _tag(practice: Practice, name: str) -> str:
    return str(Tag.objects.for_practice(practice).get_or_create(practice=practice, name=name)[0].name)
