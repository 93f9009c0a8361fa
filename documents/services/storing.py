"""How a file comes onto a record: checked, stored under a name of ours, and only then written down."""

import hashlib
from typing import IO, Any, cast

from django.conf import settings
from django.core.files.base import File
from django.db import IntegrityError, transaction

from aesthetix.audit import services as audit
from aesthetix.events import outbox
from aesthetix.practices.actor import Actor
from contacts.models import Contact, CustomField
from contacts.search import fold
from documents.models import Document, Folder
from documents.safety import Checked, Limits, check_file
from documents.services.fields import Rules, files_of, make_room, refuse_full
from documents.services.keeping import hide, restore_document


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
    field: CustomField | None = None,
    replaces: Document | None = None,
) -> Document:
    """Raises ValidationError with a sentence where the file is refused, and keeps nothing of it.

    With a `source_id`, the second call for the same contact and source gives the document of the first (back,
    where it was deleted), and looks at no file. A `field` of the kind File Upload has rules of its own; there
    the file may take the place of another, `replaces`.
    """
    known = _known(actor, contact, source, source_id)
    if known is not None:
        return known
    content = cast(IO[bytes], upload)
    checked = check_file(upload.name or "", content, _limits_for(contact, field, upload.name or "", replaces))
    document = Document(
        practice=actor.practice,
        contact=contact,
        folder=folder,
        field=field,
        uploaded_by=actor.staff,
        source=Document.Source.FIELD if field else source,
        source_id=source_id,
        sha256=_sha256(content),
        **_told_by(checked),
    )
    return _kept(actor, document, upload, replaces)


def _limits_for(contact: Contact, field: CustomField | None, name: str, replaces: Document | None) -> Limits:
    """What the field refuses at once is not looked into; whether there is room is asked again at the end."""
    if field is None:
        return limits()
    rules = Rules.of(field)
    rules.check_name(name)
    if replaces is None:
        refuse_full(field, files_of(field, contact).count())
    return rules.limits()


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


def _kept(actor: Actor, document: Document, upload: "File[Any]", replaces: Document | None) -> Document:
    """The file first, outside the transaction, for storage can be slow; without its row the file goes again."""
    document.file.save(document.name, upload, save=False)
    try:
        with transaction.atomic():
            _into_field(actor, document, replaces)
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


def _into_field(actor: Actor, document: Document, replaces: Document | None) -> None:
    if document.field is None:
        return
    make_room(document.contact, document.field, replaces)
    if replaces is not None:
        hide(actor, replaces)
    outbox.emit(actor.practice, "contact.updated", contact_id=document.contact_id)


def _origin(document: Document) -> dict[str, Any]:
    return {"source": document.origin, "size": document.size}


def _known(actor: Actor, contact: Contact, source: str, source_id: str) -> Document | None:
    if not source_id:
        return None
    rows = Document.objects.for_practice(actor.practice).filter(contact=contact, source=source, source_id=source_id)
    found: Document | None = rows.first()
    if found is not None and found.deleted_at is not None:
        restore_document(actor=actor, document=found)
        found.refresh_from_db()
    return found
