"""Documents by REST: the same checks and the same permission as on the pages."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from aesthetix.audit.models import AuditEntry
from aesthetix.practices.actor import Actor
from contacts.services.custom_fields import FieldFacts, add_field, set_archived
from documents.models import Document
from documents.tests import samples

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _local_files(settings, tmp_path):
    local = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": local}


@pytest.fixture
def client(client_with):
    return client_with("documents:read", "documents:write")


def at(contact, what=""):
    return f"/api/v1/contacts/{contact.pk}/documents/{what}"


def send(client, contact, name="plan.pdf", content=None):
    upload = SimpleUploadedFile(name, samples.pdf() if content is None else content)
    return client.post(at(contact), {"file": upload}, "multipart")


def test_an_uploaded_file_is_listed_and_comes_back_as_it_went(client, cast):
    made = send(client, cast.grace)
    assert made.status_code == 201
    told = made.json()
    assert (told["name"], told["content_type"], told["pages"]) == ("plan.pdf", "application/pdf", 1)
    assert (told["source"], told["folder"]) == ("upload", "")
    assert client.get(at(cast.grace)).json()["results"] == [told]
    assert client.get(at(cast.grace, f"{told['id']}/")).json() == told
    answer = client.get(at(cast.grace, f"{told['id']}/file/"))
    assert b"".join(answer.streaming_content) == samples.pdf()
    assert answer["Content-Disposition"] == 'attachment; filename="plan.pdf"'
    entries = AuditEntry.objects.for_practice(cast.glow).filter(object_type="documents.document").order_by("id")
    assert [entry.action for entry in entries] == ["create", "list", "view", "download"]
    assert {entry.api_key.name for entry in entries} == {"Website"}


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("face.jpg", b"<html>", "The content is not what"),
        ("setup.exe", b"MZ", "Files of this kind are not kept here."),
        ("plan.pdf", b"", "The file is empty."),
    ],
)
def test_what_the_pages_refuse_is_refused(client, cast, name, content, sentence):
    answer = send(client, cast.grace, name, content)
    assert answer.status_code == 400
    assert answer.json()["file"][0].startswith(sentence)
    assert not Document.objects.for_practice(cast.glow).exists()


def test_without_a_file_the_field_is_named(client, cast):
    assert client.post(at(cast.grace), {}, "multipart").json() == {"file": ["No file was submitted."]}
    assert client.post(at(cast.grace), {"file": "words"}, "json").status_code == 415


def test_scopes_and_practices_are_apart(client, client_with, cast):
    made = send(client, cast.grace).json()["id"]
    assert send(client_with("documents:read"), cast.grace).status_code == 403
    assert client_with("contacts:read").get(at(cast.grace)).status_code == 403
    theirs = client_with("documents:read", "documents:write", practice=cast.other)
    for what in ("", f"{made}/", f"{made}/file/"):
        assert theirs.get(at(cast.grace, what)).status_code == 404
        assert theirs.get(at(cast.stranger, what)).status_code == (404 if what else 200)
    assert send(theirs, cast.grace).status_code == 404


def test_a_deleted_document_is_gone(client, cast):
    made = send(client, cast.grace).json()["id"]
    Document.objects.for_practice(cast.glow).update(deleted_at="2026-11-16T17:00Z")
    assert client.get(at(cast.grace)).json()["results"] == []
    assert client.get(at(cast.grace, f"{made}/file/")).status_code == 404


def field_of(cast, **settings):
    settings = {"formats": ["pdf"], "most_files": 2, "most_mb": 1} | settings
    facts = FieldFacts(name="Scans", group="Files", required=True, settings=settings)
    return add_field(actor=Actor(practice=cast.glow, staff=cast.maya), kind="file", facts=facts)


def into(contact, what=""):
    return f"/api/v1/contacts/{contact.pk}/fields/scans/files/{what}"


def test_a_program_fills_a_file_field_within_its_limits(client, cast):
    field_of(cast)

    def put(name="plan.pdf", content=None):
        upload = SimpleUploadedFile(name, samples.pdf() if content is None else content)
        return client.post(into(cast.grace), {"file": upload}, "multipart")

    made = put()
    assert made.status_code == 201
    assert (made.json()["source"], made.json()["field"]) == ("field", "scans")
    for name, content, said in (
        ("face.jpg", samples.picture(), "This field takes PDF."),
        ("plan.pdf", samples.picture(), "The content is not what"),
        ("plan.pdf", b"", "The file is empty."),
    ):
        answer = put(name, content)
        assert answer.status_code == 400
        assert answer.json()["file"][0].startswith(said)
    second = put().json()["id"]
    assert "holds 2 files at most" in put().json()["file"][0]
    assert len(client.get(into(cast.grace)).json()["results"]) == 2
    assert client.delete(into(cast.grace, f"{second}/")).status_code == 204
    assert client.delete(into(cast.grace, f"{second}/")).status_code == 404
    assert "must have a file" in client.delete(into(cast.grace, f"{made.json()['id']}/")).json()["file"][0]
    assert [one["id"] for one in client.get(into(cast.grace)).json()["results"]] == [made.json()["id"]]


def test_a_file_field_needs_its_scope_its_practice_and_to_be_there(client, client_with, cast):
    field = field_of(cast)
    made = client.post(into(cast.grace), {"file": SimpleUploadedFile("a.pdf", samples.pdf())}, "multipart").json()["id"]
    reading = client_with("documents:read")
    assert reading.post(into(cast.grace), {}, "multipart").status_code == 403
    assert reading.delete(into(cast.grace, f"{made}/")).status_code == 403
    other = client_with("documents:read", "documents:write", practice=cast.other)
    assert other.get(into(cast.grace)).status_code == 404
    assert other.get(into(cast.stranger)).status_code == 404
    assert other.delete(into(cast.grace, f"{made}/")).status_code == 404
    contacts = client_with("contacts:read", "contacts:write")
    answer = contacts.patch(f"/api/v1/contacts/{cast.grace.pk}/", {"custom_fields": {"scans": "x"}}, "json")
    assert answer.json() == {"custom_fields": {"scans": ["There is no such field."]}}
    set_archived(actor=Actor(practice=cast.glow, staff=cast.maya), field=field, archived=True)
    assert client.get(into(cast.grace)).status_code == 404
    assert client.get(at(cast.grace, f"{made}/file/")).status_code == 200
