"""The outbox: what happened, written in the transaction in which it happened."""

from django.db import models

from aesthetix.events.due import DueRow
from aesthetix.lib import clock
from aesthetix.practices.models import Staff
from aesthetix.practices.scoping import PracticeOwned, practice_key


class Event(DueRow):
    """A domain event such as `call.missed`. `due_at` is set until every subscriber has been told."""

    practice = practice_key(db_index=False)
    type = models.CharField(max_length=40)
    contact_id = models.BigIntegerField(null=True, blank=True, help_text="whose record this is about")
    payload = models.JSONField(default=dict, help_text="ids and codes only, never names, numbers or texts")
    occurred_at = models.DateTimeField(default=clock.now)

    class Meta(DueRow.Meta):
        indexes = [
            DueRow.due_index("event_due"),
            models.Index(fields=["practice", "id"], name="event_by_practice"),
        ]


class Delivery(DueRow):
    """One subscriber's copy of an event. Its effect and `due_at = None` are one transaction."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="deliveries")
    subscriber = models.CharField(max_length=80)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta(DueRow.Meta):
        constraints = [models.UniqueConstraint(fields=["event", "subscriber"], name="delivery_once")]
        indexes = [DueRow.due_index("delivery_due")]


class Notification(PracticeOwned):
    """Something that one person should know. `contact_id`: about whom it speaks; whoever may no longer see that
    record is not shown it."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=20)
    text = models.CharField(max_length=300)
    url = models.CharField(max_length=200, blank=True)
    contact_id = models.BigIntegerField(null=True, blank=True)
    key = models.CharField(max_length=80)
    created_at = models.DateTimeField(default=clock.now)
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta(PracticeOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["staff", "key"], name="notification_once")]
        indexes = [models.Index(fields=["staff", "-id"], condition=models.Q(seen_at=None), name="notification_unseen")]


class MailChoice(DueRow):
    """What a person gets by mail of what they are told in the app; without a row: TASKS. `due_at`: the next morning's
    mail; `mailed_on`: the practice's day of the last one."""

    class Choice(models.TextChoices):
        TASKS = "tasks", "A mail for each task that is due"
        DAILY = "daily", "One mail a day at 8:00 AM, with how much waits"
        OFF = "off", "No mail"

    staff = models.OneToOneField(Staff, on_delete=models.CASCADE, related_name="+")
    choice = models.CharField(max_length=8, choices=Choice.choices, default=Choice.TASKS)
    mailed_on = models.DateField(null=True, blank=True)

    class Meta(DueRow.Meta):
        indexes = [DueRow.due_index("digest_due")]
