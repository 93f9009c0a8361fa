"""Work on many contacts at once: it goes on while people do other things, slice by slice."""

from django.db import models

from aesthetix.events.due import DueRow
from aesthetix.lib import clock
from aesthetix.practices.models import Staff


class Job(DueRow):
    """A bulk action, an export or an import. Each slice and the note of how far it came are one transaction, so
    that a worker that dies neither skips a contact nor takes one twice.

    `query` and `picks` say which contacts; `last_id` is the newest that belonged to the list when it began.
    """

    class Kind(models.TextChoices):
        TAG = "tag", "Add a tag"
        UNTAG = "untag", "Remove a tag"
        ASSIGN = "assign", "Assign"
        EXPORT = "export", "Export"
        IMPORT = "import", "Import"
        RECORD = "record", "Data request"
        AUDIT = "audit", "Export of the audit log"
        WORKFLOW = "workflow", "Add to a workflow"

    class State(models.TextChoices):
        READY = "ready", "To be started"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        CANCELLED = "cancelled", "Cancelled"
        FAILED = "failed", "Failed"

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.RUNNING)
    options = models.JSONField(default=dict, help_text="tag, assignee, contact, mapping; ids and codes")
    query = models.CharField(max_length=2000, blank=True)
    picks = models.JSONField(default=list, help_text="ids of contacts; empty: all of the list")
    last_id = models.BigIntegerField(default=0)
    cursor = models.BigIntegerField(default=0, help_text="the last contact or row that was dealt with")
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    file = models.FileField(upload_to="jobs/%Y/%m/", blank=True)
    created_at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta(DueRow.Meta):
        ordering = ["-id"]
        indexes = [DueRow.due_index("job_due"), models.Index(fields=["practice", "-id"], name="jobs_recent")]

    @property
    def is_over(self) -> bool:
        return self.state in {self.State.DONE, self.State.CANCELLED, self.State.FAILED}
