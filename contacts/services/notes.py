"""Writing notes on a record. Every wording is kept; deleting hides."""

from typing import Any

from django.db import transaction

from aesthetix.audit import services as audit
from aesthetix.events import outbox
from aesthetix.lib import clock
from aesthetix.practices.actor import Actor
from contacts.models import Contact, Note, NoteVersion
from contacts.services.drafts import forget_draft


class StaleNote(Exception):
    """Somebody saved another wording since this one was begun. `note` is how it reads now."""

    def __init__(self, note: Note) -> None:
        super().__init__("The note was changed in the meantime.")
        self.note = note


@transaction.atomic
def add_note(*, actor: Actor, contact: Contact, body: str, pinned: bool = False) -> Note:
    note = Note.objects.create(practice=actor.practice, contact=contact, author=actor.staff, body=body, pinned=pinned)
    _keep_wording(actor, note)
    if actor.staff is not None:
        forget_draft(actor=actor, contact=contact, place="note")
    _said(actor, note, "create")
    return note


@transaction.atomic
def edit_note(*, actor: Actor, note: Note, body: str, version: int) -> Note:
    """`version`: the one that the writer started from. Raises StaleNote, and writes nothing, if it is not the
    newest any more; nothing changed: nothing is written."""
    note = _locked(actor, note)
    if note.version != version:
        raise StaleNote(note)
    if note.deleted_at is not None:  # somebody deleted it meanwhile: what is written now must not vanish
        restore_note(actor=actor, note=note)
        note.deleted_at = None
    if note.body != body:
        note.body, note.version, note.updated_at = body, note.version + 1, clock.now()
        note.save(update_fields=["body", "version", "updated_at"])
        _keep_wording(actor, note)
        _said(actor, note, "change", version=[version, note.version])
    if actor.staff is not None:
        forget_draft(actor=actor, contact=note.contact, place=f"note-{note.pk}")
    return note


@transaction.atomic
def pin_note(*, actor: Actor, note: Note, pinned: bool) -> Note:
    note = _locked(actor, note)
    if note.pinned != pinned:
        note.pinned = pinned
        note.save(update_fields=["pinned"])
        _said(actor, note, "change", pinned=[not pinned, pinned])
    return note


@transaction.atomic
def delete_note(*, actor: Actor, note: Note) -> None:
    """Hidden from the record; `restore_note` brings it back. Twice changes nothing."""
    note = _locked(actor, note)
    if note.deleted_at is None:
        note.deleted_at = clock.now()
        note.save(update_fields=["deleted_at"])
        _said(actor, note, "delete")


@transaction.atomic
def restore_note(*, actor: Actor, note: Note) -> None:
    note = _locked(actor, note)
    if note.deleted_at is not None:
        note.deleted_at = None
        note.save(update_fields=["deleted_at"])
        _said(actor, note, "restore")


def _locked(actor: Actor, note: Note) -> Note:
    found: Note = Note.objects.for_practice(actor.practice).select_for_update().get(pk=note.pk)
    return found


def _keep_wording(actor: Actor, note: Note) -> None:
    NoteVersion.objects.create(
        practice=actor.practice, note=note, number=note.version, body=note.body, author=actor.staff
    )


def _said(actor: Actor, note: Note, action: str, **changes: Any) -> None:
    """The audit says that a note changed; how it read before is in its versions."""
    audit.record(actor, action, note, contact_id=note.contact_id, changes=changes)
    outbox.emit(actor.practice, "note.changed", contact_id=note.contact_id)
