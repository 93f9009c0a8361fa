"""Files of a File Upload field: what it takes, how many it holds whoever comes at once, and where they are found."""

import csv
import io
import threading

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from aesthetix.audit.models import AuditEntry
from aesthetix.events.due import drain
from contacts.models import Contact, CustomField, FieldGroup, Job
from contacts.services import custom_fields as fields
from contacts.services.custom_fields import FieldFacts
from documents.files.formats import FORMATS, in_words
from documents.files.kinds import ENDINGS
from documents.models import Document
from documents.services import keeping
from documents.services.storing import store_file
from documents.tests import samples
from documents.tests.corpus import HTML

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
SETTINGS = {"formats": ["pdf", "jpeg"], "most_files": 3, "most_mb": 1}


@pytest.fixture
def client(client, cast):
    client.force_login(cast.jordan.user)
    return client


@pytest.fixture
def make(maya):
    def do(name="Scans", required=False, **settings):
        facts = FieldFacts(name=name, group="Files", required=required, settings=SETTINGS | settings)
        return fields.add_field(actor=maya, kind="file", facts=facts)

    return do


@pytest.fixture
def scans(make):
    return make()


def pdf(name="plan.pdf", content=None):
    return SimpleUploadedFile(name, samples.pdf() if content is None else content)


def at(contact, field, what=""):
    return f"/contacts/{contact.pk}/fields/{field.pk}/files/{what}"


def send(client, cast, field, *files, **options):
    more = options.pop("more", {})
    return client.post(at(cast.grace, field), {"files": [pdf(*file) for file in files], **more}, **options)


def held(field):
    return list(
        Document.objects.for_practice(field.practice_id)
        .filter(field=field, deleted_at=None)
        .order_by("id")
        .values_list("name", flat=True)
    )


def test_every_ending_that_a_record_takes_has_a_box():
    assert sorted(ending for one in FORMATS.values() for ending in one.endings) == ENDINGS
    assert in_words(["pdf"]) == "PDF"
    assert in_words(["pdf", "jpeg", "png"]) == "PDF, JPEG or PNG"


def test_the_field_is_made_on_its_page(client, cast):
    client.force_login(cast.maya.user)
    address = "/settings/custom-fields/add/?kind=file"
    assert "Allow Multiple Files" in client.get(address).content.decode()
    given = {"name": "Before and after", "object": "contact", "formats": ["jpeg", "heic"], "most_mb": 20}
    for wrong, said in (
        ({"formats": []}, "Tick at least one format."),
        ({"formats": ["exe"]}, "Select a valid choice"),
        ({"most_mb": 51}, "No file can be larger than 50 MB here."),
        ({"most_mb": 0}, "greater than or equal to 1"),
        ({"multiple": "on"}, "Say how many files at most."),
        ({"multiple": "on", "most_files": 51}, "less than or equal to 50"),
    ):
        answer = client.post(address, given | wrong)
        assert answer.status_code == 422
        assert said in answer.content.decode()
    assert not CustomField.objects.for_practice(cast.glow).exists()
    client.post(
        address, given | {"multiple": "on", "most_files": 4, "key": "before_after", "description": "Same light."}
    )
    field = CustomField.objects.for_practice(cast.glow).get()
    assert field.settings == {"formats": ["jpeg", "heic"], "most_files": 4, "most_mb": 20}
    page = client.get(f"/settings/custom-fields/{field.pk}/").content.decode()
    assert 'value="4"' in page
    client.post(f"/settings/custom-fields/{field.pk}/", given | {"most_files": 4})
    field.refresh_from_db()
    assert field.settings["most_files"] == 1


def test_it_is_on_every_record_at_once_and_takes_several_files(client, cast, scans):
    record = f"/contacts/{cast.grace.pk}/"
    assert "Scans" in client.get(record).content.decode()
    answer = send(client, cast, scans, ("one.pdf",), ("two.jpg", samples.picture()), follow=True)
    assert answer.redirect_chain[-1][0] == record
    page = answer.content.decode()
    for words in ("one.pdf", "two.jpg", "Download one.pdf", "Replace one.pdf", "Delete one.pdf", "Add files to Scans"):
        assert words in page
    document = Document.objects.for_practice(cast.glow).get(name="one.pdf")
    assert (document.source, document.field, document.uploaded_by) == ("field", scans, cast.jordan)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("plan.docx", samples.office(), "This field takes PDF or JPEG."),
        ("plan.pdf.exe", b"MZ", "This field takes PDF or JPEG."),
        ("plan.pdf", samples.picture(), "The content is not what"),
        ("face.jpg", samples.picture("PNG"), "The content is not what"),
        ("face.jpg", HTML, "The content is not what"),
        ("face.jpg", samples.picture() + samples.archive({"a.txt": "x"}), "archive"),
        ("plan.pdf", b"", "The file is empty."),
        ("plan.pdf", samples.pdf()[:200], "damaged"),
        ("plan.pdf", samples.pdf() + b"\n" * 1_100_000, "larger than 1 MB"),
    ],
)
def test_what_the_field_does_not_take_is_said_and_leaves_nothing(client, cast, scans, tmp_path, name, content, said):
    for headers in ({}, HTMX, {"Accept": "application/json"}):
        answer = send(client, cast, scans, (name, content), headers=headers)
        assert answer.status_code == 422
        assert said in answer.content.decode()
    assert held(scans) == []
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_too_many_at_once_keep_none_and_a_full_field_takes_no_more(client, cast, scans):
    answer = send(client, cast, scans, *[(f"{number}.pdf",) for number in range(4)])
    assert "Scans holds 3 files at most, and has 0. Choose fewer" in answer.content.decode()
    assert held(scans) == []
    send(client, cast, scans, *[(f"{number}.pdf",) for number in range(3)])
    answer = send(client, cast, scans, ("more.pdf",), headers={"Accept": "application/json"})
    assert answer.status_code == 422
    assert "and has 3. Delete or replace one." in answer.json()["error"]
    assert held(scans) == ["0.pdf", "1.pdf", "2.pdf"]
    assert "Add files to Scans" not in client.get(f"/contacts/{cast.grace.pk}/").content.decode()


def test_nothing_chosen_and_an_upload_that_broke_off(client, cast, scans):
    assert "Choose a file first." in send(client, cast, scans).content.decode()
    whole = b'--x\r\nContent-Disposition: form-data; name="files"; filename="plan.pdf"\r\n\r\n%PDF-1.4 and then'
    answer = client.post(at(cast.grace, scans), whole, content_type="multipart/form-data; boundary=x")
    assert answer.status_code in (400, 422)
    assert held(scans) == []


def at_once(number, act):
    """`act(index)` in as many threads, which begin together; the errors that came."""
    gate, errors = threading.Barrier(number), []

    def one(index):
        gate.wait()
        try:
            act(index)
        except ValidationError as error:
            errors.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(index,)) for index in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


@pytest.mark.django_db(transaction=True)
def test_ten_uploads_at_once_leave_three(cast, maya, scans, tmp_path):
    errors = at_once(10, lambda at: store_file(actor=maya, contact=cast.grace, upload=pdf(f"{at}.pdf"), field=scans))
    assert errors == ["full"] * 7
    assert len(held(scans)) == 3
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 3


@pytest.mark.django_db(transaction=True)
def test_two_who_replace_the_same_file_leave_one(cast, maya, make):
    field = make(most_files=1)
    first = store_file(actor=maya, contact=cast.grace, upload=pdf("old.pdf"), field=field)

    def replace(at):
        store_file(actor=maya, contact=cast.grace, upload=pdf(f"{at}.pdf"), field=field, replaces=first)

    assert at_once(2, replace) == ["gone"]
    assert len(held(field)) == 1
    assert held(field) != ["old.pdf"]


@pytest.mark.django_db(transaction=True)
def test_two_who_delete_the_last_two_files_of_a_required_field_leave_one(cast, maya, make):
    field = make(required=True)
    both = [store_file(actor=maya, contact=cast.grace, upload=pdf(f"{at}.pdf"), field=field) for at in range(2)]
    assert at_once(2, lambda at: keeping.delete_document(actor=maya, document=both[at])) == ["required"]
    assert len(held(field)) == 1


def test_deleting_offers_undo_which_finds_no_room_in_a_full_field(client, cast, make):
    field = make(most_files=1)
    send(client, cast, field, ("plan.pdf",))
    document = Document.objects.for_practice(cast.glow).get()
    answer = client.post(at(cast.grace, field, f"{document.pk}/delete/"), headers=HTMX).content.decode()
    assert at(cast.grace, field, f"{document.pk}/restore/") in answer
    assert held(field) == []
    assert client.post(at(cast.grace, field, f"{document.pk}/delete/")).status_code == 404
    client.post(at(cast.grace, field, f"{document.pk}/restore/"))
    client.post(at(cast.grace, field, f"{document.pk}/restore/"))
    assert held(field) == ["plan.pdf"]
    client.post(at(cast.grace, field, f"{document.pk}/delete/"))
    send(client, cast, field, ("other.pdf",))
    for way in (
        at(cast.grace, field, f"{document.pk}/restore/"),
        f"/contacts/{cast.grace.pk}/documents/{document.pk}/restore/",
    ):
        answer = client.post(way, headers=HTMX).content.decode()
        assert "Scans holds 1 file at most" in answer
    assert held(field) == ["other.pdf"]


def test_replacing_takes_the_place_and_undo_gives_it_back(client, cast, make):
    field = make(most_files=1)
    send(client, cast, field, ("old.pdf",))
    old = Document.objects.for_practice(cast.glow).get()
    assert "Replace old.pdf" in client.get(at(cast.grace, field, f"?replaces={old.pk}"), headers=HTMX).content.decode()
    wrong = send(client, cast, field, ("new.txt", b"x"), more={"replaces": old.pk}, headers=HTMX)
    assert wrong.status_code == 422
    assert held(field) == ["old.pdf"]
    send(client, cast, field, ("new.pdf",), more={"replaces": old.pk}, headers={"Accept": "application/json"})
    assert held(field) == ["new.pdf"]
    new = Document.objects.for_practice(cast.glow).get(name="new.pdf")
    line = client.get(f"/contacts/{cast.grace.pk}/fields/{field.pk}/", headers=HTMX).content.decode()
    back = at(cast.grace, field, f"{old.pk}/restore/?instead={new.pk}")
    assert back in line
    client.post(back, headers=HTMX)
    assert held(field) == ["old.pdf"]
    assert send(client, cast, field, ("x.pdf",), more={"replaces": new.pk}).status_code == 404
    for nonsense in ("x", "-1", "9" * 30):
        assert send(client, cast, field, ("x.pdf",), more={"replaces": nonsense}).status_code == 404


def test_a_file_of_another_record_or_field_is_not_there(client, cast, scans, make, maya):
    anna = Contact.objects.create(practice=cast.glow, first_name="Anna")
    others = store_file(actor=maya, contact=anna, upload=pdf(), field=scans)
    elsewhere = store_file(actor=maya, contact=cast.grace, upload=pdf(), field=make("Other"))
    for document in (others, elsewhere):
        assert client.post(at(cast.grace, scans, f"{document.pk}/delete/")).status_code == 404
        assert client.post(at(cast.grace, scans, f"{document.pk}/restore/")).status_code == 404
        assert send(client, cast, scans, ("x.pdf",), more={"replaces": document.pk}).status_code == 404
    client.force_login(cast.priya.user)
    assert client.get(at(anna, scans)).status_code == 404
    assert client.post(at(anna, scans, f"{others.pk}/delete/")).status_code == 404
    for what in ("", "file/", "pages/1/"):
        assert client.get(f"/contacts/{anna.pk}/documents/{others.pk}/{what}").status_code == 404
    client.force_login(cast.outsider.user)
    assert client.get(at(cast.stranger, scans)).status_code == 404
    assert client.get(f"/contacts/{anna.pk}/documents/{others.pk}/file/").status_code == 404
    assert held(scans) == ["plan.pdf"]


def test_looking_and_downloading_is_written_down_and_it_is_found_among_the_documents(client, cast, scans):
    send(client, cast, scans, ("lab.pdf", samples.pdf("Lidocaine allergy")))
    document = Document.objects.for_practice(cast.glow).get()
    client.get(f"/contacts/{cast.grace.pk}/documents/{document.pk}/")
    client.get(f"/contacts/{cast.grace.pk}/documents/{document.pk}/file/")
    rows = AuditEntry.objects.for_practice(cast.glow).filter(object_type="documents.document").order_by("id")
    assert [row.action for row in rows] == ["create", "view", "download"]
    assert rows[0].changes == {"source": "From field Scans", "size": document.size}
    found = client.post(f"/contacts/{cast.grace.pk}/documents/found/", {"q": "lidocaine"}, headers=HTMX)
    assert "From field Scans" in found.content.decode()


def test_archiving_keeps_the_files_and_takes_no_more(client, cast, scans, maya):
    send(client, cast, scans, ("plan.pdf",))
    document = Document.objects.for_practice(cast.glow).get()
    fields.set_archived(actor=maya, field=scans, archived=True)
    assert client.get(at(cast.grace, scans)).status_code == 404
    assert send(client, cast, scans, ("more.pdf",)).status_code == 404
    with pytest.raises(ValidationError, match="is archived"):
        store_file(actor=maya, contact=cast.grace, upload=pdf("more.pdf"), field=scans)
    assert client.get(f"/contacts/{cast.grace.pk}/documents/{document.pk}/file/").status_code == 200
    assert "plan.pdf" in client.get(f"/contacts/{cast.grace.pk}/documents/").content.decode()
    client.force_login(cast.priya.user)
    assert client.get(f"/contacts/{cast.grace.pk}/documents/{document.pk}/file/").status_code == 200  # hers
    Contact.objects.for_practice(cast.glow).update(assigned_to=None)
    assert client.get(f"/contacts/{cast.grace.pk}/documents/{document.pk}/file/").status_code == 404
    fields.set_archived(actor=maya, field=scans, archived=False)
    assert held(scans) == ["plan.pdf"]


def test_the_key_stays_once_a_file_was_there(cast, scans, maya):
    def rename(key):
        fields.change_field(
            actor=maya, field=scans, facts=FieldFacts(name="Scans", group="Files", key=key, settings=SETTINGS)
        )

    rename("papers")
    document = store_file(actor=maya, contact=cast.grace, upload=pdf(), field=scans)
    keeping.delete_document(actor=maya, document=document)
    with pytest.raises(ValidationError, match="The key stays"):
        rename("other")


def test_a_required_field_is_asked_of_a_new_contact_and_keeps_its_last_file(client, cast, make):
    field = make(required=True, most_files=2)
    page = client.get("/contacts/new/").content.decode()
    assert "multipart/form-data" in page
    given = {"first_name": "Anna", "numbers-TOTAL_FORMS": 0, "numbers-INITIAL_FORMS": 0}

    def new(*files):
        return client.post("/contacts/new/", given | {"cf-scans": list(files)})

    for files, said in (
        ((), "This field is required."),
        ((pdf("x.txt", b"x"),), "x.txt: This field takes PDF or JPEG."),
        ((pdf(), pdf("bad.jpg", HTML)), "bad.jpg: The content"),
        ((pdf(), pdf(), pdf()), "Scans holds 2 files at most"),
    ):
        answer = new(*files)
        assert answer.status_code == 422
        assert said in answer.content.decode()
    assert not Contact.objects.for_practice(cast.glow).filter(first_name="Anna").exists()
    assert not Document.objects.for_practice(cast.glow).exists()
    new(pdf("one.pdf"), pdf("two.pdf"))
    assert held(field) == ["one.pdf", "two.pdf"]
    one, two = Document.objects.for_practice(cast.glow).order_by("id")
    client.post(at(one.contact, field, f"{one.pk}/delete/"))
    for way in (at(one.contact, field, f"{two.pk}/delete/"), f"/contacts/{one.contact_id}/documents/{two.pk}/delete/"):
        assert "Scans must have a file. Replace it instead." in client.post(way, headers=HTMX).content.decode()
    assert held(field) == ["two.pdf"]


def test_lists_are_filtered_by_it_and_exports_name_its_files(client, cast, scans, maya):
    anna = Contact.objects.create(practice=cast.glow, first_name="Anna")
    for name in ("=1.pdf", "two.pdf"):
        store_file(actor=maya, contact=anna, upload=pdf(name), field=scans)
    gone = store_file(actor=maya, contact=cast.grace, upload=pdf(), field=scans)
    keeping.delete_document(actor=maya, document=gone)

    def names(query):
        return [contact.first_name for contact in client.get(f"/contacts/?{query}").context["rows"]]

    assert names("cf-scans=%2B") == ["Anna"]
    assert names("cf-scans=-") == ["Grace"]
    client.force_login(cast.maya.user)
    client.post("/contacts/bulk/start/", {"action": "export", "sure": 2, "query": ""})
    drain("contact_jobs")
    job = Job.objects.for_practice(cast.glow).get()
    rows = list(csv.DictReader(io.StringIO(job.file.read().decode("utf-8-sig"))))
    assert {row["First name"]: row["Scans"] for row in rows} == {"Anna": "'=1.pdf; two.pdf", "Grace": ""}


def test_files_cost_the_record_one_query_however_many_fields(client, cast, make, django_assert_max_num_queries):
    FieldGroup.objects.create(practice=cast.glow, name="Files")

    def count():
        with django_assert_max_num_queries(100) as asked:
            client.get(f"/contacts/{cast.grace.pk}/facts/")
        return len(asked)

    none = count()
    for number in range(4):
        send(client, cast, make(f"Field {number}"), ("a.pdf",), ("b.pdf",))
    assert count() == none + 1
