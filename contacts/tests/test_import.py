"""Imports: what the dry run says is what happens, nobody twice, nothing erased, all of it to be taken back."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from aesthetix.events.due import drain
from aesthetix.practices.actor import Actor
from contacts.custom_fields import Stored
from contacts.importing import reading
from contacts.models import Contact, ContactPhone, ImportKey, ImportRow, Job, Note, Task
from contacts.services import import_apply, jobs, records
from contacts.services.custom_fields import FieldFacts, add_field, set_archived, set_value
from contacts.services.numbers import Number
from contacts.services.records import Facts, create_contact
from contacts.services.tags import add_tag

pytestmark = pytest.mark.django_db(transaction=True)
HEAD = "First Name,Last Name,Phone,Email,DOB,Tags\n"


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    local = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": local}


@pytest.fixture
def maya(cast, client, clock):
    client.force_login(cast.maya.user)
    return Actor(practice=cast.glow, staff=cast.maya)


@pytest.fixture
def upload(client, maya):
    def do(text, name="patients.csv"):
        data = text if isinstance(text, bytes) else text.encode()
        return client.post("/contacts/import/", {"file": SimpleUploadedFile(name, data, "text/csv")})

    return do


@pytest.fixture
def dry_run(client, upload):
    """`dry_run(text)` → the job, its rows judged; the columns as guessed unless `columns` says otherwise."""

    def do(text, **more):
        answer = upload(text)
        assert answer.status_code == 302, answer.content.decode()
        form = client.get(answer["Location"]).context["form"]
        guessed = {name: form[name].value() or "" for name in form.names}
        answer = client.post(answer["Location"], {"dates": "mdy", "known": "update", **guessed, **more})
        assert answer.status_code == 302, answer.content.decode()
        drain("contact_jobs")
        return Job.objects.across_practices().latest("pk")

    return do


@pytest.fixture
def run(client, dry_run):
    def do(text, **more):
        job = dry_run(text, **more)
        client.post(f"/contacts/import/{job.pk}/start/")
        drain("contact_jobs")
        job.refresh_from_db()
        return job

    return do


def judged(job):
    return [(row.action, row.reason) for row in ImportRow.objects.for_practice(job.practice).filter(job=job)]


def people(cast):
    rows = Contact.objects.for_practice(cast.glow).order_by("pk")
    return {contact.name: contact for contact in rows}


def test_the_dry_run_writes_nothing(cast, dry_run):
    job = dry_run(HEAD + "Anna,Berg,(602) 555-0121,anna@x.example,3/14/1988,VIP; Botox\n")
    assert (job.state, job.options["phase"]) == ("ready", "checked")
    assert judged(job) == [("create", "")]
    assert "Anna Berg" not in people(cast)


def test_new_people_come_with_everything(cast, run):
    job = run(HEAD + "Anna,Berg,(602) 555-0121; 480-555-0122,anna@x.example,3/14/1988,VIP; Botox\n")
    anna = people(cast)["Anna Berg"]
    assert job.options["phase"] == "applied"
    assert [phone.number for phone in anna.phones.all()] == ["+16025550121", "+14805550122"]
    assert (anna.email, anna.birthday) == ("anna@x.example", dt.date(1988, 3, 14))
    assert sorted(anna.tags.values_list("name", flat=True)) == ["Botox", "VIP"]
    assert Contact.objects.for_practice(cast.glow).matching("6025550121").get() == anna


def test_who_is_known_by_number_or_email_is_updated_and_nothing_is_erased(cast, maya, run):
    known = create_contact(
        actor=maya,
        facts=Facts(first_name="Anna", last_name="Berg", email="anna@x.example", numbers=[Number("+16025550121")]),
    )
    job = run(HEAD + "Anna,Berg,6025550121,,3/14/1988,\n,,4805550122,ANNA@x.example,,\n")
    assert judged(job) == [("update", ""), ("update", "")]
    known.refresh_from_db()
    assert (known.email, known.birthday) == ("anna@x.example", dt.date(1988, 3, 14))
    assert [phone.number for phone in known.phones.all()] == ["+16025550121", "+14805550122"]
    assert len(people(cast)) == 2  # and grace


def test_who_is_as_the_file_says_already_is_not_written_again(cast, maya, run, monkeypatch):
    rows = "".join(f"Row{at},Test,602555{at:04},row{at}@example.com,3/14/1988,VIP;Botox\n" for at in range(20))
    run(HEAD + rows)
    written = []
    changed = import_apply.update_contact
    monkeypatch.setattr(import_apply, "update_contact", lambda **given: (written.append(given), changed(**given)))
    again = run(HEAD + rows.replace("Row7,Test,6025550007,row7@", "Row7,Test,6025550007,other@"))
    assert [given["contact"].first_name for given in written] == ["Row7"]
    assert (again.done, again.skipped) == (20, 0)
    assert Contact.objects.for_practice(cast.glow).filter(email="other@example.com").count() == 1


def test_a_shared_number_is_another_person(cast, maya, run):
    create_contact(actor=maya, facts=Facts(first_name="Anna", last_name="Berg", numbers=[Number("+16025550121")]))
    job = run(HEAD + "Ben,Berg,6025550121,,,\n")
    assert judged(job) == [("create", "Shares a number with another contact.")]
    ben = people(cast)["Ben Berg"]
    assert ContactPhone.objects.for_practice(cast.glow).get(contact=ben).is_shared


def test_a_caller_without_a_name_gets_theirs(cast, run):
    caller = Contact.objects.create(practice=cast.glow, unverified_caller=True)
    ContactPhone.objects.create(practice=cast.glow, contact=caller, number="+16025550121")
    run(HEAD + "Anna,Berg,6025550121,,,\n")
    caller.refresh_from_db()
    assert (caller.name, caller.unverified_caller) == ("Anna Berg", False)


def test_known_ones_can_be_left_as_they_are(cast, maya, run):
    create_contact(actor=maya, facts=Facts(first_name="Anna", last_name="Berg", email="anna@x.example"))
    assert judged(run(HEAD + "Anna,Berg,6025550121,anna@x.example,,\n", known="skip")) == [
        ("skip", "Is a contact already.")
    ]


@pytest.mark.parametrize("batch", [1, 500])
def test_any_number_of_theirs_tells_the_same_person(cast, run, monkeypatch, batch):
    """A mobile number in one row, the same as the second one in another; a family's number tells nobody."""
    monkeypatch.setattr("contacts.services.import_check.BATCH", batch)
    rows = "Anna,Berg,6025550121;6025550122,,,\nAnna,Berg,6025550123;602-555-0122,,,\nCarl,Berg,6025550122,,,\n"
    job = run(HEAD + rows)
    assert judged(job)[1] == ("skip", "The same person as line 2.")
    assert [action for action, _ in judged(job)] == ["create", "skip", "create"]
    assert not ImportKey.objects.for_practice(cast.glow).exists()


def test_the_same_person_twice_in_a_file_is_one(cast, run, monkeypatch):
    monkeypatch.setattr("contacts.services.import_check.BATCH", 1)
    job = run(HEAD + "Anna,Berg,6025550121,,,\nAnna,Berg,602-555-0121,,,\nX,Y,,A@x.example,,\nX,Z,,a@X.example,,\n")
    assert [action for action, _ in judged(job)] == ["create", "skip", "create", "skip"]
    assert judged(job)[1][1] == "The same person as line 2."


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("Anna,Berg,12345,,,", "“12345” is not a telephone number."),
        ("Anna,Berg,,nope,,", "“nope” is not an email address."),
        ("Anna,Berg,,,2/30/1988,", "“2/30/1988” is not a date."),
        ("Anna,Berg,,,3/14/2188,", "The birthday 3/14/2188 lies before 1900 or in the future."),
        (",,,,3/14/1988,", "Neither a name nor a number nor an email."),
        ("Anna,Berg,,,,," + "more", "The row has more cells than the file has columns."),
        ("A" * 81 + ",,,,,", "The first name has more than 80 characters."),
    ],
)
def test_a_row_that_cannot_be_says_why_and_the_others_go_on(cast, run, client, row, reason):
    job = run(HEAD + row + "\nBen,Berg,6025550122,,,\n")
    assert judged(job) == [("skip", reason), ("create", "")]
    assert "Ben Berg" in people(cast)
    skipped = b"".join(client.get(f"/contacts/import/{job.pk}/skipped/").streaming_content).decode("utf-8-sig")
    assert reason.split("”")[-1] in skipped


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "The file is empty."),
        (b"\n\n", "The file is empty."),
        (b"PK\x03\x04\x00\x00\x00", "This is not a CSV file."),
        ((",".join(f"c{at}" for at in range(61)) + "\n").encode(), "The file has 61 columns"),
        (b'a,"b\nc', "the quotation marks do not match"),
    ],
)
def test_what_is_no_csv_is_refused_at_the_field(upload, data, said):
    answer = upload(data)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Job.objects.across_practices().exists()


def test_broken_quotes_further_down_import_nothing(cast, dry_run):
    job = dry_run(HEAD + "Anna,Berg,,,,\n" * 3 + 'Ben,"Be"rg,,,,\n')
    assert job.options["phase"] == "unreadable"
    assert "Line 5: the quotation marks do not match." in job.options["problem"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_as_spreadsheets_save_it(cast, run, encoding, separator):
    run(f"Name{separator}Phone\nZoë Müller{separator}602 555 0121\n".encode(encoding))
    assert "Zoë Müller" in people(cast)


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"column-0": "email", "column-3": "email"}, "Two columns are “Email”."),
        ({f"column-{at}": "" for at in range(6)}, "At least one column must be a name"),
        ({"column-0": "nonsense"}, "nonsense"),
    ],
)
def test_a_mapping_that_cannot_be_is_refused(upload, client, columns, said):
    page = upload(HEAD + "Anna,Berg,,,,\n")["Location"]
    answer = client.post(page, {"dates": "mdy", "known": "update", "column-1": "last_name", **columns})
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_the_mapping_is_remembered_by_the_names_of_the_columns(upload, client, dry_run):
    dry_run("Patient,Handy\nAnna Berg,6025550121\n", **{"column-1": "mobile"})
    form = client.get(upload("HANDY,Patient\n1,2\n")["Location"]).context["form"]
    assert [form[name].value() for name in form.names] == ["mobile", "full_name"]


def test_pressed_twice_it_imports_once(cast, dry_run, client):
    job = dry_run(HEAD + "Anna,Berg,6025550121,,,\n")
    for _ in range(2):
        client.post(f"/contacts/import/{job.pk}/start/")
        drain("contact_jobs")
    assert Contact.objects.for_practice(cast.glow).filter(first_name="Anna").count() == 1


def test_somebody_who_called_since_the_dry_run_is_not_made_twice(cast, dry_run, client):
    job = dry_run(HEAD + "Anna,Berg,6025550121,,,\n")
    caller = Contact.objects.create(practice=cast.glow, unverified_caller=True)
    ContactPhone.objects.create(practice=cast.glow, contact=caller, number="+16025550121")
    client.post(f"/contacts/import/{job.pk}/start/")
    drain("contact_jobs")
    caller.refresh_from_db()
    assert caller.name == "Anna Berg"
    assert len(people(cast)) == 2


def test_a_worker_that_dies_neither_skips_nor_repeats(cast, dry_run, client, clock, monkeypatch):
    monkeypatch.setattr(import_apply, "SLICE", 2)
    job = dry_run(HEAD + "".join(f"P{at},Q,60255501{at:02d},,,\n" for at in range(5)))
    client.post(f"/contacts/import/{job.pk}/start/")
    real, calls = jobs._save, []

    def dies(held):
        real(held)
        calls.append(1)
        if len(calls) == 2:
            raise RuntimeError("killed")

    monkeypatch.setattr(jobs, "_save", dies)
    drain("contact_jobs")
    assert Contact.objects.for_practice(cast.glow).filter(last_name="Q").count() == 2
    clock.tick(minutes=5)
    drain("contact_jobs")
    assert Contact.objects.for_practice(cast.glow).filter(last_name="Q").count() == 5
    assert Job.objects.for_practice(cast.glow).get().options["phase"] == "applied"


def test_all_of_it_is_taken_back(cast, maya, run, client):
    known = create_contact(
        actor=maya, facts=Facts(first_name="Anna", last_name="Berg", email="anna@x.example", lead_source="Walk-in")
    )
    job = run(HEAD + "Ben,Berg,6025550122,,,\nAnna,Berg,6025550121,anna@x.example,3/14/1988,\n")
    client.post(f"/contacts/import/{job.pk}/undo/")
    drain("contact_jobs")
    job.refresh_from_db()
    known.refresh_from_db()
    assert job.options["phase"] == "undone"
    assert "Ben Berg" not in people(cast)
    assert (known.birthday, known.phones.count(), known.lead_source) == (None, 0, "Walk-in")


def test_taking_back_keeps_those_with_whom_somebody_has_worked(cast, maya, run, client, clock):
    job = run(HEAD + "Ben,Berg,6025550122,,,\nAnna,Berg,6025550121,,,\n")
    Note.objects.create(practice=cast.glow, contact=people(cast)["Ben Berg"], body="Prefers mornings")
    client.post(f"/contacts/import/{job.pk}/undo/")
    drain("contact_jobs")
    assert "Ben Berg" in people(cast)
    assert "Anna Berg" not in people(cast)
    assert "somebody has worked with this contact since" in client.get(f"/contacts/import/{job.pk}/").content.decode()


def test_after_thirty_days_it_stays_and_file_and_rows_are_forgotten(cast, run, client, clock):
    job = run(HEAD + "Ben,Berg,6025550122,,,\n")
    clock.tick(days=31)
    client.force_login(cast.maya.user)
    client.post(f"/contacts/import/{job.pk}/undo/")
    drain("contact_jobs")
    job.refresh_from_db()
    assert "Ben Berg" in people(cast)
    assert not job.file
    assert not ImportRow.objects.for_practice(cast.glow).exists()


def test_too_many_rows_are_refused(dry_run, monkeypatch):
    monkeypatch.setattr("contacts.services.import_check.MOST_ROWS", 2)
    job = dry_run(HEAD + "Anna,Berg,,,,\n" * 3)
    assert job.options["phase"] == "unreadable"
    assert "more than 2 rows" in job.options["problem"]


def test_the_quote_that_our_exports_add_is_taken_off():
    assert [reading._clean(cell) for cell in ("'=1+1", "'+44 20", "O'Hara", "'", "' x")] == [
        "=1+1",
        "+44 20",
        "O'Hara",
        "'",
        "' x",
    ]


@pytest.mark.parametrize("work", ["tag", "task", "field", "document"])
def test_taking_back_deletes_nobody_on_whose_record_is_something_new(cast, maya, run, client, work):
    job = run(HEAD + "Ben,Berg,6025550122,,,VIP\nAnna,Berg,6025550121,,,\n")
    ben = people(cast)["Ben Berg"]
    client.get(f"/contacts/{ben.pk}/")  # having looked is no work
    client.get(f"/contacts/{people(cast)['Anna Berg'].pk}/")
    if work == "tag":
        add_tag(actor=maya, contact=ben, name="Recall")
    elif work == "task":
        Task.objects.create(practice=cast.glow, contact=ben, title="Call back")
    elif work == "field":
        field = add_field(actor=maya, kind="text", facts=FieldFacts(name="Skin type", group=""))
        set_value(actor=maya, contact=ben, field=field, stored=Stored("III"))
    else:
        ben.documents.create(practice=cast.glow, name="a.txt", file="a.txt", size=1, sha256="x")
    client.post(f"/contacts/import/{job.pk}/undo/")
    drain("contact_jobs")
    assert "Ben Berg" in people(cast)
    assert "Anna Berg" not in people(cast)


def test_taking_back_hands_a_shared_number_on(cast, maya, run, client):
    job = run(HEAD + "Ben,Berg,6025550122,,,\n")
    facts = Facts(first_name="Carla", last_name="Berg", numbers=[Number("+16025550122")])
    carla = create_contact(actor=maya, facts=facts)
    client.post(f"/contacts/import/{job.pk}/undo/")
    drain("contact_jobs")
    assert "Ben Berg" not in people(cast)
    assert not carla.phones.get().is_shared


def test_a_tab_that_is_still_at_the_columns_leaves_a_finished_import_alone(cast, run, client):
    job = run(HEAD + "Ben,Berg,6025550122,,,\n")
    client.post(
        f"/contacts/import/{job.pk}/",
        {"dates": "mdy", "known": "update", "column-0": "first_name", "column-2": "mobile"},
    )
    drain("contact_jobs")
    client.post(f"/contacts/import/{job.pk}/undo/")
    drain("contact_jobs")
    assert "Ben Berg" not in people(cast)


def stopped_half_way(client, dry_run, monkeypatch):
    """An import of three that somebody stopped after the first."""
    monkeypatch.setattr(import_apply, "SLICE", 1)
    job = dry_run(HEAD + "".join(f"P{at},Q,60255501{at:02d},,,\n" for at in range(3)))
    client.post(f"/contacts/import/{job.pk}/start/")
    real = jobs._save

    def stops(held):
        real(held)
        Job.objects.for_practice(held.practice).update(state="running")
        jobs.cancel_job(actor=jobs.actor_of(held), job=held)

    with monkeypatch.context() as patched:
        patched.setattr(jobs, "_save", stops)
        drain("contact_jobs")
    job.refresh_from_db()
    assert job.state == "cancelled"
    return job


def test_what_a_stopped_import_wrote_is_taken_back(cast, dry_run, client, monkeypatch):
    job = stopped_half_way(client, dry_run, monkeypatch)
    assert Contact.objects.for_practice(cast.glow).filter(last_name="Q").count() == 1
    assert "Take it back" in client.get(f"/contacts/import/{job.pk}/").content.decode()
    client.post(f"/contacts/import/{job.pk}/undo/")
    drain("contact_jobs")
    assert not Contact.objects.for_practice(cast.glow).filter(last_name="Q").exists()


def test_a_worker_at_the_old_part_of_a_job_lets_go_of_it(cast, dry_run, client, monkeypatch):
    job = stopped_half_way(client, dry_run, monkeypatch)
    late = Job.objects.for_practice(cast.glow).get(pk=job.pk)  # as the worker that was writing has it
    client.post(f"/contacts/import/{job.pk}/undo/")
    jobs._work(late)
    job.refresh_from_db()
    assert (job.state, job.options["phase"]) == ("running", "undo")
    assert Contact.objects.for_practice(cast.glow).filter(last_name="Q").count() == 1


def test_a_worker_that_dies_at_the_very_end_leaves_a_finished_import(cast, run):
    job = run(HEAD + "Ben,Berg,6025550122,,,\n")
    Job.objects.for_practice(cast.glow).filter(pk=job.pk).update(state="running", due_at=job.created_at)
    drain("contact_jobs")
    job.refresh_from_db()
    assert (job.state, job.options["phase"]) == ("done", "applied")
    assert "Ben Berg" in people(cast)


@pytest.mark.parametrize("left_at", ["columns", "dry run", "stopped"])
def test_what_nobody_goes_on_with_is_forgotten_after_thirty_days(cast, upload, dry_run, client, clock, left_at):
    if left_at == "columns":
        upload(HEAD + "Ben,Berg,6025550122,,,\n")
        job = Job.objects.for_practice(cast.glow).get()
    else:
        job = dry_run(HEAD + "Ben,Berg,6025550122,,,\n")
    if left_at == "stopped":
        client.post(f"/contacts/import/{job.pk}/cancel/")
    drain("contact_jobs")
    job.refresh_from_db()
    assert job.file
    clock.tick(days=31)
    drain("contact_jobs")
    job.refresh_from_db()
    assert (job.state, bool(job.file)) == ("cancelled", False)
    assert not ImportRow.objects.for_practice(cast.glow).exists()
    client.force_login(cast.maya.user)
    assert client.get(f"/contacts/import/{job.pk}/").status_code == 200
    assert client.get(f"/contacts/import/{job.pk}/?again=1").status_code == 200


def test_a_file_that_breaks_in_its_first_rows_says_so_in_the_dry_run(dry_run):
    job = dry_run(HEAD + 'Ben,"Be"rg,,,,\n')
    assert "Line 2: the quotation marks do not match." in job.options["problem"]


def test_a_mark_without_a_letter_is_an_empty_file(upload):
    answer = upload(b"\xef\xbb\xbf")
    assert answer.status_code == 422
    assert "The file is empty." in answer.content.decode()


def test_more_numbers_than_the_form_can_show_are_refused(cast, maya, run):
    held = [Number(f"+1602555010{at}") for at in range(5)]
    create_contact(actor=maya, facts=Facts(first_name="Anna", email="anna@x.example", numbers=held))
    many = "; ".join(f"602555012{at}" for at in range(7))
    job = run(HEAD + f"Ben,Berg,{many},,,\nAnna,,6025550131; 6025550132,anna@x.example,,\n")
    assert judged(job) == [("skip", "A contact has at most 6 numbers.")] * 2


def test_a_couple_that_shares_an_email_stays_two(cast, maya, run):
    john = create_contact(actor=maya, facts=Facts(first_name="John", last_name="Berg", email="berg@x.example"))
    job = run(HEAD + "Anna,Berg,,berg@x.example,3/14/1988,\nJohn,Berg,6025550121,berg@x.example,,\n")
    john.refresh_from_db()
    assert john.name == "John Berg"
    assert judged(job)[0] == ("skip", "A contact of another name has this email.")


@pytest.mark.parametrize("before", [{}, {"text": False}, {"text": True}])
def test_tags_and_consent_of_known_ones_are_taken_back_too(cast, maya, run, client, before):
    facts = Facts(first_name="Anna", email="anna@x.example", consents=before)
    anna = create_contact(actor=maya, facts=facts)
    add_tag(actor=maya, contact=anna, name="VIP")
    job = run("First Name,Email,Tags,SMS consent\nAnna,anna@x.example,VIP; Botox,yes\n")
    assert records.consents_of(anna) == {"text": True}
    client.post(f"/contacts/import/{job.pk}/undo/")
    drain("contact_jobs")
    assert list(anna.tags.values_list("name", flat=True)) == ["VIP"]
    assert records.consents_of(anna) == before


def test_columns_become_fields_of_the_practices_own_and_go_again(cast, maya, run, client):
    def make(kind, name, **more):
        return add_field(actor=maya, kind=kind, facts=FieldFacts(name=name, group="Skin", **more))

    skin, areas = (
        make("dropdown", "Skin type", options=("I", "II")),
        make("multi_select", "Areas", options=("A", "B, c")),
    )
    budget, visit, agreed = make("money", "Budget"), make("date", "First visit"), make("checkbox", "Agreed")
    make("file", "Scans", settings={"formats": ["pdf"], "most_files": 1, "most_mb": 1})
    set_value(actor=maya, contact=cast.grace, field=budget, stored=Stored("7.00"))
    head = "Name,Phone,Skin Type,areas,Budget,First visit,Agreed,Scans\n"
    grace = 'Grace Park,602-555-0147,ii,"B, c","$1,234.50",3/14/2026,,\n'
    wrong = [
        f"Anna Berg,602555012{at},{cells},\n"
        for at, cells in enumerate(("III,,,,", ",A; x,,,", ",,much,,", ",,,2026-02-31,", ",,,,perhaps"))
    ]
    job = run(head + grace + 'Ben Dahl,6025550130,I,"A; B, c",,"Mar 14, 2026",yes,\n' + "".join(wrong))
    assert [action for action, _ in judged(job)] == ["update", "create", *["skip"] * 5]
    assert [reason.split(":")[0] for _, reason in judged(job)[2:]] == [
        *("Skin type", "Areas", "Budget", "First visit", "Agreed"),
    ]

    def said(name):
        values = people(cast)[name].field_values.select_related("field")
        return {value.field.key: (value.text, value.number, value.day) for value in values if value.text}

    both = [option["id"] for option in areas.options]
    assert said("Ben Dahl") == {
        "skin_type": (skin.options[0]["id"], None, None),
        "areas": (f"|{both[0]}|{both[1]}|", None, None),
        "first_visit": ("2026-03-14", None, dt.date(2026, 3, 14)),
        "agreed": ("yes", None, None),
    }
    assert said("Grace Park")["budget"] == ("1234.50", 1234.5, None)
    assert said("Grace Park")["areas"][0] == f"|{both[1]}|"
    set_value(actor=maya, contact=cast.grace, field=visit, stored=Stored("2026-05-01", day=dt.date(2026, 5, 1)))
    client.post(f"/contacts/import/{job.pk}/undo/")
    drain("contact_jobs")
    assert "Ben Dahl" not in people(cast)
    assert {key: text for key, (text, _, _) in said("Grace Park").items()} == {
        "budget": "7.00",
        "first_visit": "2026-05-01",  # somebody's since
    }
    assert agreed.values.count() == 0


def test_a_field_that_is_archived_before_the_import_takes_nothing(cast, maya, dry_run, client):
    field = add_field(actor=maya, kind="text", facts=FieldFacts(name="Pharmacy", group=""))
    job = dry_run("Name,Phone,Pharmacy\nAnna Berg,6025550121,CVS\n")
    set_archived(actor=maya, field=field, archived=True)
    client.post(f"/contacts/import/{job.pk}/start/")
    drain("contact_jobs")
    assert judged(job) == [("skip", "A column becomes a field that is archived meanwhile.")]
