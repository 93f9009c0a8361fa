"""The tool on the record and what it serves: by permission, written down, and nothing of a stranger's ever runs."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from aesthetix.audit.models import AuditEntry
from documents.models import Document, Folder, Preview
from documents.services import keeping
from documents.tests import samples
from documents.tests.corpus import HTML, gif_with_script_behind

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def client(client, cast):
    client.force_login(cast.jordan.user)
    return client


def url(document, what=""):
    return f"/contacts/{document.contact_id}/documents/{document.pk}/{what}"


def at(cast, what=""):
    return f"/contacts/{cast.grace.pk}/documents/{what}"


def actions(cast):
    rows = AuditEntry.objects.for_practice(cast.glow).filter(object_type="documents.document", staff=cast.jordan)
    return list(rows.order_by("id").values_list("action", flat=True))


def send(client, cast, *files, **options):
    return client.post(at(cast, "add/"), {"files": [SimpleUploadedFile(*file) for file in files]}, **options)


def test_an_empty_tool_says_what_will_be_here(client, cast):
    page = client.get(at(cast)).content.decode()
    assert "No documents yet." in page
    assert "New File" in page
    assert "zip" not in page


def test_several_files_without_a_script(client, cast):
    answer = send(client, cast, ("plan.pdf", samples.pdf()), ("face.jpg", samples.picture()), follow=True)
    page = answer.content.decode()
    assert answer.redirect_chain[-1][0] == at(cast)
    assert "2 files uploaded." in page
    for words in ("plan.pdf", "face.jpg", "Jordan Lee", "Upload", "1 page"):
        assert words in page


def test_what_is_refused_is_said_at_the_form_and_the_others_are_kept(client, cast):
    answer = send(client, cast, ("plan.pdf", samples.pdf()), ("setup.exe", b"MZ"), ("face.jpg", HTML))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "setup.exe: Files of this kind are not kept here." in page
    assert "face.jpg: The content is not what" in page
    assert Document.objects.for_practice(cast.glow).get().name == "plan.pdf"
    assert "<!doctype html>" in page.lower()  # the whole record: there is no script to put a piece into it
    assert send(client, cast).status_code == 422


def test_too_many_at_once_keeps_none(client, cast):
    answer = send(client, cast, *[(f"{number}.txt", b"x") for number in range(21)])
    assert "At most 20 files at once." in answer.content.decode()
    assert not Document.objects.for_practice(cast.glow).exists()


def test_the_script_gets_json(client, cast):
    asked = {"headers": {"Accept": "application/json"}}
    answer = send(client, cast, ("plan.pdf", samples.pdf()), **asked)
    assert (answer.status_code, answer.json()["name"]) == (201, "plan.pdf")
    refused = send(client, cast, ("plan.pdf", b""), **asked)
    assert (refused.status_code, refused.json()) == (422, {"error": "The file is empty."})
    assert send(client, cast, **asked).status_code == 422


def test_a_name_with_markup_is_text(client, cast, stored):
    stored("a & <b>x.pdf")
    page = client.get(at(cast)).content.decode()
    assert "a _ _b_x.pdf" in page
    assert "<b>x" not in page


def test_search_by_name_and_by_what_it_says_in_every_folder(client, cast, stored, maya):
    folder = keeping.add_folder(actor=maya, contact=cast.grace, name="Plans")
    stored("one.pdf", samples.pdf("Lidocaine allergy"), folder=folder)
    stored("two.txt", b"Prefers mornings")

    def found(words):
        return client.post(at(cast, "found/"), {"q": words}, headers=HTMX).content.decode()

    assert "one.pdf" in found("lidocaine")
    assert "two.txt" not in found("LIDOCAINE")
    assert "in Plans" in found("one")
    assert "0 found" in found("nothing of that kind")
    assert "two.txt" in client.post(at(cast, "found/"), {"q": "mornings"}).content.decode()
    assert "Plans" in found(" ")
    assert client.get(at(cast, "found/?q=lidocaine")).status_code == 405


def test_folders_on_the_page(client, cast, stored, maya):
    client.post(at(cast, "folders/add/"), {"name": "Consents"})
    folder = Folder.objects.for_practice(cast.glow).get()
    send(client, cast)  # nothing chosen
    client.post(at(cast, "add/"), {"files": SimpleUploadedFile("plan.pdf", samples.pdf()), "folder": folder.pk})
    top, inside = client.get(at(cast)).content.decode(), client.get(at(cast, f"?folder={folder.pk}")).content.decode()
    assert "Consents" in top
    assert "plan.pdf" not in top
    assert "plan.pdf" in inside
    assert client.post(at(cast, "folders/add/"), {"name": "consents"}, headers=HTMX).status_code == 422
    client.post(at(cast, f"folders/{folder.pk}/rename/"), {"name": "Signed"})
    client.post(at(cast, f"folders/{folder.pk}/remove/"))
    assert "plan.pdf" in client.get(at(cast)).content.decode()
    assert client.get(at(cast, f"?folder={folder.pk}")).status_code == 404
    for nonsense in ("x", "9" * 30, "-1", "²"):
        assert client.get(at(cast), {"folder": nonsense}).status_code == 404


def test_deleting_offers_undo_and_what_is_deleted_is_not_served(client, cast, stored):
    document = stored()
    answer = client.post(url(document, "delete/"), headers=HTMX).content.decode()
    assert url(document, "restore/") in answer
    for what in ("", "file/", "pages/1/"):
        assert client.get(url(document, what)).status_code == 404
    client.post(url(document, "restore/"))
    assert client.get(url(document)).status_code == 200


def test_a_download_is_an_attachment_under_its_own_type_and_written_down(both_storages, client, cast, stored):
    content = samples.pdf()
    document = stored("Plan für José.pdf", content)
    answer = client.get(url(document, "file/"))
    assert b"".join(answer.streaming_content) == content
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''Plan%20f")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "script" not in answer["Content-Security-Policy"]
    assert answer["Cache-Control"] == "private, no-store"
    part = client.get(url(document, "file/"), headers={"Range": "bytes=0-4"})
    assert (part.status_code, b"".join(part.streaming_content)) == (206, b"%PDF-")
    assert actions(cast) == ["download"]  # the second is a piece of the first


def test_each_look_is_an_audit_row(client, cast, stored, clock):
    document = stored("face.jpg", samples.picture())
    client.get(url(document))
    client.get(url(document, "pages/1/"))
    clock.tick(minutes=6)
    client.get(url(document, "pages/1/"))
    client.get(url(document, "file/"))
    assert actions(cast) == ["view", "view", "download"]
    rows = AuditEntry.objects.for_practice(cast.glow).filter(object_type="documents.document")
    assert {row.contact_id for row in rows} == {cast.grace.pk}


@pytest.mark.parametrize(
    ("name", "made", "mark"),
    [
        ("face.jpg", lambda: samples.picture(comment=HTML), b"\xff\xd8"),
        ("face.heic", lambda: samples.HEIC, b"\xff\xd8"),
        ("face.gif", gif_with_script_behind, b"\xff\xd8"),
        ("scan.tiff", lambda: samples.picture("TIFF"), b"\xff\xd8"),
        ("plan.pdf", samples.pdf, b"\xff\xd8"),
    ],
)
def test_a_preview_is_a_picture_made_anew(both_storages, client, stored, name, made, mark):
    document = stored(name, made())
    answer = client.get(url(document, "pages/1/"))
    data = b"".join(answer.streaming_content)
    assert data.startswith(mark)
    assert b"script" not in data
    assert answer["Content-Type"] == "image/jpeg"
    shown = Image.open(io.BytesIO(data))
    assert max(shown.size) <= 1600
    assert not shown.getexif()
    client.get(url(document, "pages/1/"))
    assert Preview.objects.filter(practice=document.practice_id).count() == 1


def test_where_a_photograph_was_taken_is_not_in_its_preview(client, stored):
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "Phoenix"  # turned by a quarter; a description
    document = stored("face.jpg", samples.picture(size=(64, 48), exif=exif.tobytes()))
    shown = Image.open(io.BytesIO(b"".join(client.get(url(document, "pages/1/")).streaming_content)))
    assert (shown.size, dict(shown.getexif())) == ((48, 64), {})


def test_large_things_are_drawn_small(client, stored):
    for name, content in (
        ("big.png", samples.picture("PNG", (6000, 3000))),
        ("wide.pdf", samples.pdf(box="0 0 14400 9")),
    ):
        answer = client.get(url(stored(name, content), "pages/1/"))
        assert max(Image.open(io.BytesIO(b"".join(answer.streaming_content))).size) <= 1600


def test_a_preview_that_fails_is_not_tried_twice_and_the_download_stays(client, stored, monkeypatch):
    from documents.files import bounded

    document, tries = stored("face.jpg", samples.picture()), []

    def broken(*arguments):
        tries.append(arguments)
        raise bounded.Unreadable("damaged")

    monkeypatch.setattr(bounded, "picture", broken)
    for _ in range(2):
        assert client.get(url(document, "pages/1/")).status_code == 404
    assert len(tries) == 1
    assert client.get(url(document, "file/")).status_code == 200


def test_while_others_are_drawn_the_page_asks_again(client, stored, monkeypatch):
    from documents.files import bounded

    document = stored("face.jpg", samples.picture())
    monkeypatch.setattr(bounded, "PATIENCE", 0.01)
    for _ in range(2):
        assert bounded._slots.acquire(timeout=5)
    try:
        answer = client.get(url(document, "pages/1/"))
        assert (answer.status_code, answer["Retry-After"]) == (503, "2")
    finally:
        bounded._slots.release(2)
    assert client.get(url(document, "pages/1/")).status_code == 200


def test_a_decoder_sees_none_of_our_keys(monkeypatch):
    from documents.files import bounded

    monkeypatch.setenv("SECRET_KEY", "of the house")
    monkeypatch.setattr(bounded, "CHILD", "-c")
    seen = bounded._ask(io.BytesIO(b""), 5, "import os, sys; sys.stdout.write(str(dict(os.environ)))")
    assert b"SECRET" not in seen


def test_there_are_no_pages_beyond_the_last(client, stored):
    document = stored("plan.pdf", samples.pdf("one", "two"))
    assert [client.get(url(document, f"pages/{page}/")).status_code for page in (0, 1, 2, 3)] == [404, 200, 200, 404]
    assert client.get(url(stored("a.txt", b"x"), "pages/1/")).status_code == 404


def test_sound_plays_in_ranges_and_nothing_else_is_served_inline(client, cast, stored):
    sound = stored("memo.wav", samples.sound())
    answer = client.get(url(sound, "media/"), headers={"Range": "bytes=0-3"})
    assert (answer.status_code, b"".join(answer.streaming_content), answer["Content-Type"]) == (
        206,
        b"RIFF",
        "audio/wav",
    )
    assert actions(cast) == ["play"]
    for name, content in (("plan.pdf", samples.pdf()), ("a.txt", b"x"), ("a.docx", samples.office())):
        assert client.get(url(stored(name, content), "media/")).status_code == 404


def test_text_is_shown_escaped(client, stored):
    page = client.get(url(stored("a.csv", b"name\n=cmd|'/C calc'!A0 & <b>bold</b>\n"))).content.decode()
    assert "&lt;b&gt;bold" in page
    assert "<b>bold" not in page


def test_every_kind_has_a_page(client, stored):
    for name, content, words in (
        ("plan.pdf", samples.pdf("a", "b"), "Page 2 of 2"),
        ("face.jpg", samples.picture(), "pages/1/"),
        ("clip.mp4", samples.boxed(), "<video"),
        ("memo.mp3", samples.MP3, "<audio"),
        ("plan.docx", samples.office(), "not shown here"),
    ):
        assert words in client.get(url(stored(name, content))).content.decode()


def test_a_file_that_storage_lost_is_said(client, cast, stored):
    document = stored("a.txt", b"x")
    document.file.storage.delete(document.file.name)
    assert client.get(url(document, "file/")).status_code == 404
    assert "cannot be read just now" in client.get(url(document)).content.decode()


def zipped(client, cast):
    answer = client.get(at(cast, "zip/"))
    assert answer.streaming
    return zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))), answer


def test_all_as_a_zip_with_folders_and_no_name_twice(both_storages, client, cast, stored, maya):
    folder = keeping.add_folder(actor=maya, contact=cast.grace, name="Consents")
    content = samples.pdf()
    for where in (None, None, folder):
        stored("plan.pdf", content, folder=where)
    keeping.delete_document(actor=maya, document=stored("gone.txt", b"x"))
    archive, answer = zipped(client, cast)
    assert sorted(archive.namelist()) == ["Consents/plan.pdf", "plan (2).pdf", "plan.pdf"]
    assert archive.read("Consents/plan.pdf") == content
    assert archive.testzip() is None
    assert "Grace%20Park" in answer["Content-Disposition"] or "Grace Park" in answer["Content-Disposition"]
    assert actions(cast) == ["download"] * 3


def test_a_lost_file_does_not_spoil_the_zip(client, cast, stored):
    lost = stored("lost.txt", b"x")
    stored("kept.txt", b"y")
    lost.file.storage.delete(lost.file.name)
    archive, _ = zipped(client, cast)
    assert sorted(archive.namelist()) == ["kept.txt", "lost.txt is missing.txt"]


def test_a_document_of_one_record_is_not_at_another(client, cast, stored):
    from contacts.models import Contact

    lena = Contact.objects.create(practice=cast.glow, first_name="Lena")
    document = stored()
    for what in ("", "file/", "pages/1/"):
        assert client.get(f"/contacts/{lena.pk}/documents/{document.pk}/{what}").status_code == 404
    assert client.post(f"/contacts/{lena.pk}/documents/{document.pk}/delete/").status_code == 404


def test_the_tool_takes_a_fixed_number_of_queries(client, cast, stored, django_assert_max_num_queries):
    for number in range(3):
        stored(f"{number}.txt", b"x")
    with django_assert_max_num_queries(16):
        client.get(at(cast), headers=HTMX)
    for number in range(9):
        stored(f"more {number}.txt", b"x")
    with django_assert_max_num_queries(16):
        client.get(at(cast), headers=HTMX)
