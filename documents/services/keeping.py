"""What one does with documents that are there: rename, move, delete, bring back; and with folders."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from aesthetix.audit import services as audit
from aesthetix.events import outbox
from aesthetix.lib import clock
from aesthetix.practices.actor import Actor
from contacts.models import Contact
from contacts.search import fold
from documents.files.names import clean_name, renamed
from documents.models import DEEPEST, Document, Folder
from documents.services.fields import hold, make_room, refuse_last


@transaction.atomic
def rename_document(*, actor: Actor, document: Document, name: str) -> Document:
    """The ending stays what it is; what people find it by follows."""
    document = _locked(actor, document)
    name = renamed(document.name, name)
    if name != document.name:
        old, rest = document.name, document.search_text.removeprefix(fold(document.name))
        document.name, document.search_text = name, fold(name) + rest
        document.save(update_fields=["name", "search_text"])
        _said(actor, document, "change", name=[old, name])
    return document


@transaction.atomic
def move_document(*, actor: Actor, document: Document, folder: Folder | None) -> Document:
    """`folder` none: to the top. The caller has looked that it is a folder of the same record."""
    document = _locked(actor, document)
    before = document.folder_id
    if before != (folder.pk if folder else None):
        document.folder = folder
        document.save(update_fields=["folder"])
        _said(actor, document, "change", folder=[before, document.folder_id])
    return document


@transaction.atomic
def delete_document(*, actor: Actor, document: Document) -> None:
    """Hidden from the record, the file kept; `restore_document` brings it back. Twice changes nothing. Raises
    ValidationError for the last file of a field that must have one."""
    document = _locked(actor, document)
    if document.deleted_at is None:
        refuse_last(document)
        hide(actor, document)


@transaction.atomic
def restore_document(*, actor: Actor, document: Document, instead: Document | None = None) -> None:
    """`instead`: the file that had replaced it goes. Raises ValidationError where its field has no room for it."""
    document = _locked(actor, document)
    if document.deleted_at is None:
        return
    if document.field is not None and document.field.archived_at is None:
        make_room(document.contact, document.field, instead)
        if instead is not None:
            hide(actor, instead)
    document.deleted_at = None
    document.save(update_fields=["deleted_at"])
    _said(actor, document, "restore")


def hide(actor: Actor, document: Document) -> None:
    """Within a transaction that has looked whether it may go."""
    document.deleted_at = clock.now()
    document.save(update_fields=["deleted_at"])
    _said(actor, document, "delete")


@transaction.atomic
def add_folder(*, actor: Actor, contact: Contact, name: str, parent: Folder | None = None) -> Folder:
    """Raises ValidationError keyed `name`."""
    name = _folder_name(name)
    _refuse_same_name(contact, name, parent)
    if parent is not None and len(parent.path()) >= DEEPEST:
        raise ValidationError({"name": f"Folders go {DEEPEST} deep, not further."})
    folder = Folder.objects.create(practice=actor.practice, contact=contact, parent=parent, name=name)
    _folder_said(actor, folder, "create")
    return folder


@transaction.atomic
def rename_folder(*, actor: Actor, folder: Folder, name: str) -> Folder:
    """Raises ValidationError keyed `name`."""
    name = _folder_name(name)
    if name != folder.name:
        _refuse_same_name(folder.contact, name, folder.parent)
        folder.name = name
        folder.save(update_fields=["name"])
        _folder_said(actor, folder, "change")
    return folder


@transaction.atomic
def remove_folder(*, actor: Actor, folder: Folder) -> None:
    """What lay in it moves to where the folder was. Raises ValidationError while it holds other folders."""
    if Folder.objects.for_practice(actor.practice).filter(parent=folder).exists():
        raise ValidationError({"name": "The folder holds other folders. Remove those first."})
    Document.objects.for_practice(actor.practice).filter(folder=folder).update(folder=folder.parent)
    _folder_said(actor, folder, "delete")
    Folder.objects.for_practice(actor.practice).filter(pk=folder.pk).delete()


def _folder_name(given: str) -> str:
    name = clean_name(given)[:80].strip() if given.strip() else ""
    if not name:
        raise ValidationError({"name": "Name the folder first."})
    return name


def _refuse_same_name(contact: Contact, name: str, parent: Folder | None) -> None:
    same = Folder.objects.for_practice(contact.practice_id).filter(contact=contact, parent=parent, name__iexact=name)
    if same.exists():
        raise ValidationError({"name": "There is a folder of this name already."})


def _locked(actor: Actor, document: Document) -> Document:
    """The record before the file, as when a file is added."""
    if document.field_id:
        hold(document.contact)
    rows = Document.objects.for_practice(actor.practice).select_related("contact", "field")
    found: Document = rows.select_for_update(of=("self",)).get(pk=document.pk)
    return found


def _said(actor: Actor, document: Document, action: str, **changes: Any) -> None:
    audit.record(actor, action, document, contact_id=document.contact_id, changes=changes)
    outbox.emit(actor.practice, "document.changed", contact_id=document.contact_id, document=document.pk)
    if document.field_id:
        outbox.emit(actor.practice, "contact.updated", contact_id=document.contact_id)


def _folder_said(actor: Actor, folder: Folder, action: str) -> None:
    audit.record(actor, action, folder, contact_id=folder.contact_id)
    outbox.emit(actor.practice, "document.changed", contact_id=folder.contact_id)
