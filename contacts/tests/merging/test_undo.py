import datetime as dt
from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied

from aesthetix.audit.models import AuditEntry
from aesthetix.events.due import drain_all
from aesthetix.practices.actor import Actor
from contacts.models import Consent, Contact, ContactPhone, Merge
from contacts.services.merging import CannotUndo, merge_contacts, undo_merge, why_not_undo
from contacts.services.notes import add_note, edit_note
from contacts.services.records import facts_of, update_contact
from contacts.services.tags import remove_tag
from contacts.tests.merging.conftest import HERS, OLD
from contacts.tests.merging.world import exists, furnish, notes_of, person, picture, text
from conversations.models import Thread
from conversations.services.threads import mark_read

pytestmark = pytest.mark.django_db


@pytest.fixture
def merged(maya, anna, twin, full):
    before = picture()
    return before, merge_contacts(actor=maya, keep=anna.pk, other=twin.pk, choices={"email": "other"})


def fresh(contact):
    return Contact.objects.for_practice(contact.practice_id).get(pk=contact.pk)


def test_everything_is_as_it_was(maya, merged):
    before, merge = merged
    undo_merge(actor=maya, merge=merge)
    assert picture() == before


def test_everything_is_as_it_was_days_later_too(maya, merged, clock):
    before, merge = merged
    clock.tick(days=29)
    undo_merge(actor=maya, merge=merge)
    assert picture() == before


def test_what_came_since_stays_with_the_survivor(cast, maya, anna, twin, merged):
    _, merge = merged
    add_note(actor=maya, contact=anna, body="After the merge")
    text(cast.glow, anna, "later")
    undo_merge(actor=maya, merge=merge)
    assert {note.body for note in notes_of(anna)} == {f"Note {anna.pk}", "After the merge"}
    assert notes_of(twin).get().body == f"Note {twin.pk}"
    assert fresh(anna).thread.items.count() == 3
    assert fresh(twin).thread.items.count() == 2


def test_what_people_changed_since_stays_changed(cast, maya, anna, twin, full, merged):
    _, merge = merged
    update_contact(actor=maya, contact=fresh(anna), facts=replace(facts_of(fresh(anna)), email="new@example.com"))
    edit_note(actor=maya, note=full[1].note, body="Said better", version=1)
    undo_merge(actor=maya, merge=merge)
    assert fresh(anna).email == "new@example.com"
    assert fresh(twin).email == "a.berg@example.com"
    assert notes_of(twin).get().body == "Said better"
    assert "new@example.com" in fresh(anna).search_text


def test_numbers_and_tags_that_were_taken_off_since_are_back_on_their_own_record(cast, maya, anna, twin, merged):
    _, merge = merged
    update_contact(actor=maya, contact=fresh(anna), facts=replace(facts_of(fresh(anna)), numbers=[]))
    remove_tag(actor=maya, contact=fresh(anna), name="VIP")
    undo_merge(actor=maya, merge=merge)
    assert [phone.number for phone in fresh(twin).phones.all()] == [OLD]
    assert [tag.name for tag in fresh(twin).tags.all()] == ["VIP"]
    assert not fresh(anna).phones.exists(), "people took it off; the merge had not brought it"


def test_a_number_that_somebody_else_has_meanwhile_is_shared(cast, maya, anna, twin, merged):
    _, merge = merged
    update_contact(actor=maya, contact=fresh(anna), facts=replace(facts_of(fresh(anna)), numbers=[]))
    other = person(cast, "Tom", "Berg", OLD)
    undo_merge(actor=maya, merge=merge)
    phones = ContactPhone.objects.for_practice(cast.glow).filter(number=OLD)
    assert {(phone.contact_id, phone.is_shared) for phone in phones} == {(other.pk, False), (twin.pk, True)}


def test_a_number_never_lacks_its_first_contact(cast, maya):
    keep, other = person(cast, "Anna", "Berg", HERS), person(cast, "Anna", "Berg", HERS)
    merge = merge_contacts(actor=maya, keep=keep.pk, other=other.pk)
    update_contact(actor=maya, contact=fresh(keep), facts=replace(facts_of(fresh(keep)), numbers=[]))
    undo_merge(actor=maya, merge=merge)
    phone = ContactPhone.objects.for_practice(cast.glow).get(number=HERS)
    assert (phone.contact_id, phone.is_shared) == (other.pk, False)


def test_what_was_read_stays_read_and_new_ones_count(cast, maya, anna, twin, merged):
    _, merge = merged
    thread = Thread.objects.for_practice(cast.glow).get(contact=anna)
    mark_read(actor=maya, thread=thread)
    Thread.objects.for_practice(cast.glow).filter(pk=thread.pk).update(unread_count=1)  # a new one
    undo_merge(actor=maya, merge=merge)
    assert fresh(anna).thread.unread_count == 0 or fresh(anna).thread.unread_count == 1
    assert fresh(twin).thread.unread_count == 1


def test_the_strict_answer_goes_again_but_not_one_that_was_given_since(cast, maya, anna, twin):
    Consent.objects.create(practice=cast.glow, contact=twin, channel="text", granted=False, source="Form")
    Consent.objects.create(practice=cast.glow, contact=anna, channel="text", granted=True, source="Form")
    merge = merge_contacts(actor=maya, keep=anna.pk, other=twin.pk)
    Consent.objects.create(practice=cast.glow, contact=anna, channel="email", granted=True, source="Asked")
    undo_merge(actor=maya, merge=merge)
    assert sorted(anna.consents.values_list("channel", "granted")) == [("email", True), ("text", True)]
    assert list(twin.consents.values_list("channel", "granted")) == [("text", False)]


# Merges of merges -----------------------------------------------------------------------------


def test_merges_of_merges_are_undone_from_the_last_one(cast, maya, anna, twin, full):
    third = person(cast, "Anne", "Berg", "+16025550143")
    furnish(cast, third, tag="Member", folder="Photos")
    start = picture()
    first = merge_contacts(actor=maya, keep=anna.pk, other=twin.pk)
    between = picture()
    second = merge_contacts(actor=maya, keep=third.pk, other=anna.pk)
    with pytest.raises(CannotUndo, match="Anna Berg was itself merged into another record since. Undo that first"):
        undo_merge(actor=maya, merge=first)
    undo_merge(actor=maya, merge=second)
    assert picture() == between
    undo_merge(actor=maya, merge=first)
    assert picture() == start


def test_two_merges_into_one_record_are_undone_from_the_last_one(cast, maya, anna, twin, full):
    third = person(cast, "Anne", "Berg", OLD, email="anne@example.com")
    furnish(cast, third)
    start = picture()
    first = merge_contacts(actor=maya, keep=anna.pk, other=twin.pk, choices={"email": "other"})
    second = merge_contacts(actor=maya, keep=anna.pk, other=third.pk, choices={"email": "other"})
    with pytest.raises(CannotUndo, match="Anne Berg was merged into this record since"):
        undo_merge(actor=maya, merge=first)
    undo_merge(actor=maya, merge=second)
    undo_merge(actor=maya, merge=first)
    assert picture() == start


def test_merged_again_after_an_undo(maya, anna, twin, merged):
    before, merge = merged
    undo_merge(actor=maya, merge=merge)
    again = merge_contacts(actor=maya, keep=anna.pk, other=twin.pk)
    undo_merge(actor=maya, merge=again)
    assert picture() == before


# Not any more -----------------------------------------------------------------------------------


def test_twice_is_once(maya, twin, merged):
    _, merge = merged
    undo_merge(actor=maya, merge=merge)
    with pytest.raises(CannotUndo, match="undone already"):
        undo_merge(actor=maya, merge=merge)
    assert exists(twin)


def test_after_thirty_days_it_stays_and_what_it_kept_is_forgotten(cast, maya, anna, twin, merged, clock):
    _, merge = merged
    clock.tick(days=30, seconds=1)
    with pytest.raises(CannotUndo, match="30 days"):
        undo_merge(actor=maya, merge=merge)
    drain_all()
    merge.refresh_from_db()
    assert (merge.journal, merge.merged_name) == ([], "")
    assert why_not_undo(merge)
    assert merge.survivor_id == anna.pk


def test_a_survivor_that_is_gone_says_so(cast, maya, anna, twin):
    merge = merge_contacts(actor=maya, keep=anna.pk, other=twin.pk)
    fresh(anna).delete()
    with pytest.raises(CannotUndo, match="not there any more"):
        undo_merge(actor=maya, merge=merge)


def test_assigned_only_people_and_outsiders_cannot(cast, twin, merged):
    _, merge = merged
    with pytest.raises(PermissionDenied):
        undo_merge(actor=Actor(practice=cast.glow, staff=cast.priya), merge=merge)
    with pytest.raises(Merge.DoesNotExist):
        undo_merge(actor=Actor(practice=cast.other, staff=cast.outsider), merge=merge)
    assert not exists(twin)


def test_it_is_said_on_both_records(cast, maya, anna, twin, merged):
    _, merge = merged
    undo_merge(actor=maya, merge=merge)
    rows = AuditEntry.objects.for_practice(cast.glow).filter(action="unmerge")
    assert {row.contact_id for row in rows} == {anna.pk, twin.pk}


def test_the_old_id_leads_nowhere_else_then(cast, maya, twin, merged):
    from contacts.merging.following import survivor_id

    _, merge = merged
    undo_merge(actor=maya, merge=merge)
    assert survivor_id(cast.glow, twin.pk) is None


def test_thirty_days_are_counted_from_the_merge(merged):
    _, merge = merged
    assert merge.due_at - merge.at >= dt.timedelta(days=30) - dt.timedelta(seconds=1)
