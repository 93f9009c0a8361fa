"""How a file comes onto a record: checked, stored under a name of ours, and only then written down."""

import hashlib
from typing import IO, Any, cast

from django.conf import settings
from django.core.files.base import File
from django.db import IntegrityError, transaction

from aesthetix.audit import services as audit
from aesthetix.events import outbox
from aesthetix.practices.actor import Actor
from contacts.models import Contact
from contacts.search import fold
from documents.models import Document, Folder
from documents.safety import Checked, Limits, check_file
from documents.services.keeping import restore_document


def limits() -> Limits:
    return Limits(most_bytes=settings.DOCUMENT_MAX_MB * 1024 * 1024, scanner=settings.CLAMD)


def store_file(
    *,
    actor: Actor,
    contact: Contact,
    upload: "File[Any]",
    source: str = Document.Source.UPLOAD,
    source_id: str = "",
    folder: Folder | None = None,
) -> Document:
    """Raises ValidationError with a sentence where the file is refused, and keeps nothing of it.

    With a `source_id`, the second call for the same contact and source gives the document of the first (back,
    where it was deleted), and looks at no file.
    """
    known = _known(actor, contact, source, source_id)
    if known is not None:
        return known
    content = cast(IO[bytes], upload)
    checked = check_file(upload.name or "", content, limits())
    document = Document(
        practice=actor.practice,
        contact=contact,
        folder=folder,
        uploaded_by=actor.staff,
        source=source,
        source_id=source_id,
        sha256=_sha256(content),
        **_told_by(checked),
    )
    return _kept(actor, document, upload)


def searchable(name: str, text: str) -> str:
    return fold(f"{name}\n{text}")


def _told_by(checked: Checked) -> dict[str, Any]:
    return {
        "name": checked.name,
        "content_type": checked.content_type,
        "size": checked.size,
        "pages": checked.pages,
        "search_text": searchable(checked.name, checked.text),
    }


def _sha256(content: IO[bytes]) -> str:
    content.seek(0)
    digest = hashlib.file_digest(content, "sha256").hexdigest()  # type: ignore[arg-type]  # any file opened to read
    content.seek(0)
    return digest


def _kept(actor: Actor, document: Document, upload: "File[Any]") -> Document:
    """The file first, outside the transaction, for storage can be slow; without its row the file goes again."""
    document.file.save(document.name, upload, save=False)
    try:
        with transaction.atomic():
            document.save(force_insert=True)
            audit.record(actor, "create", document, contact_id=document.contact_id, changes=_origin(document))
            outbox.emit(actor.practice, "document.added", contact_id=document.contact_id, document=document.pk)
    except BaseException as error:
        document.file.storage.delete(str(document.file.name))
        first = _known(actor, document.contact, document.source, document.source_id)
        if isinstance(error, IntegrityError) and first is not None:
            return first
        raise
    return document


def _origin(document: Document) -> dict[str, Any]:
    return {"source": document.get_source_display(), "size": document.size}


def _known(actor: Actor, contact: Contact, source: str, source_id: str) -> Document | None:
    if not source_id:
        return None
    rows = Document.objects.for_practice(actor.practice).filter(contact=contact, source=source, source_id=source_id)
    found: Document | None = rows.first()
    if found is not None and found.deleted_at is not None:
        restore_document(actor=actor, document=found)
        found.refresh_from_db()
    return found
