"""A patient's whole record as a zip: everything in it, nothing that runs, and only for who may have it now."""

import csv
import io
import json
import re
import tracemalloc
import zipfile
from urllib.parse import quote

import pytest
from django.core.files.base import ContentFile

from aesthetix.audit.models import AuditEntry
from aesthetix.events.due import drain, drain_all
from aesthetix.lib import clock as house_clock
from aesthetix.practices.actor import Actor
from contacts.custom_fields import Stored
from contacts.models import Contact, Job
from contacts.services import jobs
from contacts.services.custom_fields import FieldFacts, add_field, set_value
from contacts.services.notes import add_note, delete_note, edit_note
from contacts.services.tags import add_tag
from contacts.services.tasks import TaskFacts, add_task
from contacts.whole_record import parts
from conversations.models import Message, OptOut
from conversations.services.threads import add_item
from documents.models import Document, Folder
from documents.services.storing import store_file
from documents.tests import samples
from telephony.models import Call, Recording

pytestmark = pytest.mark.django_db
EVIL = "<script>alert(1)</script>"


@pytest.fixture
def local(settings, tmp_path):
    local = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": local}


@pytest.fixture
def maya(cast):
    return Actor(practice=cast.glow, staff=cast.maya)


@pytest.fixture
def full(cast, maya, clock, local):
    """grace with one of everything."""
    grace = cast.grace
    edit_note(actor=maya, note=add_note(actor=maya, contact=grace, body=f"Peel 30 % {EVIL}"), body="=2+5", version=1)
    delete_note(actor=maya, note=add_note(actor=maya, contact=grace, body="Written in error"))
    add_task(actor=maya, contact=grace, facts=TaskFacts("Call back", "about the peel", cast.maya))
    add_tag(actor=maya, contact=grace, name="VIP")
    field = add_field(actor=maya, kind="text", facts=FieldFacts("Skin type", "Skin"))
    set_value(actor=maya, contact=grace, field=field, stored=Stored("III"))
    _talked(cast)
    store_file(actor=maya, contact=grace, upload=ContentFile(samples.pdf("Consent"), "consent.pdf"))
    folder = Folder.objects.create(practice=cast.glow, contact=grace, name="Scans")
    for _ in range(2):
        store_file(actor=maya, contact=grace, upload=ContentFile(samples.pdf("Scan"), "scan.pdf"), folder=folder)
    return cast


def _talked(cast):
    glow, grace = cast.glow, cast.grace
    call = Call.objects.create(practice=glow, sid="CA1", contact=grace, from_number="+16025550147", to_number="")
    voicemail = Recording(practice=glow, call=call, sid="RE1", kind="voicemail", url="x", seconds=3, state="stored")
    voicemail.file.save("RE1.wav", ContentFile(b"RIFFhello"))
    add_item(glow, grace, "system", text="The number changed hands")
    Message.objects.create(
        practice=glow, thread=grace.thread, state="sent", origin="staff", idempotency_key="k", body=f"Hi {EVIL}"
    )
    OptOut.objects.create(practice=glow, address="+16025550147", source="STOP")


def ask(client, staff, contact):
    client.force_login(staff.user)
    answer = client.post(f"/contacts/{contact.pk}/data-request/")
    drain("contact_jobs")
    return answer


def taken(client, job):
    answer = client.get(f"/contacts/jobs/{job.pk}/file/")
    assert answer.status_code == 200
    return zipfile.ZipFile(io.BytesIO(answer.getvalue()))


def job_of(practice):
    return Job.objects.for_practice(practice).get(kind="record")


@pytest.fixture
def record(full, client):
    assert ask(client, full.maya, full.grace).status_code == 302
    return taken(client, job_of(full.glow))


def test_everything_that_the_rooms_keep_is_in_it(record):
    assert record.testzip() is None
    page, data = record.read("index.html").decode(), json.loads(record.read("record.json"))
    for words in (
        "Grace",
        "Call back",
        "VIP",
        "Skin type",
        "III",
        "Written in error",
        "The number changed hands",
        "Hi ",
    ):
        assert words in page
        assert words in json.dumps(data)
    assert data["tables"]["notes"][0]["text"] == "=2+5"
    assert [row["version"] for row in data["tables"]["note_versions"]] == [1, 2, 1]
    assert data["tables"]["opt_outs"][0]["number"] == "(602) 555-0147"
    assert {f"tables/{slug}.csv" for slug in data["tables"]} <= set(record.namelist())
    assert data["not_included"] == []


def test_the_files_come_as_they_were_two_of_one_name_too(record, full):
    names = [name for name in record.namelist() if name.startswith("files/")]
    assert len([name for name in names if "Scans/scan" in name]) == 2
    assert record.read("files/Documents/consent.pdf") == samples.pdf("Consent")
    voicemail = next(name for name in names if "Voicemail.wav" in name)
    assert record.read(voicemail) == b"RIFFhello"
    page = record.read("index.html").decode()
    assert all(f'href="{quote(name)}"' in page for name in names)


def test_the_page_runs_nothing_and_a_spreadsheet_runs_nothing(record):
    page = record.read("index.html").decode()
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert not re.search(r'(src|href)="(?!files/)', page)
    for name in record.namelist():
        if name.endswith(".csv"):
            rows = csv.reader(io.StringIO(record.read(name).decode("utf-8-sig")))
            assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))], name


def test_the_history_says_who_asked_and_who_took_it(record, full):
    said = AuditEntry.objects.for_practice(full.glow).filter(contact_id=full.grace.pk, object_type="contacts.job")
    assert list(said.order_by("id").values_list("action", flat=True)) == ["job.record", "download"]


def test_a_file_that_is_gone_is_named_and_everything_else_is_there(full, client):
    lost = Document.objects.for_practice(full.glow).get(name="consent.pdf")
    lost.file.storage.delete(lost.file.name)
    ask(client, full.maya, full.grace)
    job = job_of(full.glow)
    record = taken(client, job)
    assert job.state == "done"
    assert f"document {lost.pk}: Documents/consent.pdf" in record.read("index.html").decode()
    assert json.loads(record.read("record.json"))["not_included"] == [f"document {lost.pk}: Documents/consent.pdf"]
    assert "1 file could not be included" in client.get(f"/contacts/jobs/{job.pk}/").content.decode()


class BreaksOff:
    def open(self, mode):
        return self

    def __enter__(self):
        return self

    def __exit__(self, *error):
        return False

    def read(self, size=-1):
        raise OSError("the line broke off")


def test_a_file_that_breaks_off_leaves_no_half_of_itself(full, client, monkeypatch):
    broken = parts.Part(
        99, lambda contact: (), lambda contact: [parts.Kept(("x.pdf",), BreaksOff(), house_clock.now(), "x")]
    )
    monkeypatch.setattr(parts, "_parts", [*parts._parts, broken])
    ask(client, full.maya, full.grace)
    record = taken(client, job_of(full.glow))
    assert "files/x.pdf" not in record.namelist()
    assert record.testzip() is None


def test_no_name_leads_out_of_the_folder_where_it_is_unpacked(full, client, monkeypatch):
    kept = parts.Kept(("..", "../../etc", "C:\\boot.ini"), ContentFile(b"x"), house_clock.now(), "x")
    monkeypatch.setattr(parts, "_parts", [parts.Part(99, lambda contact: (), lambda contact: [kept])])
    ask(client, full.maya, full.grace)
    names = taken(client, job_of(full.glow)).namelist()
    assert "files/_/_.._etc/C__boot.ini" in names
    assert not [name for name in names if ".." in name.split("/") or "\\" in name]


def test_only_with_the_right_to_export_and_only_of_those_whom_one_sees(full, client):
    assert ask(client, full.jordan, full.grace).status_code == 403
    assert ask(client, full.outsider, full.grace).status_code == 404
    full.priya.may_export = True
    full.priya.save()
    assert ask(client, full.priya, full.grace).status_code == 302
    lena = Contact.objects.create(practice=full.glow, first_name="Lena")
    assert ask(client, full.priya, lena).status_code == 404


@pytest.mark.parametrize("loss", ["right", "patient", "place"])
def test_who_lost_the_right_or_the_patient_takes_nothing_any_more(full, client, loss):
    full.priya.may_export = True
    full.priya.save()
    ask(client, full.priya, full.grace)
    address = f"/contacts/jobs/{job_of(full.glow).pk}/"
    assert client.get(f"{address}file/").status_code == 200
    if loss == "right":
        full.priya.may_export = False
        full.priya.save()
    elif loss == "patient":
        Contact.objects.for_practice(full.glow).filter(pk=full.grace.pk).update(assigned_to=full.jordan)
    else:
        full.priya.left_at = house_clock.now()
        full.priya.save()
    assert client.get(f"{address}file/").status_code != 200
    page = client.get(address).content.decode()
    assert "Download zip" not in page
    assert loss == "right" or "Grace" not in page


def test_who_loses_the_patient_while_it_waits_gets_no_file(full, client):
    full.priya.may_export = True
    full.priya.save()
    client.force_login(full.priya.user)
    client.post(f"/contacts/{full.grace.pk}/data-request/")
    Contact.objects.for_practice(full.glow).filter(pk=full.grace.pk).update(assigned_to=None)
    drain("contact_jobs")
    job = job_of(full.glow)
    assert (job.state, bool(job.file)) == ("cancelled", False)


def test_pressed_twice_is_one_job(full, client):
    client.force_login(full.maya.user)
    for _ in range(2):
        client.post(f"/contacts/{full.grace.pk}/data-request/")
    assert job_of(full.glow)


def test_after_a_week_the_file_is_gone(full, client, clock):
    ask(client, full.maya, full.grace)
    job = job_of(full.glow)
    name, storage = job.file.name, job.file.storage
    clock.tick(days=7, seconds=1)
    drain_all()
    assert not storage.exists(name)
    client.force_login(full.maya.user)
    assert client.get(f"/contacts/jobs/{job.pk}/file/").status_code == 404


def test_a_worker_that_dies_begins_anew(full, client, clock, monkeypatch):
    noted = jobs.note_progress

    def die(job):
        noted(job)
        raise SystemExit

    monkeypatch.setattr(jobs, "note_progress", die)
    client.force_login(full.maya.user)
    client.post(f"/contacts/{full.grace.pk}/data-request/")
    with pytest.raises(SystemExit):
        drain("contact_jobs")
    assert not job_of(full.glow).file
    monkeypatch.undo()
    clock.tick(minutes=2)
    drain("contact_jobs")
    assert job_of(full.glow).state == "done"


def test_on_either_storage(full, client, both_storages):
    store_file(
        actor=Actor(practice=full.glow, staff=full.maya),
        contact=full.grace,
        upload=ContentFile(samples.pdf("Here"), "here.pdf"),
    )
    ask(client, full.maya, full.grace)
    assert taken(client, job_of(full.glow)).read("files/Documents/here.pdf") == samples.pdf("Here")


def test_memory_stays_flat_with_five_hundred_files(cast, client, local):
    content = bytes(100_000)
    for at in range(500):
        document = Document(practice=cast.glow, contact=cast.grace, name=f"{at}.pdf", size=len(content))
        document.file.save(f"{at}.pdf", ContentFile(content))
    client.force_login(cast.maya.user)
    client.post(f"/contacts/{cast.grace.pk}/data-request/")
    tracemalloc.start()
    drain("contact_jobs")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    job = job_of(cast.glow)
    assert (job.state, job.file.size > 50_000_000) == ("done", True)
    assert peak < 12_000_000


def test_its_queries_do_not_grow_with_the_record(full, maya, django_assert_max_num_queries):
    for at in range(30):
        add_note(actor=maya, contact=full.grace, body=str(at))
    with django_assert_max_num_queries(45):
        for table in parts.tables_of(full.grace):
            list(table.rows)
        list(parts.files_of(full.grace))
