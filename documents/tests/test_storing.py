"""Files come onto a record whole and checked, or not at all; and nobody sees another's."""

import threading

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError

from aesthetix.audit.models import AuditEntry
from aesthetix.events.models import Event
from documents.models import Document, Folder
from documents.services import keeping
from documents.services.storing import store_file
from documents.tests import samples

pytestmark = pytest.mark.django_db


def said(cast, kind="documents.document"):
    rows = AuditEntry.objects.for_practice(cast.glow).filter(object_type=kind)
    return list(rows.order_by("id").values_list("action", flat=True))


def files_in(tmp_path):
    return [path for path in tmp_path.rglob("*") if path.is_file()]


def upload(name="plan.pdf", content=None):
    return SimpleUploadedFile(name, samples.pdf() if content is None else content)


def test_a_file_is_kept_byte_for_byte_on_either_storage(both_storages, stored, cast):
    content = samples.pdf("Botox plan", "Second page")
    document = stored("Plan für José.pdf", content)
    document.refresh_from_db()
    with document.file.open("rb") as kept:
        assert kept.read() == content
    assert (document.name, document.content_type, document.pages) == ("Plan für José.pdf", "application/pdf", 2)
    assert (document.size, len(document.sha256), document.uploaded_by) == (len(content), 64, cast.maya)
    assert "jos" not in document.file.name.lower()
    assert said(cast) == ["create"]
    event = Event.objects.for_practice(cast.glow).get(type="document.added")
    assert (event.contact_id, event.payload) == (cast.grace.pk, {"document": document.pk})


def test_what_is_refused_leaves_nothing(stored, cast, tmp_path):
    with pytest.raises(ValidationError, match="content is not what"):
        stored("face.jpg", b"<html><script>")
    assert not Document.objects.for_practice(cast.glow).exists()
    assert files_in(tmp_path) == []
    assert said(cast) == []


def test_a_row_that_cannot_be_written_takes_its_file_along(stored, cast, tmp_path, monkeypatch):
    def broken(*args, **kwargs):
        raise IntegrityError("no")

    monkeypatch.setattr("documents.services.storing.audit.record", broken)
    with pytest.raises(IntegrityError):
        stored()
    assert files_in(tmp_path) == []
    assert not Document.objects.for_practice(cast.glow).exists()


def test_an_upload_that_breaks_off_leaves_nothing(cast, client, tmp_path):
    client.force_login(cast.jordan.user)
    body = b'--x\r\nContent-Disposition: form-data; name="files"; filename="notes.txt"\r\n\r\nPrefers mor'
    answer = client.generic(
        "POST", f"/contacts/{cast.grace.pk}/documents/add/", body, "multipart/form-data; boundary=x"
    )
    assert answer.status_code == 422
    assert not Document.objects.for_practice(cast.glow).exists()
    assert files_in(tmp_path) == []


def test_one_source_is_one_document_however_often_it_is_told(stored, cast, tmp_path):
    first = stored("face.jpg", samples.picture(), source="message", source_id="media-7")
    again = stored("other.jpg", samples.picture(), source="message", source_id="media-7")
    assert (again.pk, again.name) == (first.pk, "face.jpg")
    assert len(files_in(tmp_path)) == 1
    assert stored("face.jpg", samples.picture(), source="form", source_id="media-7").pk != first.pk
    assert said(cast) == ["create", "create"]


def test_what_was_deleted_comes_back_when_its_source_is_stored_again(stored, maya, cast):
    first = stored("face.jpg", samples.picture(), source="message", source_id="media-7")
    keeping.delete_document(actor=maya, document=first)
    assert stored("face.jpg", samples.picture(), source="message", source_id="media-7").deleted_at is None


@pytest.mark.django_db(transaction=True)
def test_two_at_once_are_one_document(maya, cast, tmp_path):
    from django.db import connection

    def one(found, gate):
        gate.wait(10)
        content = ContentFile(b"hello", "a.txt")
        found.append(store_file(actor=maya, contact=cast.grace, upload=content, source="message", source_id="m1").pk)
        connection.close()

    found, gate = [], threading.Barrier(3)
    threads = [threading.Thread(target=one, args=(found, gate)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(found) == 3
    assert len(set(found)) == 1
    assert len(files_in(tmp_path)) == 1


def test_renaming_keeps_the_ending_and_the_search_follows(stored, maya, cast):
    document = stored("plan.pdf", samples.pdf("Botox"))
    keeping.rename_document(actor=maya, document=document, name="../Vereinbarung Müller.exe")
    document.refresh_from_db()
    assert document.name == "Vereinbarung Müller.exe.pdf"

    def found(words):
        return Document.objects.for_practice(cast.glow).matching(words).exists()

    assert found("muller")
    assert found("botox MÜLLER")
    assert not found("plan.pdf")
    keeping.rename_document(actor=maya, document=document, name=document.name)
    assert said(cast) == ["create", "change"]


def test_deleting_hides_and_keeps_the_file(stored, maya, cast, tmp_path):
    document = stored()
    for _ in range(2):
        keeping.delete_document(actor=maya, document=document)
    assert not Document.objects.for_practice(cast.glow).standing().exists()
    assert len(files_in(tmp_path)) == 1
    for _ in range(2):
        keeping.restore_document(actor=maya, document=document)
    assert Document.objects.for_practice(cast.glow).standing().get() == document
    assert said(cast) == ["create", "delete", "restore"]


def test_folders_have_one_name_and_an_end(stored, maya, cast):
    def add(name, parent=None):
        return keeping.add_folder(actor=maya, contact=cast.grace, name=name, parent=parent)

    top = add("Consents")
    with pytest.raises(ValidationError, match="already"):
        add("consents")
    with pytest.raises(ValidationError, match="Name the folder"):
        add("  ")
    inner = top
    for depth in range(4):
        inner = add(f"Level {depth}", inner)
    with pytest.raises(ValidationError, match="5 deep"):
        add("Too deep", inner)
    assert [folder.name for folder in inner.path()] == ["Consents", "Level 0", "Level 1", "Level 2", "Level 3"]
    with pytest.raises(ValidationError, match="holds other folders"):
        keeping.remove_folder(actor=maya, folder=top)


def test_a_removed_folder_leaves_its_documents_one_up(stored, maya, cast):
    top = keeping.add_folder(actor=maya, contact=cast.grace, name="Consents")
    inner = keeping.add_folder(actor=maya, contact=cast.grace, name="2026", parent=top)
    document = stored(folder=inner)
    keeping.remove_folder(actor=maya, folder=inner)
    document.refresh_from_db()
    assert document.folder == top
    assert said(cast, "documents.folder") == ["create", "create", "delete"]


def test_a_document_is_not_moved_into_another_patients_folder(stored, cast, client):
    document = stored()
    foreign = Folder.objects.create(practice=cast.other, contact=cast.stranger, name="Theirs")
    client.force_login(cast.maya.user)
    answer = client.post(
        f"/contacts/{cast.grace.pk}/documents/{document.pk}/change/", {"name": "x", "folder": foreign.pk}
    )
    assert answer.status_code == 422
    document.refresh_from_db()
    assert (document.folder, document.name) == (None, "plan.pdf")
