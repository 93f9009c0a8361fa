"""Records: what is written, who may see it, and what a family's shared number does."""

import datetime as dt
from dataclasses import replace

import pytest

from aesthetix.audit.models import AuditEntry
from aesthetix.events.models import Event
from aesthetix.practices.actor import Actor
from contacts.models import Consent, Contact, ContactPhone
from contacts.services.numbers import Number
from contacts.services.records import Facts, consents_of, create_contact, facts_of, update_contact

pytestmark = pytest.mark.django_db


@pytest.fixture
def maya(cast):
    return Actor(practice=cast.glow, staff=cast.maya)


@pytest.fixture
def priya(cast):
    return Actor(practice=cast.glow, staff=cast.priya)


def anna(**facts):
    return Facts(first_name="Anna", last_name="Zoë-Lund", numbers=[Number("+16025550121")], **facts)


def test_a_new_contact_is_audited_told_and_found(cast, maya):
    contact = create_contact(actor=maya, facts=anna(email="Anna@Example.com", birthday=dt.date(1990, 3, 14)))
    assert AuditEntry.objects.for_practice(cast.glow).get(contact_id=contact.pk).action == "create"
    event = Event.objects.for_practice(cast.glow).get(type="contact.created")
    assert (event.contact_id, event.payload) == (contact.pk, {})
    for words in ("anna", "LUND zoe", "(602) 555-0121", "555.0121", "+1 602 555 0121", "anna@example", "3/14/1990"):
        assert contact in Contact.objects.for_staff(cast.maya).matching(words), words
    for words in ("annabel", "602 555 0122", "4/14/1990", "anna 0122"):
        assert contact not in Contact.objects.for_staff(cast.maya).matching(words), words


def test_the_other_practice_finds_nothing(cast, maya):
    create_contact(actor=maya, facts=anna())
    assert not Contact.objects.for_staff(cast.outsider).matching("anna").exists()


def test_who_sees_only_assigned_contacts_is_assigned_to_their_new_ones(cast, priya):
    contact = create_contact(actor=priya, facts=anna(assigned_to=cast.jordan))
    assert contact.assigned_to == cast.priya


def test_who_sees_only_assigned_contacts_cannot_give_them_away(cast, priya):
    update_contact(actor=priya, contact=cast.grace, facts=replace(facts_of(cast.grace), assigned_to=cast.jordan))
    cast.grace.refresh_from_db()
    assert cast.grace.assigned_to == cast.priya


def test_saving_the_same_twice_writes_nothing_the_second_time(cast, maya):
    wanted = replace(facts_of(cast.grace), email="new@example.com")
    update_contact(actor=maya, contact=cast.grace, facts=wanted)
    update_contact(actor=maya, contact=cast.grace, facts=wanted)
    entry = AuditEntry.objects.for_practice(cast.glow).get(action="change")
    assert entry.changes == {"email": ["grace.park@example.com", "new@example.com"]}
    assert Event.objects.for_practice(cast.glow).filter(type="contact.updated").count() == 1


def test_a_caller_who_gets_a_name_is_no_longer_unverified(cast, maya):
    caller = Contact.objects.create(practice=cast.glow, unverified_caller=True)
    assert not update_contact(actor=maya, contact=caller, facts=anna()).unverified_caller


def test_a_family_shares_a_number_and_one_of_them_is_its_first(cast, maya):
    mother, child = (create_contact(actor=maya, facts=anna()) for _ in range(2))
    phones = ContactPhone.objects.for_practice(cast.glow).filter(number="+16025550121").order_by("id")
    assert [(phone.contact_id, phone.is_shared) for phone in phones] == [(mother.pk, False), (child.pk, True)]

    update_contact(actor=maya, contact=mother, facts=replace(facts_of(mother), numbers=[]))
    assert not ContactPhone.objects.for_practice(cast.glow).get(number="+16025550121").is_shared


def test_numbers_keep_their_order_and_come_once(cast, maya):
    numbers = [Number("+16025550122", "work"), Number("+16025550121"), Number("+16025550122", "home")]
    contact = create_contact(actor=maya, facts=replace(anna(), numbers=numbers))
    assert [one.number for one in facts_of(contact).numbers] == ["+16025550122", "+16025550121"]


def test_consent_is_kept_as_its_history(cast, maya):
    contact = create_contact(actor=maya, facts=anna(consents={"text": True}))
    update_contact(actor=maya, contact=contact, facts=replace(facts_of(contact), consents={"text": False}))
    assert consents_of(contact) == {"text": False}
    assert Consent.objects.for_practice(cast.glow).filter(contact=contact).count() == 2
