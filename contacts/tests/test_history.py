"""The history of a record and the practice's audit log: all of it, in words, for who may know."""

import csv
import io

import pytest
from django.core.files.base import ContentFile

from aesthetix.audit.models import AuditEntry
from aesthetix.audit.services import record
from aesthetix.events.due import drain
from aesthetix.practices.actor import Actor
from aesthetix.practices.models import ApiKey
from contacts.custom_fields import Stored
from contacts.models import Contact, Job
from contacts.services import audit_export, export
from contacts.services.custom_fields import FieldFacts, add_field, set_value
from contacts.services.notes import add_note, delete_note, edit_note
from contacts.services.tags import add_tag
from contacts.services.tasks import TaskFacts, add_task, set_done
from documents.services.keeping import delete_document
from documents.services.looking import note_look
from documents.services.storing import store_file
from documents.tests import samples
from telephony.models import Call, Recording
from telephony.services.plays import note_play

pytestmark = pytest.mark.django_db


@pytest.fixture
def maya(cast):
    return Actor(practice=cast.glow, staff=cast.maya)


@pytest.fixture
def local(settings, tmp_path):
    local = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": local}


def history(client, cast, query=""):
    client.force_login(cast.maya.user)
    html = client.get(f"/contacts/{cast.grace.pk}/history/{query}", headers={"HX-Request": "true"}).content.decode()
    return " ".join(html.split())


def test_it_tells_of_every_kind_of_thing_in_words(cast, maya, client, local, clock):
    grace = cast.grace
    note = edit_note(actor=maya, note=add_note(actor=maya, contact=grace, body="A"), body="B", version=1)
    delete_note(actor=maya, note=note)
    task = add_task(actor=maya, contact=grace, facts=TaskFacts("Call back"))
    set_done(actor=maya, task=task, done=True)
    add_tag(actor=maya, contact=grace, name="VIP")
    field = add_field(actor=maya, kind="text", facts=FieldFacts("Skin type", "Skin"))
    set_value(actor=maya, contact=grace, field=field, stored=Stored("III"))
    document = store_file(actor=maya, contact=grace, upload=ContentFile(samples.pdf(), "plan.pdf"))
    note_look(actor=maya, document=document, action="download")
    delete_document(actor=maya, document=document)
    call = Call.objects.create(practice=cast.glow, sid="CA1", contact=grace, from_number="", to_number="")
    heard = Recording.objects.create(practice=cast.glow, call=call, sid="RE1", kind="voicemail", url="")
    note_play(actor=maya, recording=heard)
    html = history(client, cast)
    for words in (
        f"created note {note.pk}",
        "Version: 1 → 2",
        f"deleted note {note.pk}",
        f"marked as done task {task.pk}",
        "tagged the record",
        "Tag: VIP",
        "Skin type: nothing → III",
        f"downloaded document {document.pk} “plan.pdf”",
        f"deleted document {document.pk} “plan.pdf”",
        f"played recording {heard.pk}",
    ):
        assert words in html, words
    for code in ("task.done", "tag.added", "contacts.contact", "None"):
        assert code not in html


def test_an_export_stands_in_the_history_of_each_record_once(cast, client, local, clock, monkeypatch):
    monkeypatch.setattr(export, "SLICE", 1)
    Contact.objects.create(practice=cast.glow, first_name="Lena")
    client.force_login(cast.maya.user)
    client.post("/contacts/bulk/start/", {"action": "export", "sure": 2, "query": ""})
    noted = export.jobs.note_progress

    def die(job):
        noted(job)
        raise SystemExit

    monkeypatch.setattr(export.jobs, "note_progress", die)
    with pytest.raises(SystemExit):
        drain("contact_jobs")
    monkeypatch.setattr(export.jobs, "note_progress", noted)
    clock.tick(minutes=2)
    drain("contact_jobs")
    said = AuditEntry.objects.for_practice(cast.glow).filter(action="export", object_type="contacts.contact")
    assert said.count() == said.values("contact_id").distinct().count() == 2
    assert "Maya Chen</b> exported the record" in history(client, cast)


def test_older_entries_follow_by_key_even_of_the_same_moment(cast, maya, client, clock):
    for at in range(120):
        record(maya, "change", cast.grace, contact_id=cast.grace.pk, changes={"step": at})
    pages, query = [], ""
    for _ in range(3):
        html = history(client, cast, query)
        pages.append({step for step in range(120) if f"Step: {step}<" in html})
        query = "?before=" + html.partition("?before=")[2].partition('"')[0]
    assert [len(page) for page in pages] == [50, 50, 20]
    assert len(set.union(*pages)) == 120


def test_a_strange_cursor_begins_anew(cast, client):
    assert "History" in history(client, cast, "?before=x' or 1=1")


def test_what_somebody_saw_in_the_back_office_stands_in_the_history(cast, maya, client):
    note = add_note(actor=maya, contact=cast.grace, body="A")
    cast.maya.user.is_staff = True
    cast.maya.user.save()
    client.force_login(cast.maya.user)
    for path in (f"contacts/contact/{cast.grace.pk}", f"contacts/noteversion/{note.versions.get().pk}"):
        assert client.get(f"/admin/{path}/change/").status_code == 200
    seen = AuditEntry.objects.for_practice(cast.glow).filter(action="view")
    assert list(seen.values_list("contact_id", flat=True)) == [cast.grace.pk] * 2


# The practice's log -------------------------------------------------------------------------


def log(client, staff, query=""):
    client.force_login(staff.user)
    return client.get(f"/settings/audit-log/{query}")


def shown(answer):
    return [told.entry.action for told in answer.context["entries"]]


@pytest.fixture
def lived(cast, clock):
    """Entries of two days by a person, a program and the system itself."""
    key = ApiKey.issue(practice=cast.glow, name="Site")[0]
    record(Actor(practice=cast.glow, staff=cast.jordan), "play", "telephony.recording", contact_id=cast.grace.pk)
    record(Actor(practice=cast.glow, api_key=key), "list", "contacts.contact")
    clock.tick(days=1)
    record(Actor.system(cast.glow, "Workflow"), "tag.added", cast.grace, contact_id=cast.grace.pk)
    cast.key = key
    return cast


def test_it_is_narrowed_by_who_what_record_and_day(lived, client):
    for query, actions in (
        ("", ["tag.added", "list", "play"]),
        (f"?who=s{lived.jordan.pk}", ["play"]),
        (f"?who=k{lived.key.pk}", ["list"]),
        ("?who=system", ["tag.added"]),
        ("?what=tags", ["tag.added"]),
        (f"?contact={lived.grace.pk}", ["tag.added", "play"]),
        ("?first=2026-11-17", ["tag.added"]),
        ("?last=2026-11-16", ["list", "play"]),
        ("?first=2026-11-16&last=2026-11-16&what=play", ["play"]),
    ):
        assert shown(log(client, lived.maya, query)) == actions, query


@pytest.mark.parametrize(
    "query", ["?who=s999999", "?what=x", "?contact=0", "?first=2026-13-01", "?first=2026-11-17&last=2026-11-16"]
)
def test_a_filter_that_cannot_be_read_says_so_and_shows_nothing(lived, client, query):
    answer = log(client, lived.maya, query)
    assert (answer.status_code, shown(answer)) == (422, [])


def test_days_are_the_practices_own(cast, client, clock):
    """23:30 in Phoenix is the next day in London."""
    clock.tick(hours=13, minutes=30)
    record(Actor(practice=cast.glow, staff=cast.jordan), "play", "telephony.recording")
    assert shown(log(client, cast.maya, "?last=2026-11-16")) == ["play"]
    assert shown(log(client, cast.maya, "?first=2026-11-17")) == []


def test_an_admin_with_assigned_data_only_reads_nothing_of_other_patients(cast, client):
    cast.maya.data_access = "assigned"
    cast.maya.save()
    changes = {"alert": ["", "Allergy: latex"]}
    record(
        Actor(practice=cast.glow, staff=cast.jordan), "change", cast.grace, contact_id=cast.grace.pk, changes=changes
    )
    answer = log(client, cast.maya)
    assert shown(answer) == ["change"]
    assert "latex" not in answer.content.decode()
    assert f"Contact {cast.grace.pk}" not in answer.content.decode()
    assert "Export as CSV" not in answer.content.decode()
    assert client.post("/contacts/audit-export/").status_code == 403


def taken(client, practice):
    job = Job.objects.for_practice(practice).get(kind="audit")
    text = client.get(f"/contacts/jobs/{job.pk}/file/").getvalue().decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def test_it_leaves_as_a_file_as_it_was_narrowed(lived, client, local, monkeypatch):
    monkeypatch.setattr(audit_export, "SLICE", 1)
    changes = {"first_name": ["", "=HYPERLINK(1)"]}
    evil = Actor.system(lived.glow, "=cmd")
    for _ in range(3):
        record(evil, "change", lived.grace, contact_id=lived.grace.pk, changes=changes)
    client.force_login(lived.maya.user)
    client.post("/contacts/audit-export/", {"query": "what=change"})
    record(evil, "change", lived.grace, contact_id=lived.grace.pk)
    drain("contact_jobs")
    head, *rows = taken(client, lived.glow)
    assert (head[0], len(rows)) == ("When", 3)
    assert rows[0][1:5] == ["'=cmd", "Changed", f"Contact {lived.grace.pk}", str(lived.grace.pk)]
    assert list(
        AuditEntry.objects.for_practice(lived.glow).filter(object_type="contacts.job").values_list("action", flat=True)
    ) == ["download", "job.audit"]


def test_the_file_is_for_admins_only_also_later(lived, client, local):
    client.force_login(lived.maya.user)
    client.post("/contacts/audit-export/")
    drain("contact_jobs")
    job = Job.objects.for_practice(lived.glow).get(kind="audit")
    lived.jordan.role = "admin"
    lived.jordan.save()
    lived.maya.role, lived.maya.may_export = "staff", True
    lived.maya.save()
    assert client.get(f"/contacts/jobs/{job.pk}/file/").status_code == 404


def test_filters_that_cannot_be_read_export_nothing(lived, client):
    client.force_login(lived.maya.user)
    assert client.post("/contacts/audit-export/", {"query": "who=s0"}).status_code == 302
    assert not Job.objects.for_practice(lived.glow).exists()
