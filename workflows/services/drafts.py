"""Editing what will run after the next publishing. A draft may be wrong; publishing says what."""

from collections.abc import Callable
from typing import Any

from django.db import transaction

from aesthetix.audit.services import record
from aesthetix.lib import clock
from aesthetix.lib.rows import insert_once
from aesthetix.practices.actor import Actor
from workflows import edits, walk
from workflows.models import Workflow
from workflows.steps import KINDS
from workflows.steps.text import CALLED, DEFAULT
from workflows.triggers import BY_HAND, CALL_MISSED, trigger_of
from workflows.validation import too_large

DEFAULT_COOL_OFF = 20


class NameTaken(ValueError):
    """The practice has a workflow of this name."""


class InUse(ValueError):
    """The workflow has been published: its runs are part of the patients' history."""


def create_workflow(*, actor: Actor, name: str, trigger: str = CALL_MISSED) -> Workflow:
    """An empty draft. Raises NameTaken."""
    definition = {
        "trigger": {"type": trigger, "filters": {}},
        "cool_off_minutes": DEFAULT_COOL_OFF,
        "steps": [],
    }
    workflow = Workflow(practice=actor.practice, name=name, definition=definition)
    with transaction.atomic():
        if not insert_once(workflow):
            raise NameTaken(name)
        record(actor, "workflow.created", workflow)
    return workflow


def save_settings(
    *, actor: Actor, workflow: Workflow, name: str, filters: dict[str, Any], cool_off_minutes: int
) -> Workflow:
    """The name (which counts at once), the filters and the cool-off of the draft; what starts it stays what it is.
    Raises NameTaken."""

    def change(locked: Workflow) -> None:
        others = Workflow.objects.for_practice(actor.practice).exclude(pk=locked.pk)
        if others.filter(name=name).exists():
            raise NameTaken(name)
        locked.name = name
        trigger = {"type": trigger_of(locked.definition), "filters": filters}
        locked.definition = {**locked.definition, "trigger": trigger, "cool_off_minutes": cool_off_minutes}

    return _change(actor, workflow, "settings", change)


def add_step(
    *, actor: Actor, workflow: Workflow, kind: str, parent: str = "", branch: str = "", position: int | None = None
) -> str:
    """A new step with the settings that its kind begins with; its id. Raises edits.NoSuchStep, edits.TooLarge."""
    new = ""

    def change(steps: list[walk.Step]) -> list[walk.Step]:
        nonlocal new
        new = edits.new_id(steps)
        step = {"id": new, "kind": kind, **KINDS[kind].new}
        if step.get("from") == CALLED and trigger_of(workflow.definition) == BY_HAND:  # nobody called
            step["from"] = DEFAULT
        added = edits.add(steps, step, parent=parent, branch=branch, position=position)
        if problem := too_large(added):
            raise edits.TooLarge(problem)
        return added

    _change_steps(actor, workflow, "step added", change)
    return new


def save_step(*, actor: Actor, workflow: Workflow, step_id: str, settings: dict[str, Any]) -> Workflow:
    return _change_steps(actor, workflow, "step changed", lambda steps: edits.update(steps, step_id, settings))


def move_step(*, actor: Actor, workflow: Workflow, step_id: str, up: bool) -> Workflow:
    return _change_steps(actor, workflow, "step moved", lambda steps: edits.move(steps, step_id, up=up))


def delete_step(*, actor: Actor, workflow: Workflow, step_id: str) -> Workflow:
    return _change_steps(actor, workflow, "step deleted", lambda steps: edits.remove(steps, step_id))


def delete_draft(*, actor: Actor, workflow: Workflow) -> None:
    """Raises InUse for a workflow that was ever published."""
    with transaction.atomic():
        locked = Workflow.objects.for_practice(actor.practice).select_for_update().get(pk=workflow.pk)
        if locked.published_id:
            raise InUse(locked.name)
        record(actor, "workflow.deleted", locked, changes={"name": locked.name})
        locked.delete()


def _change_steps(
    actor: Actor, workflow: Workflow, what: str, change: Callable[[list[walk.Step]], list[walk.Step]]
) -> Workflow:
    def on_definition(locked: Workflow) -> None:
        locked.definition = {**locked.definition, "steps": change(locked.definition.get("steps") or [])}

    return _change(actor, workflow, what, on_definition)


def _change(actor: Actor, workflow: Workflow, what: str, change: Callable[[Workflow], None]) -> Workflow:
    """Under a lock, so that two people who edit at once lose nothing of each other's."""
    with transaction.atomic():
        locked: Workflow = Workflow.objects.for_practice(actor.practice).select_for_update().get(pk=workflow.pk)
        change(locked)
        locked.updated_at = clock.now()
        locked.save(update_fields=["name", "definition", "updated_at"])
        record(actor, "workflow.edited", locked, changes={"what": what})
    return locked
