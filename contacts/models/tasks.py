"""Follow-ups on a record, and when their assignee is reminded."""

import datetime as dt
from typing import Any, ClassVar

from django.db import models

from aesthetix.events.due import DueRow
from aesthetix.lib import clock
from aesthetix.practices.models import Practice, Staff
from aesthetix.practices.scoping import PracticeOwned, ScopedQuerySet, practice_key
from contacts.models.contact import Contact

LONGEST_TITLE, LONGEST_DESCRIPTION = 160, 4000
NEVER = dt.datetime(9000, 1, 1, tzinfo=dt.UTC)
OPEN = models.Q(done_at=None, deleted_at=None)


class TaskQuerySet(ScopedQuerySet):
    def standing(self) -> "TaskQuerySet":
        return self.filter(deleted_at=None)

    def open(self) -> "TaskQuerySet":
        """Those to be done, the first due first, those without a date last."""
        return self.filter(OPEN).order_by("due_moment", "id")

    def for_staff(self, staff: Staff) -> "TaskQuerySet":
        """Of the patients that this person may see."""
        mine: dict[str, Any] = {} if staff.sees_all else {"contact__assigned_to": staff}
        return self.filter(practice=staff.practice_id, **mine)


class Task(PracticeOwned):
    """`due_on` and `due_time` are the practice's wall clock; `due_moment` is when it becomes overdue: that time, the
    end of the day without one, NEVER without a date. Deleting hides, as with notes."""

    practice = practice_key(db_index=False)
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="tasks")
    title = models.CharField(max_length=LONGEST_TITLE)
    description = models.TextField(blank=True, max_length=LONGEST_DESCRIPTION)
    assignee = models.ForeignKey(Staff, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    creator = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    due_on = models.DateField(null=True, blank=True)
    due_time = models.TimeField(null=True, blank=True)
    due_moment = models.DateTimeField(default=NEVER)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=clock.now)
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = TaskQuerySet.as_manager()

    class Meta(PracticeOwned.Meta):
        indexes = [
            models.Index(fields=["practice", "due_moment", "id"], condition=OPEN, name="tasks_open"),
            models.Index(fields=["assignee", "due_moment", "id"], condition=OPEN, name="tasks_of_assignee"),
        ]

    def __str__(self) -> str:
        return f"task {self.pk}"

    @property
    def is_overdue(self) -> bool:
        return self.done_at is None and self.due_moment <= clock.now()


class TaskReminder(DueRow):
    """When the assignee of a task is told; `mailed_for` is the moment that the mail was about."""

    task = models.OneToOneField(Task, on_delete=models.CASCADE, related_name="reminder")
    mailed_for = models.DateTimeField(null=True, blank=True)

    class Meta(DueRow.Meta):
        indexes = [DueRow.due_index("reminder_due")]


def moment_of(practice: Practice, due_on: dt.date | None, due_time: dt.time | None) -> dt.datetime:
    """When it becomes overdue, on the practice's wall clock, daylight saving included."""
    if due_on is None:
        return NEVER
    if due_time is None:
        return dt.datetime.combine(due_on + dt.timedelta(days=1), dt.time.min, practice.tz).astimezone(dt.UTC)
    return dt.datetime.combine(due_on, due_time, practice.tz).astimezone(dt.UTC)


def reminder_of(practice: Practice, due_on: dt.date | None, due_time: dt.time | None) -> dt.datetime | None:
    """At its time, or in the morning of its day."""
    if due_on is None:
        return None
    return dt.datetime.combine(due_on, due_time or dt.time(9), practice.tz).astimezone(dt.UTC)
