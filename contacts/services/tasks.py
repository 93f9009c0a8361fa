"""Tasks on a record: adding, changing, doing, deleting. Deleting hides."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse

from aesthetix.audit import services as audit
from aesthetix.events import outbox
from aesthetix.events.notifications import notify
from aesthetix.lib import clock
from aesthetix.practices.actor import Actor
from aesthetix.practices.models import Staff
from contacts.models import Contact, Task, TaskReminder
from contacts.models.tasks import moment_of, reminder_of
from contacts.services.drafts import forget_draft

EARLIEST, LATEST = dt.date(2000, 1, 1), dt.date(2099, 12, 31)


class StaleTask(Exception):
    """Somebody changed the task since this change was begun. `task` is how it is now."""

    def __init__(self, task: Task) -> None:
        super().__init__("The task was changed in the meantime.")
        self.task = task


@dataclass(frozen=True)
class TaskFacts:
    title: str
    description: str = ""
    assignee: Staff | None = None
    due_on: dt.date | None = None
    due_time: dt.time | None = None

    def fields(self) -> dict[str, Any]:
        return dict(self.__dict__)


def facts_of(task: Task) -> TaskFacts:
    return TaskFacts(task.title, task.description, task.assignee, task.due_on, task.due_time)


def who_may_have(contact: Contact) -> "Any":
    """Staff who may see the contact: all others could not open the task."""
    current = Staff.objects.for_practice(contact.practice_id).filter(left_at=None).select_related("user")
    seeing = current.filter(data_access="all") | current.filter(pk=contact.assigned_to_id)
    return seeing.order_by("user__name")


@transaction.atomic
def add_task(*, actor: Actor, contact: Contact, facts: TaskFacts) -> Task:
    """Raises ValidationError for an assignee who may not see the contact, and for a time without a date."""
    _require(contact, facts)
    task = Task(practice=actor.practice, contact=contact, creator=actor.staff, **facts.fields())
    _write(actor, task)
    _said(actor, task, "create")
    _forget_draft(actor, contact, "task")
    if task.assignee and task.assignee != actor.staff:
        _tell_assignee(task)
    return task


@transaction.atomic
def edit_task(*, actor: Actor, task: Task, facts: TaskFacts, version: int) -> Task:
    """As with notes: `version` is the one that the change started from. Raises StaleTask, ValidationError."""
    task = _locked(actor, task)
    if task.version != version:
        raise StaleTask(task)
    _require(task.contact, facts)
    if task.deleted_at is not None:  # somebody deleted it meanwhile: what is written now must not vanish
        restore_task(actor=actor, task=task)
        task.deleted_at = None
    _forget_draft(actor, task.contact, f"task-{task.pk}")
    before = {name: getattr(task, name) for name in facts.fields()}
    names = [name for name, value in facts.fields().items() if before[name] != value]
    if not names:
        return task
    for name, value in facts.fields().items():
        setattr(task, name, value)
    task.version += 1
    _write(actor, task)
    _said(actor, task, "change", fields=names)
    if "assignee" in names and task.assignee and task.assignee != actor.staff:
        _tell_assignee(task)
    return task


@transaction.atomic
def set_done(*, actor: Actor, task: Task, done: bool) -> Task:
    """Done, or open again. As it was: nothing changes."""
    task = _locked(actor, task)
    if (task.done_at is not None) != done:
        task.done_at, task.done_by = (clock.now(), actor.staff) if done else (None, None)
        task.save(update_fields=["done_at", "done_by"])
        _set_reminder(task)
        _said(actor, task, "task.done" if done else "task.reopened")
    return task


@transaction.atomic
def delete_task(*, actor: Actor, task: Task) -> None:
    _hide(actor, task, clock.now(), "delete")


@transaction.atomic
def restore_task(*, actor: Actor, task: Task) -> None:
    _hide(actor, task, None, "restore")


@transaction.atomic
def reassign(*, actor: Actor, task: Task, assignee: Staff | None) -> None:
    """Handed over, as when its assignee leaves."""
    task = _locked(actor, task)
    before, task.assignee = task.assignee, assignee
    task.version += 1
    task.save(update_fields=["assignee", "version"])
    _set_reminder(task)
    _said(actor, task, "change", assignee=[str(before or "no one"), str(assignee or "no one")])


def _hide(actor: Actor, task: Task, at: dt.datetime | None, action: str) -> None:
    task = _locked(actor, task)
    if (task.deleted_at is None) == (at is None):
        return
    task.deleted_at = at
    task.save(update_fields=["deleted_at"])
    _set_reminder(task)
    _said(actor, task, action)


def _forget_draft(actor: Actor, contact: Contact, place: str) -> None:
    if actor.staff is not None:
        forget_draft(actor=actor, contact=contact, place=place)


def _require(contact: Contact, facts: TaskFacts) -> None:
    if facts.due_time and not facts.due_on:
        raise ValidationError({"due_on": "Choose a date for this time."}, code="date")
    if facts.due_on and not EARLIEST <= facts.due_on <= LATEST:
        raise ValidationError({"due_on": "A due date lies between 2000 and 2099."}, code="date")
    if facts.assignee and not who_may_have(contact).filter(pk=facts.assignee.pk).exists():
        raise ValidationError({"assignee": f"{facts.assignee} may not see this patient."}, code="assignee")


def _locked(actor: Actor, task: Task) -> Task:
    rows = Task.objects.for_practice(actor.practice).select_for_update(of=("self",)).select_related("contact")
    found: Task = rows.get(pk=task.pk)
    return found


def _write(actor: Actor, task: Task) -> None:
    task.due_moment = moment_of(actor.practice, task.due_on, task.due_time)
    task.save()
    _set_reminder(task)


def _set_reminder(task: Task) -> None:
    """One reminder a task: it moves with the date, and waits for nothing once the task is done or deleted. A date
    that is past already reminds nobody."""
    at = reminder_of(task.practice, task.due_on, task.due_time)
    is_open = task.done_at is None and task.deleted_at is None and task.assignee_id is not None
    due = at if is_open and at and at > clock.now() else None
    TaskReminder.objects.update_or_create(
        practice=task.practice, task=task, defaults={"due_at": due, "attempts": 0, "last_error": ""}
    )


def _tell_assignee(task: Task) -> None:
    notify(
        task.assignee,
        kind="task",
        text=f"Task for you: {task.title}",
        url=reverse("contacts:tool", args=[task.contact_id, "tasks"]),
        contact_id=task.contact_id,
        key=f"task-{task.pk}-{task.version}",
    )


def _said(actor: Actor, task: Task, action: str, **changes: Any) -> None:
    audit.record(actor, action, task, contact_id=task.contact_id, changes=changes)
    outbox.emit(actor.practice, "task.changed", contact_id=task.contact_id)
