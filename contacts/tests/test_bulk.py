"""Bulk actions and exports: the number that was read, each contact once, nobody's but one's own."""

import csv
import io

import pytest

from aesthetix.audit.models import AuditEntry
from aesthetix.events.due import drain
from aesthetix.lib.cells import FORMULA
from aesthetix.practices.actor import Actor
from aesthetix.practices.services.staff import mark_left
from contacts.custom_fields import Stored
from contacts.models import Contact, Job, Tag
from contacts.services import bulk, export, jobs
from contacts.services.custom_fields import FieldFacts, add_field, set_archived, set_value
from contacts.services.numbers import Number
from contacts.services.records import Facts, create_contact

pytestmark = pytest.mark.django_db


@pytest.fixture
def crowd(cast, clock, settings, tmp_path):
    local = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": local}
    Contact.objects.bulk_create(
        Contact(practice=cast.glow, first_name=f"P{at}", search_text=f"p{at}", unverified_caller=True)
        for at in range(5)
    )
    return cast


@pytest.fixture
def act(client):
    """`act(staff, "tag", number, …)`: what the confirmation page posts."""

    def do(staff, action, sure, **more):
        client.force_login(staff.user)
        return client.post("/contacts/bulk/start/", {"action": action, "sure": sure, **more})

    return do


def tagged(practice, name):
    return Contact.objects.for_practice(practice).filter(tags__name=name)


def test_the_number_is_named_before_anything_happens(crowd, client):
    client.force_login(crowd.maya.user)
    page = client.post("/contacts/bulk/", {"action": "tag", "query": "unverified=1"}).content.decode()
    assert "Add a tag to 5 contacts" in page
    assert not Job.objects.for_practice(crowd.glow).exists()


def test_all_of_a_list_are_tagged_each_once_and_audited(crowd, act, monkeypatch):
    monkeypatch.setattr(bulk, "SLICE", 2)
    already = Contact.objects.for_practice(crowd.glow).get(first_name="P1")
    already.tags.add(Tag.objects.create(practice=crowd.glow, name="Recall"))
    assert act(crowd.maya, "tag", 5, query="unverified=1", tag="recall").status_code == 302
    drain("contact_jobs")
    job = Job.objects.for_practice(crowd.glow).get()
    assert (job.state, job.done, job.skipped) == ("done", 4, 1)
    assert tagged(crowd.glow, "Recall").count() == 5
    said = AuditEntry.objects.for_practice(crowd.glow).filter(action="tag", object_type="contacts.contact")
    assert said.count() == said.values("contact_id").distinct().count() == 4


def test_those_that_leave_the_list_by_the_change_move_nobody_else(crowd, act, monkeypatch):
    monkeypatch.setattr(bulk, "SLICE", 2)
    act(crowd.maya, "assign", 5, query="unverified=1&assigned=none", assignee=crowd.jordan.pk)
    drain("contact_jobs")
    assert Contact.objects.for_practice(crowd.glow).filter(assigned_to=crowd.jordan).count() == 5


def test_who_comes_later_is_not_part_of_it(crowd, act):
    act(crowd.maya, "tag", 5, query="unverified=1", tag="Recall")
    Contact.objects.create(practice=crowd.glow, first_name="Late", unverified_caller=True)
    drain("contact_jobs")
    assert tagged(crowd.glow, "Recall").count() == 5


def test_another_number_than_the_one_that_was_read_starts_nothing(crowd, act):
    answer = act(crowd.maya, "tag", 4, query="unverified=1", tag="Recall")
    assert answer.status_code == 422
    assert "The list has changed since you read the number." in answer.content.decode()
    assert not Job.objects.for_practice(crowd.glow).exists()


@pytest.mark.parametrize(
    ("action", "more", "said"),
    [
        ("tag", {"tag": " "}, "A tag has 1 to 40 characters."),
        ("untag", {"old_tag": ""}, "Choose a tag."),
        ("untag", {"old_tag": "99999"}, "not one of the available choices"),
        ("tag", {"tag": "x", "picks": "1,x"}, "contacts can be ticked or searched for"),
    ],
)
def test_what_is_missing_is_said(crowd, act, action, more, said):
    answer = act(crowd.maya, action, 5, query="unverified=1", **more)
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_ticked_ones_only_and_never_those_that_one_does_not_see(crowd, act):
    others = Contact.objects.for_practice(crowd.glow).get(first_name="P1")
    picks = f"{crowd.grace.pk},{others.pk},{crowd.stranger.pk}"
    assert act(crowd.priya, "tag", 1, picks=picks, tag="Mine").status_code == 302
    drain("contact_jobs")
    assert list(tagged(crowd.glow, "Mine")) == [crowd.grace]


def test_assigning_needs_all_data_and_exporting_its_own_right(crowd, act):
    assert act(crowd.priya, "assign", 1, picks=str(crowd.grace.pk)).status_code == 403
    assert act(crowd.jordan, "export", 5, query="unverified=1").status_code == 403
    crowd.jordan.may_export = True
    crowd.jordan.save()
    assert act(crowd.jordan, "export", 5, query="unverified=1").status_code == 302


def test_a_worker_that_dies_in_the_middle_neither_skips_nor_repeats(crowd, act, clock, monkeypatch):
    monkeypatch.setattr(bulk, "SLICE", 2)
    act(crowd.maya, "tag", 5, query="unverified=1", tag="Recall")
    saved, real = [], jobs._save

    def dies_after_two(held):
        real(held)
        saved.append(held.cursor)
        if len(saved) == 2:
            raise RuntimeError("killed")

    monkeypatch.setattr(jobs, "_save", dies_after_two)
    drain("contact_jobs")
    assert tagged(crowd.glow, "Recall").count() == 2
    clock.tick(minutes=5)
    drain("contact_jobs")
    job = Job.objects.for_practice(crowd.glow).get()
    assert (job.state, job.done, tagged(crowd.glow, "Recall").count()) == ("done", 5, 5)
    assert AuditEntry.objects.for_practice(crowd.glow).filter(action="tag").count() == 5


def test_stopping_keeps_what_was_done(crowd, act, client):
    act(crowd.maya, "tag", 5, query="unverified=1", tag="Recall")
    job = Job.objects.for_practice(crowd.glow).get()
    client.post(f"/contacts/jobs/{job.pk}/cancel/")
    drain("contact_jobs")
    job.refresh_from_db()
    assert (job.state, tagged(crowd.glow, "Recall").count()) == ("cancelled", 0)


def test_a_starter_who_left_changes_nothing_more(crowd, act, clock):
    act(crowd.jordan, "tag", 5, query="unverified=1", tag="Recall")
    crowd.jordan.left_at = clock.at
    crowd.jordan.save()
    drain("contact_jobs")
    assert Job.objects.for_practice(crowd.glow).get().state == "cancelled"
    assert not tagged(crowd.glow, "Recall").exists()


def exported(client, job):
    answer = client.get(f"/contacts/jobs/{job.pk}/file/")
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment")
    return list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))


def test_an_export_has_everybody_of_the_list_and_no_formula(crowd, act, client, clock, monkeypatch):
    monkeypatch.setattr(export, "SLICE", 2)
    actor = Actor(practice=crowd.glow, staff=crowd.maya)
    facts = Facts(first_name="=HYPERLINK(1)", last_name="@x", email="a@b.example", numbers=[Number("+442079460018")])
    create_contact(actor=actor, facts=facts)
    act(crowd.maya, "export", 7, query="")
    drain("contact_jobs")
    job = Job.objects.for_practice(crowd.glow).get()
    head, *rows = exported(client, job)
    assert len(rows) == 7
    assert [row for row in rows if row[1] == "'=HYPERLINK(1)" and row[2] == "'@x"]
    assert not [cell for row in rows for cell in row if cell.startswith(FORMULA)]
    taken = AuditEntry.objects.for_practice(crowd.glow).get(action="download")
    assert taken.changes == {"rows": 7}


def test_an_export_is_for_its_starter_and_admins_and_forgotten_after_a_week(crowd, act, client, clock):
    act(crowd.maya, "export", 5, query="unverified=1")
    drain("contact_jobs")
    job = Job.objects.for_practice(crowd.glow).get()
    for stranger in (crowd.jordan, crowd.outsider):
        client.force_login(stranger.user)
        assert client.get(f"/contacts/jobs/{job.pk}/file/").status_code == 404
    clock.tick(days=8)
    drain("contact_jobs")
    client.force_login(crowd.maya.user)
    assert client.get(f"/contacts/jobs/{job.pk}/file/").status_code == 404
    assert client.get(f"/contacts/jobs/{job.pk}/").status_code == 200


@pytest.mark.parametrize("gone", ["person", "field"])
def test_a_filter_that_is_gone_meanwhile_does_not_make_the_list_longer(crowd, act, monkeypatch, gone):
    """Bob leaves, or a field is archived, while a job for those of Bob runs."""
    actor = Actor(practice=crowd.glow, staff=crowd.maya)
    few = Contact.objects.for_practice(crowd.glow).filter(first_name__in=["P0", "P1"])
    few.update(assigned_to=crowd.jordan)
    field = add_field(actor=actor, kind="text", facts=FieldFacts(name="Skin", group=""))
    for contact in few:
        set_value(actor=actor, contact=contact, field=field, stored=Stored("III"))
    query = f"assigned={crowd.jordan.pk}" if gone == "person" else "cf-skin=III"
    assert act(crowd.maya, "tag", 2, query=query, tag="Recall").status_code == 302
    if gone == "person":
        mark_left(actor=actor, member=crowd.jordan, heir=None)
    else:
        set_archived(actor=actor, field=field, archived=True)
    drain("contact_jobs")
    assert tagged(crowd.glow, "Recall").count() == 0
    assert Job.objects.for_practice(crowd.glow).get().state == "done"


def test_an_older_export_is_not_for_somebody_who_sees_less_by_now(crowd, act, client):
    crowd.jordan.may_export = True
    crowd.jordan.save()
    act(crowd.jordan, "export", 6, query="")
    drain("contact_jobs")
    job = Job.objects.for_practice(crowd.glow).get()
    assert client.get(f"/contacts/jobs/{job.pk}/file/").status_code == 200
    crowd.jordan.data_access = "assigned"
    crowd.jordan.save()
    Contact.objects.for_practice(crowd.glow).update(assigned_to=crowd.jordan)
    assert client.get(f"/contacts/jobs/{job.pk}/file/").status_code == 404
    assert "Download CSV" not in client.get(f"/contacts/jobs/{job.pk}/").content.decode()


def test_an_export_of_ones_own_patients_is_ones_own_as_long_as_all_of_them_are(crowd, act, client):
    crowd.priya.may_export = True
    crowd.priya.save()
    act(crowd.priya, "export", 1, query="")
    drain("contact_jobs")
    job = Job.objects.for_practice(crowd.glow).get()
    assert client.get(f"/contacts/jobs/{job.pk}/file/").status_code == 200
    Contact.objects.for_practice(crowd.glow).filter(pk=crowd.grace.pk).update(assigned_to=crowd.jordan)
    assert client.get(f"/contacts/jobs/{job.pk}/file/").status_code == 404


def test_an_export_ends_when_its_starter_loses_the_right(crowd, act):
    crowd.jordan.may_export = True
    crowd.jordan.save()
    act(crowd.jordan, "export", 6, query="")
    crowd.jordan.may_export = False
    crowd.jordan.save()
    drain("contact_jobs")
    job = Job.objects.for_practice(crowd.glow).get()
    assert (job.state, bool(job.file)) == ("cancelled", False)


def test_with_nothing_ticked_a_search_means_those_it_found(crowd, act, client):
    client.force_login(crowd.maya.user)
    html = client.post("/contacts/?unverified=1", {"q": "p1"}).content.decode()
    assert "All 1 found:" in html
    page = client.post("/contacts/bulk/", {"action": "tag", "query": "unverified=1", "words": "p1"})
    assert "Add a tag to 1 contact" in page.content.decode()
    act(crowd.maya, "tag", 1, query="unverified=1", picks=page.context["picks"], tag="One")
    drain("contact_jobs")
    assert [contact.first_name for contact in tagged(crowd.glow, "One")] == ["P1"]


def test_a_search_that_finds_nobody_means_nobody(crowd, client):
    client.force_login(crowd.maya.user)
    page = client.post("/contacts/bulk/", {"action": "tag", "query": "", "words": "nobody"}).content.decode()
    assert "No contact is left in this list." in page


def test_a_search_that_finds_too_many_says_so(crowd, client, monkeypatch):
    monkeypatch.setattr(bulk, "MOST_PICKS", 3)
    client.force_login(crowd.maya.user)
    answer = client.post("/contacts/bulk/", {"action": "tag", "query": "", "words": "p"})
    assert answer.status_code == 422
    assert "At most 3 contacts can be ticked or searched for." in answer.content.decode()
