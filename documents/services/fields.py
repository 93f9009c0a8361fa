"""What a File Upload field takes, and that it holds: the files of a field on a record change one after the other."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError

from contacts.models import Contact, CustomField
from documents.files.formats import endings_of, in_words
from documents.files.kinds import ending_of
from documents.files.names import clean_name
from documents.models import Document
from documents.safety import Limits

MOST_FILES = 50


@dataclass(frozen=True)
class Rules:
    """`most_mb` is never more than a record takes at all."""

    formats: tuple[str, ...]
    most_files: int
    most_mb: int

    @classmethod
    def of(cls, field: CustomField) -> "Rules":
        said = field.settings
        return cls(tuple(said["formats"]), said["most_files"], min(said["most_mb"], settings.DOCUMENT_MAX_MB))

    @property
    def accept(self) -> str:
        """For the browser's chooser."""
        return ",".join(f".{ending}" for ending in sorted(endings_of(self.formats)))

    @property
    def words(self) -> str:
        return in_words(self.formats)

    def limits(self) -> Limits:
        return Limits(most_bytes=self.most_mb * 1024 * 1024, scanner=settings.CLAMD)

    def check_name(self, given: str) -> None:
        """By the ending; that the content agrees with it is looked at afterwards. Raises ValidationError."""
        if ending_of(clean_name(given)) not in endings_of(self.formats):
            raise ValidationError(f"This field takes {self.words}.", code="format")


def files_of(field: CustomField, contact: Contact | None = None) -> Any:
    """Those that nobody deleted, of one record or of all."""
    rows = Document.objects.for_practice(field.practice_id).filter(field=field, deleted_at=None)
    return rows.filter(contact=contact) if contact else rows


def make_room(contact: Contact, field: CustomField, replaces: Document | None = None) -> None:
    """Within the transaction that adds a file: whoever comes second waits here, and sees the file of the first.
    Raises ValidationError."""
    hold(contact)
    field = CustomField.objects.for_practice(field.practice_id).get(pk=field.pk)
    if field.archived_at is not None:
        raise ValidationError(f"The field {field.name} is archived.", code="archived")
    standing = files_of(field, contact)
    if replaces is not None and not standing.filter(pk=replaces.pk).exists():
        raise ValidationError("The file to replace is not there any more.", code="gone")
    refuse_full(field, standing.count() - (replaces is not None))


def refuse_full(field: CustomField, held: int, more: int = 1) -> None:
    """Raises ValidationError when a field that holds so many has no room for so many more."""
    most = Rules.of(field).most_files
    if held + more > most:
        files = "1 file" if most == 1 else f"{most} files"
        advice = "Choose fewer, or delete one first." if more > 1 else "Delete or replace one."
        raise ValidationError(f"{field.name} holds {files} at most, and has {held}. {advice}", code="full")


def refuse_last(document: Document) -> None:
    """Raises ValidationError when a required field would be left without a file."""
    field = document.field
    if field is None or not field.required or field.archived_at is not None:
        return
    if files_of(field, document.contact).count() == 1:
        raise ValidationError(f"{field.name} must have a file. Replace it instead.", code="required")


def hold(contact: Contact) -> None:
    """Until the transaction ends, nobody else changes the record or the files of its fields."""
    Contact.objects.for_practice(contact.practice_id).select_for_update(no_key=True).get(pk=contact.pk)
