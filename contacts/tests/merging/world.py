"""Two records with one of everything that can hang on a record, and a picture of all rows to compare."""

import datetime as dt
from types import SimpleNamespace

from django.apps import apps

from aesthetix.events.models import Notification
from aesthetix.lib import clock
from aesthetix.practices.actor import Actor
from contacts.custom_fields import to_stored
from contacts.merging.journal import dump
from contacts.models import Consent, Contact, CustomField, Draft, FieldGroup, ImportRow, Job
from contacts.models.notes import Note
from contacts.services.custom_fields import set_value
from contacts.services.notes import add_note
from contacts.services.numbers import Number
from contacts.services.records import Facts, create_contact
from contacts.services.tags import add_tag
from contacts.services.tasks import TaskFacts, add_task
from conversations.models import Message
from conversations.services.threads import add_item
from documents.models import Document, Folder
from telephony.models import Call
from workflows.models import Enrollment, Version, Workflow

# What a merge itself writes, and what is found anew: everything else must be as it was.
NOT_COMPARED = {"merge", "auditentry", "event", "delivery", "duplicatelook", "duplicatepair"}
ROOMS = ("contacts", "conversations", "documents", "telephony", "workflows", "events", "practices")


def picture():
    """Every row of every table, by its label and key."""
    return {
        (model._meta.label, row.pk): dump(row)
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label in ROOMS and model._meta.model_name not in NOT_COMPARED
        for row in model._base_manager.all()
    }


def counts():
    found = {}
    for label, _ in picture():
        found[label] = found.get(label, 0) + 1
    return found


def person(cast, first="", last="", *numbers, **facts):
    actor = Actor(practice=cast.glow, staff=cast.maya)
    facts["numbers"] = [Number(number) for number in numbers]
    return create_contact(actor=actor, facts=Facts(first_name=first, last_name=last, **facts))


def furnish(cast, contact, tag="VIP", folder="Consents"):
    """One of everything, with a sound of its own."""
    practice, maya, pk = cast.glow, Actor(practice=cast.glow, staff=cast.maya), contact.pk
    field = skin_type(practice)
    job, _ = Job.objects.get_or_create(
        practice=practice, staff=cast.maya, kind="import", state="done", defaults={"due_at": None}
    )
    flow, _ = Workflow.objects.get_or_create(practice=practice, name="Text back")
    version, _ = Version.objects.get_or_create(practice=practice, workflow=flow, number=1, definition={"steps": []})
    add_tag(actor=maya, contact=contact, name=tag)
    held = Folder.objects.create(practice=practice, contact=contact, name=folder)
    call = Call.objects.create(
        practice=practice, sid=f"CA{pk}", contact=contact, from_number=contact.main_number, to_number="+16025550100"
    )
    add_item(practice, contact, "call", ref=call.pk, preview="Missed call", unread=True)
    Draft.objects.create(practice=practice, staff=cast.jordan, contact=contact, place="note", body=f"Begun {pk}")
    Consent.objects.create(practice=practice, contact=contact, channel="text", granted=True, source="Form")
    set_value(actor=maya, contact=contact, field=field, stored=to_stored(field, f"Type {pk}"))
    Enrollment.objects.create(practice=practice, version=version, contact=contact, key=f"run-{pk}", due_at=None)
    ImportRow.objects.create(practice=practice, job=job, number=pk, action="create", contact=contact, is_applied=True)
    Notification.objects.create(
        practice=practice, staff=cast.jordan, kind="task", text="Due", key=f"due-{pk}", contact_id=pk
    )
    return SimpleNamespace(
        note=add_note(actor=maya, contact=contact, body=f"Note {pk}"),
        task=add_task(
            actor=maya,
            contact=contact,
            facts=TaskFacts(f"Call {pk}", assignee=cast.jordan, due_on=clock.now().date() + dt.timedelta(days=2)),
        ),
        document=Document.objects.create(
            practice=practice, contact=contact, folder=held, name="a.pdf", content_type="application/pdf", size=4
        ),
        message=text(practice, contact, f"k{pk}"),
    )


def text(practice, contact, key, state="queued"):
    item = add_item(practice, contact, "text", preview="Hello")
    message = Message.objects.create(
        practice=practice,
        thread_id=item.thread_id,
        from_address="+16025550100",
        to_address=contact.main_number,
        state=state,
        origin="staff",
        idempotency_key=key,
        body="Hello",
        due_at=None,
    )
    item.message = message
    item.save()
    return message


def skin_type(practice, kind="text", key="skin"):
    group, _ = FieldGroup.objects.get_or_create(practice=practice, name="Skin")
    field, _ = CustomField.objects.get_or_create(
        practice=practice, key=key, defaults={"group": group, "name": "Skin type", "kind": kind}
    )
    return field


def notes_of(contact):
    return Note.objects.for_practice(contact.practice_id).filter(contact=contact)


def exists(contact):
    return Contact.objects.for_practice(contact.practice_id).filter(pk=contact.pk).exists()
