"""Files on a record, the folders that they lie in, and the pictures that stand for their pages."""

import secrets
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q

from aesthetix.lib import clock
from aesthetix.practices.models import Staff
from aesthetix.practices.scoping import PracticeOwned, ScopedQuerySet, practice_key
from contacts.models import Contact, CustomField
from contacts.search import tokens
from documents.files.kinds import KINDS, Kind, ending_of
from documents.files.names import LONGEST

DEEPEST = 5
ICONS = {
    "picture": "image",
    "pdf": "file-text",
    "office": "file-type",
    "text": "file",
    "audio": "file-music",
    "video": "film",
}


class Folder(PracticeOwned):
    """`parent` none: at the top of the record's documents."""

    practice = practice_key(db_index=False)
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="folders", db_index=False)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="folders")
    name = models.CharField(max_length=80)
    created_at = models.DateTimeField(default=clock.now)

    class Meta(PracticeOwned.Meta):
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["contact", "parent", "name"], name="folder_once"),
            models.UniqueConstraint(fields=["contact", "name"], condition=Q(parent=None), name="top_folder_once"),
        ]

    def __str__(self) -> str:
        return f"folder {self.pk}"

    def path(self) -> list["Folder"]:
        """From the top down to this one."""
        folders, at = [self], self.parent
        while at is not None and len(folders) < DEEPEST:
            folders.insert(0, at)
            at = at.parent
        return folders


def place_of(document: "Document", name: str) -> str:
    """A name in storage that says nothing of the patient, and that nobody can guess."""
    return f"documents/{document.practice_id}/{secrets.token_urlsafe(24)}.{ending_of(name)}"


class DocumentQuerySet(ScopedQuerySet):
    def for_staff(self, staff: Staff) -> Self:
        """Those of contacts whom this person may see."""
        mine: dict[str, Any] = {} if staff.sees_all else {"contact__assigned_to": staff}
        return self.filter(practice=staff.practice_id, **mine)

    def standing(self) -> Self:
        """Those that nobody deleted, the newest first."""
        return self.filter(deleted_at=None).order_by("-created_at", "-id")

    def matching(self, words: str) -> Self:
        """Every word occurs in the name or in what the file says."""
        wanted = Q()
        for readings in tokens(words):
            wanted &= Q(search_text__contains=readings[0])
        return self.filter(wanted)


class Document(PracticeOwned):
    """A file of a record, kept byte for byte. Deleting hides it; the file stays."""

    class Source(models.TextChoices):
        UPLOAD = "upload", "Upload"
        MESSAGE = "message", "Message"
        FORM = "form", "Form"
        FIELD = "field", "Custom field"
        AGREEMENT = "agreement", "Agreement"

    practice = practice_key(db_index=False)
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="documents", db_index=False)
    folder = models.ForeignKey(Folder, null=True, blank=True, on_delete=models.SET_NULL, related_name="documents")
    name = models.CharField(max_length=LONGEST)
    file = models.FileField(upload_to=place_of, max_length=160)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    pages = models.PositiveIntegerField(null=True, blank=True)
    uploaded_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    source = models.CharField(max_length=10, choices=Source.choices, default=Source.UPLOAD)
    source_id = models.CharField(max_length=80, blank=True, help_text="which message, form, field or agreement")
    field = models.ForeignKey(
        CustomField, null=True, blank=True, on_delete=models.PROTECT, related_name="documents", db_index=False
    )
    search_text = models.TextField(editable=False, default="", help_text="name and text, folded")
    created_at = models.DateTimeField(default=clock.now)
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = DocumentQuerySet.as_manager()

    class Meta(PracticeOwned.Meta):
        indexes = [
            models.Index(fields=["contact", "-created_at", "-id"], name="documents_of_contact"),
            models.Index(fields=["field", "contact"], name="documents_of_field", condition=Q(field__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["contact", "source", "source_id"], condition=~Q(source_id=""), name="document_once_per_source"
            )
        ]

    def __str__(self) -> str:
        return f"document {self.pk}"

    @property
    def ending(self) -> str:
        return ending_of(self.name)

    @property
    def origin(self) -> str:
        """Where it came from, in words."""
        return f"From field {self.field.name}" if self.field else self.get_source_display()

    @property
    def kind(self) -> Kind:
        """By the ending, which no renaming changes."""
        return KINDS[self.ending]

    @property
    def family(self) -> str:
        return self.kind.family

    @property
    def icon(self) -> str:
        """A Lucide name."""
        return ICONS[self.family]


class Preview(PracticeOwned):
    """A page of a document as a picture that we made; page 1 of a photograph is the photograph."""

    practice = practice_key(db_index=False)
    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="previews", db_index=False)
    page = models.PositiveIntegerField()
    file = models.FileField(upload_to="previews/%Y/%m/", max_length=160)
    content_type = models.CharField(max_length=20)

    class Meta(PracticeOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["document", "page"], name="preview_once")]
