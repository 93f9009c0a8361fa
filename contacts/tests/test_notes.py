"""Notes: nobody loses a word, nobody sees another's, deleting hides."""

import pytest

from aesthetix.audit.models import AuditEntry
from aesthetix.events.models import Event
from aesthetix.practices.actor import Actor
from contacts.models import Contact, Draft, Note
from contacts.services import notes
from contacts.services.drafts import draft_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def maya(cast):
    return Actor(practice=cast.glow, staff=cast.maya)


@pytest.fixture
def jordan(cast):
    return Actor(practice=cast.glow, staff=cast.jordan)


@pytest.fixture
def note(cast, maya):
    return notes.add_note(actor=maya, contact=cast.grace, body="Prefers mornings")


def url(note, what=""):
    return f"/contacts/{note.contact_id}/notes/{note.pk}/{what}"


def wordings(note):
    return list(note.versions.values_list("number", "body", "author__user__name"))


def test_a_change_keeps_the_wording_before(note, jordan):
    notes.edit_note(actor=jordan, note=note, body="Prefers afternoons", version=1)
    assert wordings(note) == [(2, "Prefers afternoons", "Jordan Lee"), (1, "Prefers mornings", "Maya Chen")]


def test_who_comes_second_is_told_and_overwrites_nothing(note, maya, jordan):
    notes.edit_note(actor=jordan, note=note, body="Prefers afternoons", version=1)
    with pytest.raises(notes.StaleNote) as stale:
        notes.edit_note(actor=maya, note=note, body="Prefers evenings", version=1)
    assert stale.value.note.body == "Prefers afternoons"
    assert len(wordings(note)) == 2


def test_the_second_sees_both_and_may_save_theirs(note, jordan, cast, client):
    notes.edit_note(actor=jordan, note=note, body="Prefers afternoons", version=1)
    client.force_login(cast.maya.user)
    answer = client.post(url(note, "edit/"), {"body": "Prefers evenings", "version": 1}, headers={"HX-Request": "true"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Jordan Lee changed this note while you were writing." in page
    assert "Prefers afternoons" in page
    assert "Prefers evenings" in page
    client.post(url(note, "edit/"), {"body": "Prefers evenings", "version": 2}, headers={"HX-Request": "true"})
    assert [body for _, body, _ in wordings(note)] == ["Prefers evenings", "Prefers afternoons", "Prefers mornings"]


def test_saving_the_same_words_is_no_version(note, maya):
    notes.edit_note(actor=maya, note=note, body="Prefers mornings", version=1)
    assert len(wordings(note)) == 1


def test_deleting_hides_and_undo_brings_it_back(note, cast, client):
    client.force_login(cast.jordan.user)
    answer = client.post(url(note, "delete/"), headers={"HX-Request": "true"})
    page = answer.content.decode()
    assert "Prefers mornings" not in page
    assert url(note, "restore/") in page  # the toast takes it back
    client.post(url(note, "delete/"))
    assert Note.objects.for_practice(cast.glow).get().body == "Prefers mornings"
    client.post(url(note, "restore/"))
    client.post(url(note, "restore/"))
    assert Note.objects.for_practice(cast.glow).standing().get() == note
    said = AuditEntry.objects.for_practice(cast.glow).filter(object_type="contacts.note").order_by("id")
    assert list(said.values_list("action", flat=True)) == ["create", "delete", "restore"]


def test_events_and_audit_hold_no_words_of_it(note, maya, cast):
    notes.edit_note(actor=maya, note=note, body="Prefers afternoons", version=1)
    rows = [*Event.objects.for_practice(cast.glow), *AuditEntry.objects.for_practice(cast.glow)]
    assert not [row for row in rows if "Prefers" in str(row.__dict__)]


def test_pinned_notes_come_first(note, maya, cast):
    later = notes.add_note(actor=maya, contact=cast.grace, body="Later")
    notes.pin_note(actor=maya, note=note, pinned=True)
    assert list(Note.objects.for_practice(cast.glow).standing()) == [note, later]


@pytest.mark.parametrize(("body", "said"), [("  ", "Write the note first."), ("x" * 20_001, "at most 20,000")])
def test_an_empty_or_endless_note_is_refused_and_stays_in_the_field(body, said, cast, client):
    client.force_login(cast.maya.user)
    answer = client.post(f"/contacts/{cast.grace.pk}/notes/add/", {"body": body}, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Note.objects.for_practice(cast.glow).exists()


def test_a_note_is_found_under_its_own_record_only(note, cast, client):
    other = Contact.objects.create(practice=cast.glow, first_name="Lena")
    client.force_login(cast.maya.user)
    assert client.post(f"/contacts/{other.pk}/notes/{note.pk}/delete/").status_code == 404
    assert client.get(f"/contacts/{cast.grace.pk}/no-such-tool/").status_code == 404


def test_a_draft_is_kept_per_person_and_gone_when_it_is_saved(cast, maya, jordan, client):
    client.force_login(cast.maya.user)
    place = f"/contacts/{cast.grace.pk}/drafts/note/"
    for body in ("Half", "Half a sen"):
        assert client.post(place, {"body": body}).status_code == 204
    assert draft_of(actor=maya, contact=cast.grace, place="note").body == "Half a sen"
    assert draft_of(actor=jordan, contact=cast.grace, place="note") is None
    assert "Half a sen" in client.get(f"/contacts/{cast.grace.pk}/notes/").content.decode()
    client.post(f"/contacts/{cast.grace.pk}/notes/add/", {"body": "Half a sentence"})
    assert not Draft.objects.for_practice(cast.glow).exists()


def test_an_emptied_draft_is_forgotten_and_an_endless_one_refused(cast, client):
    client.force_login(cast.maya.user)
    place = f"/contacts/{cast.grace.pk}/drafts/note/"
    client.post(place, {"body": "Half"})
    assert client.post(place, {"body": "x" * 20_001}).status_code == 422
    assert client.post(place, {"body": ""}).status_code == 204
    assert not Draft.objects.for_practice(cast.glow).exists()


def test_reading_how_it_was_before_is_audited(note, cast, client):
    client.force_login(cast.jordan.user)
    assert "Prefers mornings" in client.get(url(note, "versions/")).content.decode()
    entry = AuditEntry.objects.for_practice(cast.glow).get(action="view", object_type="contacts.note")
    assert (entry.staff, entry.contact_id) == (cast.jordan, cast.grace.pk)


def test_a_change_to_a_note_that_was_deleted_meanwhile_brings_it_back(note, maya, jordan, cast):
    notes.delete_note(actor=maya, note=note)
    notes.edit_note(actor=jordan, note=note, body="Prefers afternoons", version=1)
    assert Note.objects.for_practice(cast.glow).standing().get().body == "Prefers afternoons"
