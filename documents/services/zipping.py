"""All documents of a record as one zip, made while it is sent: neither memory nor disk holds it whole."""

import io
import logging
import zipfile
from collections.abc import Iterable, Iterator

from django.db import transaction

from aesthetix.audit.services import record
from aesthetix.practices.actor import Actor
from contacts.models import Contact
from documents.models import Document

PIECE = 256 * 1024
logger = logging.getLogger(__name__)


class _Outlet(io.RawIOBase):
    """What zipfile writes to; it cannot go back, so sizes follow behind each file."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self._parts.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)


def zip_documents(*, actor: Actor, contact: Contact) -> Iterator[bytes]:
    """An audit row for each, then the pieces of the archive."""
    rows = Document.objects.for_practice(actor.practice).filter(contact=contact).standing()
    documents = list(rows.select_related("folder__parent__parent__parent__parent"))
    with transaction.atomic():
        for document in documents:
            record(actor, "download", document, contact_id=contact.pk)
    return _pieces(documents)


def _pieces(documents: Iterable[Document]) -> Iterator[bytes]:
    outlet, names = _Outlet(), set[str]()
    # What comes here is compressed already; storing keeps up with the line.
    with zipfile.ZipFile(outlet, "w", zipfile.ZIP_STORED) as archive:
        for document in documents:
            yield from _one(archive, outlet, document, _free_name(document, names))
    yield outlet.taken()


def _one(archive: zipfile.ZipFile, outlet: _Outlet, document: Document, name: str) -> Iterator[bytes]:
    try:
        stored = document.file.open("rb")
    except Exception as error:  # whatever the storage says of a file that is gone: the others still come
        logger.error("document %s cannot be read: %s", document.pk, type(error).__name__)
        archive.writestr(f"{name} is missing.txt", "This file could not be read from storage.")
        return
    info = zipfile.ZipInfo(name, date_time=document.created_at.timetuple()[:6])
    with stored, archive.open(info, "w", force_zip64=document.size >= 2**31) as entry:
        while piece := stored.read(PIECE):
            entry.write(piece)
            yield outlet.taken()


def _free_name(document: Document, taken: set[str]) -> str:
    """The folders and the name; a second of the same name gets a number."""
    folders = [folder.name for folder in document.folder.path()] if document.folder else []
    stem, _, ending = document.name.rpartition(".")
    name, number = "/".join([*folders, document.name]), 2
    while name.casefold() in taken:
        name, number = "/".join([*folders, f"{stem} ({number}).{ending}"]), number + 1
    taken.add(name.casefold())
    return name
