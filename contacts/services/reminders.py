"""Reminding the assignee of a task: once in the app, once by mail."""

from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.urls import reverse

from aesthetix.events.due import WorkQueue
from aesthetix.events.models import MailChoice
from aesthetix.events.notifications import mail_choice_of, notify
from aesthetix.lib import clock
from contacts.models import Task, TaskReminder
from contacts.models.tasks import reminder_of
from contacts.services.tasks import who_may_have


def remind(reminder: TaskReminder) -> None:
    """The mail is noted before it goes out: a worker that dies between the two leaves the notification, and sends
    no second mail. A mail server that is down is tried again."""
    with transaction.atomic():
        row = (
            TaskReminder.objects.for_practice(reminder.practice_id).select_for_update(of=("self",)).get(pk=reminder.pk)
        )
        task = (
            Task.objects.for_practice(row.practice_id)
            .select_related("practice", "contact", "assignee__user")
            .get(pk=row.task_id)
        )
        at = reminder_of(task.practice, task.due_on, task.due_time)
        if at and at > clock.now():  # the date was moved while a worker came for the old one
            row.due_at = at
            row.save(update_fields=["due_at"])
            return
        mail_to = _tell(task) if _is_wanted(task) and row.mailed_for != task.due_moment else ""
        row.due_at, row.mailed_for = None, task.due_moment
        row.save(update_fields=["due_at", "mailed_for"])
    if mail_to:
        _mail(reminder, mail_to)


def _is_wanted(task: Task) -> bool:
    """Still to be done, by somebody who works here and may see the patient."""
    is_open = task.done_at is None and task.deleted_at is None
    return bool(is_open and task.assignee and who_may_have(task.contact).filter(pk=task.assignee_id).exists())


def _tell(task: Task) -> str:
    assert task.assignee is not None
    notify(
        task.assignee,
        kind="task",
        text=f"Due: {task.title}",
        url=reverse("contacts:tool", args=[task.contact_id, "tasks"]),
        contact_id=task.contact_id,
        key=f"due-{task.pk}-{task.due_moment:%Y%m%d%H%M}",
    )
    wants_mail = task.assignee.is_current and mail_choice_of(task.assignee) == MailChoice.Choice.TASKS
    return task.assignee.user.email if wants_mail else ""


def _mail(reminder: TaskReminder, address: str) -> None:
    """Without a word about the patient: a mailbox is not ours."""
    text = f"A task of yours is due. Open it here:\n\n{settings.PUBLIC_BASE_URL}{reverse('tasks:list')}\n"
    try:
        send_mail(f"A task is due at {reminder.practice.name}", text, None, [address])
    except (SMTPException, OSError):
        TaskReminder.objects.for_practice(reminder.practice_id).filter(pk=reminder.pk).update(mailed_for=None)
        raise


WorkQueue("task_reminders", TaskReminder, remind).register()
