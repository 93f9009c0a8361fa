"""This room's part of a patient's whole record: facts, numbers, consent, tags, fields, notes, tasks, history."""

from collections.abc import Iterable, Iterator

from aesthetix.audit.models import AuditEntry
from aesthetix.lib.phone import display
from aesthetix.web.audit_words import in_words
from contacts.custom_fields import in_words as field_in_words
from contacts.merging.following import ids_of
from contacts.models import Consent, Contact, ContactPhone, FieldValue, Note, NoteVersion, Task
from contacts.whole_record.parts import Cell, Part, Table

SLICE = 200
FACT = (("fact", "Fact"), ("value", "Value"))


def tables(contact: Contact) -> Iterator[Table]:
    yield Table("facts", "Facts", FACT, _facts(contact))
    yield Table("numbers", "Numbers", (("number", "Number"), ("kind", "Kind")), _numbers(contact))
    consents = (("at", "When"), ("channel", "Channel"), ("agreed", "Agreed"), ("source", "Told by"))
    yield Table("consents", "Consent", consents, _consents(contact))
    yield Table("tags", "Tags", (("tag", "Tag"),), ((tag.name,) for tag in contact.tags.all()))
    yield Table("fields", "Additional Info", (("key", "Key"), ("field", "Field"), ("value", "Value")), _fields(contact))
    yield from _written(contact)
    history = (("at", "When"), ("who", "Who"), ("what", "What"), ("on", "On"), ("changes", "Changes"))
    yield Table("history", "History", history, _history(contact))


def _facts(contact: Contact) -> Iterable[tuple[Cell, ...]]:
    return (
        ("Record number", contact.pk),
        ("First name", contact.first_name),
        ("Last name", contact.last_name),
        ("Email", contact.email),
        ("Birthday", contact.birthday),
        ("Assigned to", contact.assigned_to.user.name if contact.assigned_to else None),
        ("Lead source", contact.lead_source),
        ("Alert", contact.alert),
        ("Created", contact.created_at),
        ("Last change", contact.updated_at),
    )


def _numbers(contact: Contact) -> Iterator[tuple[Cell, ...]]:
    phones = ContactPhone.objects.for_practice(contact.practice_id).filter(contact=contact)
    return ((display(phone.number), phone.label) for phone in phones.order_by("position", "id"))


def _consents(contact: Contact) -> Iterator[tuple[Cell, ...]]:
    rows = Consent.objects.for_practice(contact.practice_id).filter(contact=contact).order_by("at", "id")
    return ((row.at, row.get_channel_display(), row.granted, row.source) for row in rows.iterator(SLICE))


def _fields(contact: Contact) -> Iterator[tuple[Cell, ...]]:
    """Archived ones too: what the practice keeps of the patient is more than what it shows."""
    values = FieldValue.objects.for_practice(contact.practice_id).filter(contact=contact).exclude(text="")
    for value in values.select_related("field__group").order_by("field__group__position", "field__position", "pk"):
        yield value.field.key, value.field.name, field_in_words(value.field, value.text)


def _written(contact: Contact) -> Iterator[Table]:
    note = (
        *(("note", "Note"), ("at", "Written"), ("by", "By"), ("text", "Text"), ("pinned", "Pinned")),
        ("deleted", "Deleted"),
    )
    yield Table("notes", "Notes", note, _notes(contact), upright=True)
    wording = (("note", "Note"), ("version", "Version"), ("at", "Saved"), ("by", "By"), ("text", "Text"))
    yield Table("note_versions", "Notes as they read over time", wording, _wordings(contact), upright=True)
    task = (
        *(("title", "Title"), ("description", "Description"), ("assigned_to", "Assigned to"), ("due_on", "Due")),
        *(("due_time", "Time"), ("created", "Created"), ("by", "By"), ("done", "Done"), ("deleted", "Deleted")),
    )
    yield Table("tasks", "Tasks", task, _tasks(contact), upright=True)


def _notes(contact: Contact) -> Iterator[tuple[Cell, ...]]:
    rows = Note.objects.for_practice(contact.practice_id).filter(contact=contact).select_related("author__user")
    for note in rows.order_by("created_at", "id").iterator(SLICE):
        yield note.pk, note.created_at, _name(note.author), note.body, note.pinned, note.deleted_at


def _wordings(contact: Contact) -> Iterator[tuple[Cell, ...]]:
    rows = NoteVersion.objects.for_practice(contact.practice_id).filter(note__contact=contact)
    for one in rows.select_related("author__user").order_by("note_id", "number").iterator(SLICE):
        yield one.note_id, one.number, one.at, _name(one.author), one.body


def _tasks(contact: Contact) -> Iterator[tuple[Cell, ...]]:
    rows = Task.objects.for_practice(contact.practice_id).filter(contact=contact)
    people = rows.select_related("assignee__user", "creator__user").order_by("created_at", "id")
    for task in people.iterator(SLICE):
        told = (task.title, task.description, _name(task.assignee), task.due_on, task.due_time)
        yield *told, task.created_at, _name(task.creator), task.done_at, task.deleted_at


def _history(contact: Contact) -> Iterator[tuple[Cell, ...]]:
    entries = AuditEntry.objects.for_practice(contact.practice_id).filter(contact_id__in=ids_of(contact))
    for told in map(in_words, entries.order_by("at", "id").iterator(SLICE)):
        yield told.entry.at, told.entry.actor, told.action, told.object, "\n".join(told.changes)


def _name(staff: object) -> str | None:
    return str(staff) if staff else None


PART = Part(10, tables)
