"""The rows of an import, each with what became of it."""

from django.db import models

from aesthetix.lib import clock
from aesthetix.practices.scoping import PracticeOwned, practice_key
from contacts.models.contact import Contact
from contacts.models.jobs import Job


class ImportRow(PracticeOwned):
    """A row of the file."""

    class Action(models.TextChoices):
        CREATE = "create", "New"
        UPDATE = "update", "Updated"
        SKIP = "skip", "Skipped"

    practice = practice_key(db_index=False)
    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="rows", db_index=False)
    number = models.PositiveIntegerField(help_text="line of the file")
    cells = models.JSONField(default=list)
    action = models.CharField(max_length=6, choices=Action.choices)
    reason = models.CharField(max_length=200, blank=True)
    contact = models.ForeignKey(Contact, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    before = models.JSONField(null=True, blank=True, help_text="what an update changed: field → [old, new]")
    is_applied = models.BooleanField(default=False)

    class Meta(PracticeOwned.Meta):
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["job", "number"], name="import_row_once")]


class ImportKey(PracticeOwned):
    """A number or an email of a row, by which a later row of the same file is found to be the same person. There only
    while the file is checked."""

    practice = practice_key(db_index=False)
    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="+", db_index=False)
    number = models.PositiveIntegerField(help_text="line of the file")
    key = models.CharField(max_length=254)
    name = models.CharField(max_length=170, blank=True, help_text="folded")

    class Meta(PracticeOwned.Meta):
        indexes = [models.Index(fields=["job", "key"], name="import_by_key")]


class ImportColumn(PracticeOwned):
    """What a practice made of a column of this name the last time."""

    practice = practice_key(db_index=False)
    name = models.CharField(max_length=120)
    target = models.CharField(max_length=20, blank=True)
    at = models.DateTimeField(default=clock.now)

    class Meta(PracticeOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["practice", "name"], name="import_column_once")]
