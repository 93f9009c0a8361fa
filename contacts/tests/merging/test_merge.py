from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction

from aesthetix.audit.models import AuditEntry
from aesthetix.events.models import Event, Notification
from aesthetix.practices.actor import Actor
from contacts.custom_fields import Stored
from contacts.merging import registry
from contacts.merging.following import ids_of, survivor_id
from contacts.merging.values import compare_values
from contacts.models import Consent, Contact, ContactPhone, Draft, DuplicatePair, FieldValue, Job, Merge
from contacts.services.custom_fields import set_value
from contacts.services.duplicates import dismiss, store_pairs
from contacts.services.merging import CannotMerge, StalePreview, merge_contacts
from contacts.services.records import consents_of, facts_of, update_contact
from contacts.tests.merging.conftest import HERS, OLD
from contacts.tests.merging.world import counts, exists, notes_of, person, skin_type
from conversations.models import Item, Message, OptOut, Thread
from conversations.services.gate import preview
from documents.models import Document, Folder
from documents.services.keeping import add_folder
from telephony.models import Call
from workflows.models import Enrollment

pytestmark = pytest.mark.django_db


def fresh(contact):
    return Contact.objects.for_practice(contact.practice_id).get(pk=contact.pk)


def merge(maya, anna, twin, **more):
    return merge_contacts(actor=maya, keep=anna.pk, other=twin.pk, **more)


def test_everything_stands_on_the_record_that_stays(cast, maya, anna, twin, full):
    merge(maya, anna, twin)
    assert not exists(twin)
    for model in (Call, Enrollment, Document, Consent):
        assert model.objects.for_practice(cast.glow).filter(contact=anna).count() == 2, model
    assert notes_of(anna).count() == anna.tasks.count() == 2
    assert Item.objects.for_practice(cast.glow).filter(thread=anna.thread).count() == 4
    assert Message.objects.for_practice(cast.glow).filter(thread=anna.thread).count() == 2
    assert {row.contact_id for row in Notification.objects.for_practice(cast.glow)} == {anna.pk}
    assert Thread.objects.for_practice(cast.glow).filter(contact=anna).get().unread_count == 2


def test_no_row_is_lost_but_those_that_became_one(cast, maya, anna, twin, full):
    before = counts()
    merge(maya, anna, twin)
    after = counts()
    one_less = {
        "contacts.Contact": 1,
        "contacts.Contact_tags": 1,  # both had the tag
        "contacts.Draft": 1,  # written on by the same person
        "contacts.FieldValue": 1,
        "conversations.Thread": 1,
        "documents.Folder": 1,  # of the same name
    }
    assert {label: before[label] - after[label] for label in before if before[label] != after[label]} == one_less


def test_the_value_that_was_chosen_wins(maya, anna, twin):
    merge(maya, anna, twin, choices={"first_name": "other", "email": "other"})
    anna = fresh(anna)
    assert (anna.first_name, anna.last_name, anna.email) == ("Ana", "Berg", "a.berg@example.com")
    assert (anna.lead_source, anna.alert) == ("Website", "Latex"), "nothing was said there"
    assert anna.search_text == "ana berg a.berg@example.com 16025550141 16025550142"


def test_two_alerts_are_both_kept_by_themselves(maya, anna, twin):
    update_contact(actor=maya, contact=anna, facts=replace(facts_of(anna), alert="Lidocaine"))
    merge(maya, fresh(anna), twin)
    assert fresh(anna).alert == "Lidocaine; Latex"


@pytest.mark.parametrize("choices", [{"email": "both"}, {"email": "third"}, {"shoe_size": "keep"}])
def test_what_cannot_be_chosen_is_refused(maya, anna, twin, choices):
    with pytest.raises(ValidationError):
        merge(maya, anna, twin, choices=choices)
    assert exists(twin)


def test_custom_fields_are_chosen_too(cast, maya, anna, twin, full):
    field = skin_type(cast.glow)
    merge(maya, anna, twin, choices={f"cf-{field.pk}": "other"})
    value = FieldValue.objects.for_practice(cast.glow).get(contact=anna, field=field)
    assert (value.text, value.version) == (f"Type {twin.pk}", 2)


def test_picks_of_both_stand_together(cast, maya, anna, twin):
    field = skin_type(cast.glow, "multi_select", "interests")
    field.options = [{"id": "a", "label": "Botox"}, {"id": "b", "label": "Laser"}]
    field.save()
    set_value(actor=maya, contact=anna, field=field, stored=Stored("|a|"))
    set_value(actor=maya, contact=twin, field=field, stored=Stored("|b|"))
    merge(maya, anna, twin)
    assert FieldValue.objects.for_practice(cast.glow).get(contact=anna).text == "|a|b|"


# Numbers ------------------------------------------------------------------------------------


def test_it_answers_to_all_its_numbers(cast, maya, anna, twin):
    merge(maya, anna, twin)
    for number in (HERS, OLD):
        assert Contact.objects.for_practice(cast.glow).with_number(number).get() == anna
    assert [phone.number for phone in fresh(anna).phones.all()] == [HERS, OLD]


def test_the_main_number_can_be_the_other_one(maya, anna, twin):
    merge(maya, anna, twin, choices={"main_number": "other"})
    assert fresh(anna).main_number == OLD


def test_a_number_of_both_is_one_then_and_its_first_contact_stays_first(cast, maya):
    first, second = person(cast, "Anna", "Berg", HERS), person(cast, "Anna", "Berg", HERS, OLD)
    child = person(cast, "Tom", "Berg", HERS)
    merge_contacts(actor=maya, keep=second.pk, other=first.pk)
    phones = ContactPhone.objects.for_practice(cast.glow).filter(number=HERS)
    assert {(phone.contact_id, phone.is_shared) for phone in phones} == {(second.pk, False), (child.pk, True)}


# Consent ------------------------------------------------------------------------------------


def consent(contact, granted, **at):
    Consent.objects.create(practice=contact.practice, contact=contact, channel="text", granted=granted, **at)


@pytest.mark.parametrize("refuses", ["anna", "twin"])
def test_an_opt_out_is_never_lost(cast, maya, anna, twin, clock, refuses):
    people = {"anna": anna, "twin": twin}
    consent(people[refuses], False)
    clock.tick(days=1)
    for name, contact in people.items():
        if name != refuses:
            consent(contact, True)  # the newer answer is a yes
    merge(maya, anna, twin)
    assert consents_of(fresh(anna)) == {"text": False}


def test_two_who_agreed_still_agree(maya, anna, twin):
    consent(anna, True)
    consent(twin, True)
    merge(maya, anna, twin)
    assert consents_of(fresh(anna)) == {"text": True}


def test_a_stop_from_one_number_counts_for_the_person(cast, maya, anna, twin):
    OptOut.objects.create(practice=cast.glow, address=OLD, source="Replied STOP")
    assert preview(cast.glow, anna, None, body="Hi").checks[2].passed
    merge(maya, anna, twin)
    verdict = preview(cast.glow, fresh(anna), None, body="Hi")
    assert not verdict.passed
    assert verdict.checks[-1].check == "consent"


# Papers, drafts, pairs ----------------------------------------------------------------------


def test_folders_of_one_name_are_united_all_the_way_down(cast, maya, anna, twin):
    for contact in (anna, twin):
        top = add_folder(actor=maya, contact=contact, name="Consents" if contact == anna else "consents")
        inner = add_folder(actor=maya, contact=contact, name="2026", parent=top)
        Document.objects.create(practice=cast.glow, contact=contact, folder=inner, name="a.pdf", size=1)
        add_folder(actor=maya, contact=contact, name=f"of {contact.first_name}", parent=top)
    merge(maya, anna, twin)
    folders = Folder.objects.for_practice(cast.glow)
    assert sorted(row.name for row in folders) == ["2026", "Consents", "of Ana", "of Anna"]
    assert {row.contact_id for row in folders} == {anna.pk}
    assert Document.objects.for_practice(cast.glow).filter(folder__name="2026", contact=anna).count() == 2


def test_two_documents_of_one_source_are_both_kept(cast, maya, anna, twin):
    for contact in (anna, twin):
        Document.objects.create(practice=cast.glow, contact=contact, name="a.pdf", size=1, source="form", source_id="7")
    merge(maya, anna, twin)
    assert Document.objects.for_practice(cast.glow).filter(contact=anna, source="form").count() == 2


def test_what_one_had_begun_to_write_on_both_is_one_text(cast, maya, anna, twin, full):
    merge(maya, anna, twin)
    assert Draft.objects.for_practice(cast.glow).get().body == f"Begun {anna.pk}\n\nBegun {twin.pk}"


def test_who_is_not_the_one_is_not_the_other_either(cast, maya, anna, twin):
    other = person(cast, "Anna", "Berg", OLD)
    store_pairs(cast.glow, [twin.pk])
    dismiss(actor=maya, pair=DuplicatePair.objects.for_practice(cast.glow).get(first=twin, second=other))
    merge(maya, anna, twin)
    store_pairs(cast.glow, [anna.pk])
    assert DuplicatePair.objects.for_practice(cast.glow).get(first=anna, second=other).dismissed_at


def test_a_bulk_action_under_way_deals_with_the_survivor(cast, maya, anna, twin):
    job = Job.objects.create(practice=cast.glow, staff=cast.maya, kind="tag", picks=[twin.pk])
    merge(maya, anna, twin)
    job.refresh_from_db()
    assert job.picks == [anna.pk]


# Said, followed, refused ----------------------------------------------------------------------


def test_it_is_said_on_both_records(cast, maya, anna, twin, full):
    merge(maya, anna, twin)
    rows = AuditEntry.objects.for_practice(cast.glow).filter(action="merge")
    on_anna, on_twin = rows.get(contact_id=anna.pk), rows.get(contact_id=twin.pk)
    assert on_anna.changes["notes"] == 1
    assert on_anna.changes["record"] == twin.pk
    assert on_twin.changes == {"record": anna.pk}
    assert Event.objects.for_practice(cast.glow).filter(type="thread.updated", contact_id=anna.pk).exists()


def test_the_old_id_leads_on_through_any_number_of_merges(cast, maya, anna, twin):
    third = person(cast, "Anne", "Berg")
    merge(maya, anna, twin)
    merge_contacts(actor=maya, keep=third.pk, other=anna.pk)
    assert survivor_id(cast.glow, twin.pk) == survivor_id(cast.glow, anna.pk) == third.pk
    assert survivor_id(cast.glow, third.pk) is None
    assert survivor_id(cast.other, twin.pk) is None
    assert set(ids_of(third)) == {third.pk, anna.pk, twin.pk}


def test_a_record_is_not_merged_with_itself(maya, anna):
    with pytest.raises(CannotMerge, match="one record already"):
        merge_contacts(actor=maya, keep=anna.pk, other=anna.pk)


def test_nor_with_one_of_another_practice(cast, maya, anna):
    for keep, other in ((anna, cast.stranger), (cast.stranger, anna)):
        with pytest.raises(Contact.DoesNotExist):
            merge_contacts(actor=maya, keep=keep.pk, other=other.pk)


def test_nor_with_one_that_was_merged_meanwhile(cast, maya, anna, twin):
    merge(maya, anna, twin)
    with pytest.raises(CannotMerge, match="a moment ago"):
        merge(maya, anna, twin)
    with pytest.raises(CannotMerge, match="a moment ago"):
        merge_contacts(actor=maya, keep=twin.pk, other=cast.grace.pk)
    assert Merge.objects.for_practice(cast.glow).count() == 1


def test_a_preview_that_is_not_true_any_more_merges_nothing(maya, anna, twin):
    mark = compare_values(anna, twin).mark
    update_contact(actor=maya, contact=twin, facts=replace(facts_of(twin), first_name="Annika"))
    with pytest.raises(StalePreview):
        merge(maya, anna, twin, mark=mark)
    assert exists(twin)
    merge(maya, anna, twin, mark=compare_values(anna, fresh(twin)).mark)


def test_assigned_only_people_cannot(cast, anna, twin):
    priya = Actor(practice=cast.glow, staff=cast.priya)
    Contact.objects.for_practice(cast.glow).update(assigned_to=cast.priya)
    with pytest.raises(PermissionDenied):
        merge(priya, anna, twin)
    assert exists(twin)


def test_a_named_record_is_no_unverified_caller(cast, maya, anna):
    caller = person(cast, "", "", OLD)
    Contact.objects.for_practice(cast.glow).filter(pk__in=[caller.pk]).update(unverified_caller=True)
    merge_contacts(actor=maya, keep=caller.pk, other=anna.pk)
    assert fresh(caller).unverified_caller is False
    assert fresh(caller).name == "Anna Berg"


def test_the_database_refuses_what_no_room_took_along(cast, maya, anna, twin, full, monkeypatch):
    """A part that is missing must end in an error, never in rows that are gone."""
    without = [part for part in registry._parts if "contacts.Note.contact" not in part.covers]
    monkeypatch.setattr(registry, "_parts", without)

    @transaction.atomic
    def try_it():
        merge(maya, anna, twin)
        connection.check_constraints()

    with pytest.raises(IntegrityError):
        try_it()
    assert notes_of(twin).count() == 1
