"""A workflow run is a row that walks (architecture decision 7)."""

from typing import Any, ClassVar

from django.db import models

from aesthetix.events.due import DueRow
from aesthetix.events.models import Event
from aesthetix.lib import clock
from aesthetix.practices.models import Staff
from aesthetix.practices.scoping import PracticeOwned
from contacts.models import Contact
from workflows.querysets import EnrollmentQuerySet


class Workflow(PracticeOwned):
    """The draft that people edit. What runs is a published, frozen version of it."""

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        PUBLISHED = "published", "On"
        STOPPED = "stopped", "Off"

    name = models.CharField(max_length=80)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    definition = models.JSONField(
        default=dict, help_text='{"trigger": {"type", "filters"}, "cool_off_minutes", "steps": [{"id", "kind", …}]}'
    )
    published = models.ForeignKey("Version", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    updated_at = models.DateTimeField(default=clock.now)

    class Meta(PracticeOwned.Meta):
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["practice", "name"], name="workflow_once")]

    def __str__(self) -> str:
        return self.name


class Version(PracticeOwned):
    """A frozen definition. Runs keep the version that they started with."""

    workflow = models.ForeignKey(Workflow, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    definition = models.JSONField()
    published_at = models.DateTimeField(default=clock.now)
    published_by = models.ForeignKey(Staff, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta(PracticeOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["workflow", "number"], name="version_once")]


class CoolOff(PracticeOwned):
    """Who may not start this workflow again before `until`: one row per workflow and caller, so that
    the database itself refuses the second text."""

    workflow = models.ForeignKey(Workflow, on_delete=models.CASCADE, related_name="+")
    subject = models.CharField(max_length=80, help_text="the caller's number, or contact:<id>")
    taken_at = models.DateTimeField(default=clock.now)
    until = models.DateTimeField()
    enrollment = models.ForeignKey(
        "Enrollment", null=True, on_delete=models.SET_NULL, related_name="+", help_text="the run that took it"
    )

    class Meta(PracticeOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["workflow", "subject"], name="cool_off_once")]


class Enrollment(DueRow):
    """One run for one contact, or the reason why there was none."""

    class State(models.TextChoices):
        ACTIVE = "active", "Running"
        DONE = "done", "Finished"
        STOPPED = "stopped", "Stopped"
        FAILED = "failed", "Failed"
        SKIPPED = "skipped", "Not started"

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="enrollments")
    contact = models.ForeignKey(Contact, null=True, on_delete=models.CASCADE, related_name="enrollments")
    event = models.ForeignKey(Event, null=True, on_delete=models.SET_NULL, related_name="+")
    key = models.CharField(max_length=80, unique=True, help_text="<workflow>:<event>")
    state = models.CharField(max_length=8, choices=State.choices, default=State.ACTIVE)
    step = models.CharField(max_length=40, blank=True, help_text="id of the step to run next")
    source = models.CharField(max_length=40, blank=True, help_text="what started it: call:<id>")
    context = models.JSONField(default=dict, help_text="ids from the event: call, line")
    reason = models.CharField(max_length=300, blank=True, help_text="staff language: why skipped, stopped or failed")
    started_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = EnrollmentQuerySet.as_manager()

    class Meta(DueRow.Meta):
        indexes = [
            DueRow.due_index("enrollment_due"),
            models.Index(fields=["practice", "-started_at", "-id"], name="enrollment_recent"),
            models.Index(fields=["practice", "source"], name="enrollment_source"),
        ]


class StepRun(PracticeOwned):
    """One step of one run, written before its effect, so that it happens once."""

    enrollment = models.ForeignKey(Enrollment, on_delete=models.CASCADE, related_name="step_runs")
    step = models.CharField(max_length=40)
    kind = models.CharField(max_length=20)
    state = models.CharField(max_length=8, default="started", help_text="started, done, failed")
    result = models.CharField(max_length=300, blank=True, help_text="staff language: what it did")
    at = models.DateTimeField(default=clock.now)

    class Meta(PracticeOwned.Meta):
        ordering = ["at", "id"]
        constraints = [models.UniqueConstraint(fields=["enrollment", "step"], name="step_once")]
