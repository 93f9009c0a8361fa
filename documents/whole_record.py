"""The documents' part of a patient's whole record: what each is, and the files themselves."""

from collections.abc import Iterator
from typing import Any

from aesthetix.practices.models import Practice
from contacts.models import Contact
from contacts.whole_record.parts import Cell, Kept, Part, Table
from documents.models import Document

SLICE = 200


def tables(contact: Contact) -> Iterator[Table]:
    document = (
        *(
            ("name", "Name"),
            ("folder", "Folder"),
            ("at", "Added"),
            ("by", "By"),
            ("source", "From"),
            ("bytes", "Bytes"),
        ),
        *(("sha256", "SHA-256"), ("deleted", "Deleted")),
    )
    yield Table("documents", "Documents", document, _documents(contact))


def files(contact: Contact) -> Iterator[Kept]:
    for one in _of(contact).iterator(SLICE):
        top = "Documents" if one.deleted_at is None else "Deleted documents"
        yield Kept((top, *_path(one), one.name), one.file, one.created_at, f"document {one.pk}")


def _documents(contact: Contact) -> Iterator[tuple[Cell, ...]]:
    for one in _of(contact).iterator(SLICE):
        by = str(one.uploaded_by) if one.uploaded_by else None
        told = (one.created_at, by, one.origin, one.size, one.sha256, one.deleted_at)
        yield one.name, " / ".join(_path(one)), *told


def _path(document: Document) -> list[str]:
    return [folder.name for folder in document.folder.path()] if document.folder else []


def _of(contact: Contact) -> Any:
    rows = Document.objects.for_practice(contact.practice_id).filter(contact=contact).defer("search_text")
    return rows.select_related("field", "uploaded_by__user", "folder__parent__parent__parent__parent").order_by(
        "created_at", "id"
    )


def names_of(practice: Practice, ids: list[str]) -> dict[str, str]:
    """For the history of the record."""
    rows = Document.objects.for_practice(practice).filter(pk__in=[int(pk) for pk in ids])
    return {str(pk): name for pk, name in rows.values_list("pk", "name")}


PART = Part(40, tables, files)
