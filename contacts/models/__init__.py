"""The patient record, room by room: who it is, what was noted, what was begun to write."""

from contacts.models.contact import Consent, Contact, ContactPhone, Tag
from contacts.models.fields import CustomField, FieldGroup, FieldValue
from contacts.models.imports import ImportColumn, ImportKey, ImportRow
from contacts.models.jobs import Job
from contacts.models.merging import DuplicateLook, DuplicatePair, Merge
from contacts.models.notes import Draft, Note, NoteVersion
from contacts.models.smart_lists import SmartList
from contacts.models.tasks import Task, TaskReminder

__all__ = [
    "Consent",
    "Contact",
    "ContactPhone",
    "CustomField",
    "Draft",
    "DuplicateLook",
    "DuplicatePair",
    "FieldGroup",
    "FieldValue",
    "ImportColumn",
    "ImportKey",
    "ImportRow",
    "Job",
    "Merge",
    "Note",
    "NoteVersion",
    "SmartList",
    "Tag",
    "Task",
    "TaskReminder",
]
