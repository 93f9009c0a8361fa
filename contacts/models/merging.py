"""Records that may be of one person, those that were made one, and how to take that apart again."""

from django.db import models
from django.db.models import F, Q

from aesthetix.events.due import DueRow
from aesthetix.lib import clock
from aesthetix.practices.models import Staff
from aesthetix.practices.scoping import PracticeOwned, practice_key
from contacts.models.contact import Contact


class DuplicatePair(PracticeOwned):
    """Two contacts that may be one person, or a household; `first` has the lower id. Found by a worker
    (contacts/services/duplicates.py), so that no page compares anybody with everybody. A dismissed pair is
    remembered."""

    class Kind(models.TextChoices):
        DUPLICATE = "duplicate", "Duplicate"
        HOUSEHOLD = "household", "Household?"

    practice = practice_key(db_index=False)
    first = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+", db_index=False)
    second = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=9, choices=Kind.choices)
    score = models.PositiveSmallIntegerField(help_text="how much speaks for it")
    same_phone = models.BooleanField(default=False)
    same_email = models.BooleanField(default=False)
    same_name = models.BooleanField(default=False, help_text="alike, and the birthday the same")
    dismissed_at = models.DateTimeField(null=True, blank=True)
    dismissed_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta(PracticeOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="pair_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="pair_in_order"),
        ]
        indexes = [
            models.Index(
                fields=["practice", "kind", "-score", "-id"], condition=Q(dismissed_at=None), name="pairs_to_look_at"
            )
        ]


class DuplicateLook(DueRow):
    """Contacts that a worker shall compare with all others. Without `ids`: everybody of the practice, from `cursor`
    on. The row goes when that is done."""

    ids = models.JSONField(default=list)
    cursor = models.BigIntegerField(default=0)

    class Meta(DueRow.Meta):
        indexes = [DueRow.due_index("look_due")]


class Merge(DueRow):
    """One record was merged into another. The merged one has no row any more: whoever asks for its id is led to the
    survivor by this row. Due on the day from which it cannot be undone: then `journal`, what was changed and how it
    was before, is forgotten."""

    practice = practice_key(db_index=False)
    survivor_id = models.BigIntegerField()
    merged_id = models.BigIntegerField()
    merged_name = models.CharField(max_length=200, blank=True)
    staff = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    actor = models.CharField(max_length=120)
    at = models.DateTimeField(default=clock.now)
    counts = models.JSONField(default=dict, help_text="what moved: words → how many")
    journal = models.JSONField(default=list)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.CharField(max_length=120, blank=True)

    class Meta(DueRow.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "merged_id"], condition=Q(undone_at=None), name="merged_once_at_a_time"
            )
        ]
        indexes = [
            DueRow.due_index("merge_due"),
            models.Index(fields=["practice", "survivor_id", "-id"], name="merges_of_survivor"),
            models.Index(fields=["practice", "-id"], name="merges_recent"),
        ]

    def __str__(self) -> str:
        return f"merge {self.pk}"
