"""Whatever points at a contact, or at its conversation, must move when records become one, or say why not."""

from django.apps import apps

from contacts.merging.registry import parts
from contacts.models import Contact
from conversations.models import Thread
from documents.models import Folder

# Plain numbers that hold a contact's id, each with what becomes of it.
NUMBERS = {
    "audit.AuditEntry.contact_id": "append-only; a record's history reads the merged one's too (following.ids_of)",
    "events.Event.contact_id": "what happened then; subscribers read the call or text that it names",
    "events.Notification.contact_id": "moved by the part of notifications",
}


def pointing_at(model):
    for relation in model._meta.get_fields(include_hidden=True):
        if relation.auto_created and not relation.concrete and relation.field.remote_field.model is model:
            owner = relation.related_model
            if relation.many_to_many:
                continue  # its through table is listed by itself
            yield f"{owner._meta.label}.{relation.field.name}"


def test_everything_that_points_at_a_record_moves_with_it():
    covered = {name for part in parts() for name in part.covers}
    there = {name for model in (Contact, Thread, Folder) for name in pointing_at(model)}
    assert there - covered == set(), "register a part in the room's merging.py"
    assert covered - there == set(), "these are gone"


def test_plain_numbers_of_contacts_are_known():
    found = {
        f"{model._meta.label}.contact_id"
        for model in apps.get_models()
        if any(field.name == "contact_id" for field in model._meta.concrete_fields)
    }
    assert found == NUMBERS.keys()
