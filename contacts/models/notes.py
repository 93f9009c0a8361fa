"""Notes that staff keep on a record, how they read before, and what somebody has begun to write."""

from typing import Any, ClassVar

from django.db import models

from aesthetix.lib import clock
from aesthetix.practices.models import Staff
from aesthetix.practices.scoping import PracticeOwned, ScopedQuerySet, practice_key
from contacts.models.contact import Contact

LONGEST_NOTE = 20_000


class NoteQuerySet(ScopedQuerySet):
    def standing(self) -> "NoteQuerySet":
        """Those that nobody deleted, pinned ones first, then the newest."""
        return self.filter(deleted_at=None).order_by("-pinned", "-created_at", "-id")


class Note(PracticeOwned):
    """Clinical notes must not vanish: deleting hides, and every wording is kept in `versions`.

    `version` counts the wordings; who saves names the one that they started from.
    """

    practice = practice_key(db_index=False)
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="notes", db_index=False)
    author = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    body = models.TextField(max_length=LONGEST_NOTE)
    pinned = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=clock.now)
    updated_at = models.DateTimeField(default=clock.now)
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = NoteQuerySet.as_manager()

    class Meta(PracticeOwned.Meta):
        indexes = [models.Index(fields=["contact", "-pinned", "-created_at", "-id"], name="notes_of_contact")]

    def __str__(self) -> str:
        return f"note {self.pk}"


class NoteVersion(PracticeOwned):
    """A wording as somebody saved it; the highest number is how the note reads now."""

    practice = practice_key(db_index=False)
    note = models.ForeignKey(Note, on_delete=models.CASCADE, related_name="versions", db_index=False)
    number = models.PositiveIntegerField()
    body = models.TextField()
    author = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField(default=clock.now)

    class Meta(PracticeOwned.Meta):
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["note", "number"], name="note_version_once")]


class Draft(PracticeOwned):
    """What a staff member has begun to write on a record: kept here, for a browser keeps no patient data.

    `place` is the field: `note` for a new one, `note-7` for the change of note 7.
    """

    practice = practice_key(db_index=False)
    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="+", db_index=False)
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="drafts")
    place = models.SlugField(max_length=40, db_index=False)
    body = models.TextField(max_length=LONGEST_NOTE)
    at = models.DateTimeField(default=clock.now)

    class Meta(PracticeOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["staff", "contact", "place"], name="draft_once")]
