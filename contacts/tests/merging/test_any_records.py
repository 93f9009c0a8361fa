"""Whatever two records hold: merged and taken apart, they are as they were; merged, no row is lost."""

import datetime as dt

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aesthetix.lib import clock
from aesthetix.practices.actor import Actor
from contacts.models import Consent, Contact, Draft, FieldValue
from contacts.services.merging import merge_contacts, undo_merge
from contacts.services.notes import add_note
from contacts.services.records import consents_of
from contacts.services.tags import add_tag
from contacts.services.tasks import TaskFacts, add_task
from contacts.tests.merging.world import counts, person, picture, skin_type, text
from conversations.services.threads import add_item
from documents.models import Document, Folder
from telephony.models import Call

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(400)]
NUMBERS = ["+16025550141", "+16025550142", "+16025550143"]
DAY = dt.date(1988, 4, 12)

names = st.sampled_from(["", "Anna", "Ana", "Berg"])
some = st.integers(0, 2)
record = st.fixed_dictionaries(
    {
        "names": st.tuples(names, names),
        "numbers": st.lists(st.sampled_from(NUMBERS), unique=True, max_size=3),
        "facts": st.fixed_dictionaries(
            {
                "email": st.sampled_from(["", "a@example.com", "b@example.com"]),
                "birthday": st.sampled_from([None, DAY]),
                "alert": st.sampled_from(["", "Latex", "Lidocaine"]),
                "lead_source": st.sampled_from(["", "Website"]),
            }
        ),
        "notes": some,
        "tasks": some,
        "tags": st.sets(st.sampled_from(["VIP", "Member", "Acne"])),
        "consents": st.lists(st.tuples(st.sampled_from(["text", "email"]), st.booleans()), max_size=3),
        "values": st.dictionaries(st.sampled_from(["skin", "eyes"]), st.sampled_from(["", "I", "II"])),
        "drafts": st.sets(st.sampled_from(["note", "note-1"])),
        "folders": st.lists(st.sampled_from(["a", "b", "a/b", "b/a"]), unique=True),
        "documents": some,
        "texts": some,
        "calls": some,
        "unread": some,
    }
)


def build(cast, given_):
    maya = Actor(practice=cast.glow, staff=cast.maya)
    contact = person(cast, *given_["names"], *given_["numbers"], **given_["facts"])
    for at in range(given_["notes"]):
        add_note(actor=maya, contact=contact, body=f"Note {at}")
    for at in range(given_["tasks"]):
        due = clock.now().date() + dt.timedelta(days=at)
        add_task(actor=maya, contact=contact, facts=TaskFacts(f"Task {at}", assignee=cast.jordan, due_on=due))
    for tag in given_["tags"]:
        add_tag(actor=maya, contact=contact, name=tag)
    for channel, granted in given_["consents"]:
        clock_at = clock.now()
        Consent.objects.create(
            practice=cast.glow, contact=contact, channel=channel, granted=granted, source="Form", at=clock_at
        )
    for key, said in given_["values"].items():
        FieldValue.objects.create(practice=cast.glow, contact=contact, field=skin_type(cast.glow, key=key), text=said)
    for place in given_["drafts"]:
        Draft.objects.create(practice=cast.glow, staff=cast.jordan, contact=contact, place=place, body="Begun")
    keep_papers(cast, contact, given_)
    talk(cast, contact, given_)
    return Contact.objects.for_practice(cast.glow).get(pk=contact.pk)


def keep_papers(cast, contact, given_):
    folders = [None]
    for path in sorted(given_["folders"]):
        parent = None
        for name in path.split("/"):
            parent, _ = Folder.objects.get_or_create(practice=cast.glow, contact=contact, parent=parent, name=name)
        folders.append(parent)
    for folder in folders:
        for _ in range(given_["documents"]):
            Document.objects.create(practice=cast.glow, contact=contact, folder=folder, name="a.pdf", size=1)


def talk(cast, contact, given_):
    for at in range(given_["texts"]):
        text(cast.glow, contact, f"{contact.pk}-{at}")
    for at in range(given_["calls"]):
        sid = f"CA{contact.pk}-{at}"
        call = Call.objects.create(practice=cast.glow, sid=sid, contact=contact, from_number="", to_number="")
        add_item(cast.glow, contact, "call", ref=call.pk, unread=at < given_["unread"])


class TakeApart(Exception):
    """Ends an example, so that nothing of it is left."""


@given(one=record, other=record, swapped=st.booleans(), pick=st.sampled_from(["keep", "other"]))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_merged_and_taken_apart_they_are_as_they_were(cast, one, other, swapped, pick):
    maya = Actor(practice=cast.glow, staff=cast.maya)
    try:
        with transaction.atomic():
            keep, goes = build(cast, one), build(cast, other)
            if swapped:
                keep, goes = goes, keep
            before, rows = picture(), counts()
            refused = {channel for contact in (keep, goes) for channel, yes in consents_of(contact).items() if not yes}
            merge = merge_contacts(
                actor=maya, keep=keep.pk, other=goes.pk, choices={"first_name": pick, "main_number": pick}
            )
            nothing_is_lost(rows, counts(), len(refused))
            merged = Contact.objects.for_practice(cast.glow).get(pk=keep.pk)
            assert all(consents_of(merged)[channel] is False for channel in refused)
            undo_merge(actor=maya, merge=merge)
            assert picture() == before
            raise TakeApart
    except TakeApart:
        pass


ALL_KEPT = (
    "contacts.Note",
    "contacts.NoteVersion",
    "contacts.Task",
    "contacts.TaskReminder",
    "conversations.Item",
    "conversations.Message",
    "documents.Document",
    "telephony.Call",
)


def nothing_is_lost(before, after, refused):
    assert {label: after.get(label) for label in ALL_KEPT} == {label: before.get(label) for label in ALL_KEPT}
    assert 0 <= after.get("contacts.Consent", 0) - before.get("contacts.Consent", 0) <= refused
