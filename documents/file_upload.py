"""File Upload as a kind of custom field: its settings, how it is asked for, and what other floors ask about it."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from aesthetix.practices.actor import Actor
from contacts.custom_fields import Kind
from contacts.models import Contact, CustomField
from documents.files.formats import FORMATS
from documents.files.names import clean_name
from documents.models import Document
from documents.safety import check_file
from documents.services.fields import MOST_FILES, Rules, files_of, refuse_full
from documents.services.storing import store_file

USUAL = ("pdf", "jpeg", "png", "heic")


class SettingsForm(forms.Form):
    """`initial` and `settings()`: {"formats": ["pdf"], "most_files": 3, "most_mb": 10}."""

    formats = forms.MultipleChoiceField(
        label="Allowed formats",
        choices=[(slug, one.label) for slug, one in FORMATS.items()],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Tick at least one format."},
    )
    multiple = forms.BooleanField(label="Allow Multiple Files", required=False)
    most_files = forms.IntegerField(
        label="Max File Limit", min_value=2, max_value=MOST_FILES, required=False, help_text=f"2 to {MOST_FILES} files."
    )
    most_mb = forms.IntegerField(label="Largest file, in MB", min_value=1)

    def __init__(self, data: Any = None, *, initial: dict[str, Any] | None = None) -> None:
        started: dict[str, Any] = initial or {"formats": list(USUAL), "most_files": 1}
        started = {"most_mb": settings.DOCUMENT_MAX_MB, **started, "multiple": started["most_files"] > 1}
        if not started["multiple"]:
            started["most_files"] = 10
        super().__init__(data, initial=started)

    def clean_most_mb(self) -> int:
        mb: int = self.cleaned_data["most_mb"]
        if mb > settings.DOCUMENT_MAX_MB:
            raise ValidationError(f"No file can be larger than {settings.DOCUMENT_MAX_MB} MB here.")
        return mb

    def clean(self) -> dict[str, Any]:
        wants = self.cleaned_data.get("multiple")
        if wants and "most_files" not in self.errors and self.cleaned_data.get("most_files") is None:
            self.add_error("most_files", "Say how many files at most.")
        return self.cleaned_data

    def settings(self) -> dict[str, Any]:
        given = self.cleaned_data
        most = given["most_files"] if given["multiple"] else 1
        return {"formats": given["formats"], "most_files": most, "most_mb": given["most_mb"]}


class _FilesInput(forms.FileInput):
    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return files.getlist(name) if hasattr(files, "getlist") else files.get(name)


class FilesField(forms.Field):
    """Some files at once, each looked into; what it cleans to is a list of uploads."""

    widget = _FilesInput

    def __init__(self, field: CustomField) -> None:
        self.of, rules = field, Rules.of(field)
        attrs = {"accept": rules.accept, "multiple": rules.most_files > 1}
        super().__init__(widget=_FilesInput(attrs=attrs))

    def clean(self, value: Any) -> list[Any]:
        uploads, rules = list(value or []), Rules.of(self.of)
        super().clean(uploads)
        if uploads:
            refuse_full(self.of, 0, len(uploads))
        for upload in uploads:
            try:
                rules.check_name(upload.name)
                check_file(upload.name, upload, rules.limits())
            except ValidationError as error:
                raise ValidationError(f"{clean_name(upload.name)}: {' '.join(error.messages)}") from error
        return uploads


class FileRows:
    """`contacts.custom_fields.Rows` for files."""

    settings_form = SettingsForm
    settings_template = "documents/field_settings.html"
    line_template = "documents/field_line.html"

    def rows(
        self, practice_id: int, fields: Collection[int], contacts: Collection[int]
    ) -> dict[tuple[int, int], list[Any]]:
        rows = Document.objects.for_practice(practice_id).filter(field__in=fields, contact__in=contacts)
        found = defaultdict(list)
        for document in rows.filter(deleted_at=None).order_by("created_at", "id").defer("search_text"):
            found[document.field_id, document.contact_id].append(document)
        return found

    def said(self, field: CustomField) -> "QuerySet[Any, Any]":
        standing: QuerySet[Any, Any] = files_of(field)
        return standing

    def is_used(self, field: CustomField) -> bool:
        used: bool = Document.objects.for_practice(field.practice_id).filter(field=field).exists()
        return used

    def keep(self, *, actor: Actor, contact: Contact, field: CustomField, cleaned: Any) -> None:
        kept: list[Document] = []
        try:
            for upload in cleaned:
                kept.append(store_file(actor=actor, contact=contact, upload=upload, field=field))
        except BaseException:
            for document in kept:  # their rows go with the transaction
                document.file.storage.delete(str(document.file.name))
            raise


FILE_UPLOAD = Kind("file", "File Upload", "file-up", ask=FilesField, rows=FileRows())
