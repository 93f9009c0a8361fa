"""Creating and changing a contact's record."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import transaction

from aesthetix.audit import services as audit
from aesthetix.events import outbox
from aesthetix.lib import clock
from aesthetix.practices.actor import Actor
from aesthetix.practices.models import Staff
from contacts.models import Consent, Contact, CustomField
from contacts.search import search_text
from contacts.services.custom_fields import answer_field
from contacts.services.duplicates import look_at
from contacts.services.numbers import Number, numbers_of, replace_numbers

FACTS = ("first_name", "last_name", "email", "birthday", "assigned_to", "lead_source", "alert")
WHO = {"first_name", "last_name", "email", "birthday", "numbers"}  # what tells people apart


@dataclass(frozen=True)
class Facts:
    """A whole record as a form or a program states it. Numbers are E.164, the main one first;
    `consents` holds channels that were asked: `{"text": True}`."""

    first_name: str = ""
    last_name: str = ""
    email: str = ""
    birthday: dt.date | None = None
    assigned_to: Staff | None = None
    lead_source: str = ""
    alert: str = ""
    numbers: Sequence[Number] = ()
    consents: Mapping[str, bool] = field(default_factory=dict)

    def fields(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in FACTS}


def facts_of(contact: Contact) -> Facts:
    """The record as it is, to change a part of it with `dataclasses.replace`."""
    own = {name: getattr(contact, name) for name in FACTS}
    return Facts(**own, numbers=numbers_of(contact), consents=consents_of(contact))


def create_contact(*, actor: Actor, facts: Facts, answers: Iterable[tuple[CustomField, Any]] = ()) -> Contact:
    """A new record. Staff who see only assigned contacts become its assignee: else they could not see it.

    `answers`: what the form fields of custom fields gave. Raises ValidationError where one cannot be kept.
    """
    with transaction.atomic():
        contact = Contact(practice=actor.practice, **facts.fields())
        if actor.staff is not None and not actor.staff.sees_all:
            contact.assigned_to = actor.staff
        contact.search_text = _text_for(facts)
        contact.save()
        replace_numbers(contact, facts.numbers)
        _record_consents(actor, contact, facts.consents)
        audit.record(actor, "create", contact, contact_id=contact.pk)
        for own, cleaned in answers:
            answer_field(actor=actor, contact=contact, field=own, cleaned=cleaned)
        outbox.emit(actor.practice, "contact.created", contact_id=contact.pk)
        look_at(actor.practice, [contact.pk])
    return contact


def update_contact(*, actor: Actor, contact: Contact, facts: Facts) -> Contact:
    """Make the record say what `facts` says; a contact who only called becomes a named one.

    Staff who see only assigned contacts keep the assignment as it is. Nothing changed: nothing is written.
    """
    with transaction.atomic():
        contact = Contact.objects.for_practice(actor.practice).select_for_update().get(pk=contact.pk)
        wanted = facts.fields()
        if actor.staff is not None and not actor.staff.sees_all:
            wanted["assigned_to"] = contact.assigned_to
        changes = _changes(contact, wanted, facts)
        if changes:
            _write(actor, contact, wanted, facts)
            audit.record(actor, "change", contact, contact_id=contact.pk, changes=changes)
            outbox.emit(actor.practice, "contact.updated", contact_id=contact.pk)
            if changes.keys() & WHO:
                look_at(actor.practice, [contact.pk])
    return contact


@transaction.atomic
def change_facts(*, actor: Actor, contact: Contact, given: Mapping[str, Any]) -> Contact:
    """Make the record say `given`, a part of `Facts`; what else it says stays, also what is being changed now."""
    contact = Contact.objects.for_practice(actor.practice).select_for_update().get(pk=contact.pk)
    return update_contact(actor=actor, contact=contact, facts=replace(facts_of(contact), **given))


def consents_of(contact: Contact) -> dict[str, bool]:
    """The newest answer of each channel that was ever asked. No query where `consents` are prefetched."""
    return {row.channel: row.granted for row in reversed(contact.consents.all())}


def _text_for(facts: Facts) -> str:
    return search_text(facts.first_name, facts.last_name, facts.email, [one.number for one in facts.numbers])


def _changes(contact: Contact, wanted: dict[str, Any], facts: Facts) -> dict[str, Any]:
    before = {name: getattr(contact, name) for name in FACTS}
    before |= {"numbers": [str(one) for one in numbers_of(contact)], "consents": consents_of(contact)}
    after = wanted | {
        "numbers": [str(one) for one in facts.numbers],
        "consents": {**before["consents"], **facts.consents},
    }
    return audit.changes_between(before, after)


def _write(actor: Actor, contact: Contact, wanted: dict[str, Any], facts: Facts) -> None:
    for name, value in wanted.items():
        setattr(contact, name, value)
    contact.unverified_caller = contact.unverified_caller and not contact.name
    contact.search_text, contact.updated_at = _text_for(facts), clock.now()
    contact.save(update_fields=[*FACTS, "unverified_caller", "search_text", "updated_at"])
    replace_numbers(contact, facts.numbers)
    _record_consents(actor, contact, facts.consents)


def _record_consents(actor: Actor, contact: Contact, wanted: Mapping[str, bool]) -> None:
    known = consents_of(contact)
    Consent.objects.bulk_create(
        Consent(practice=actor.practice, contact=contact, channel=channel, granted=granted, source=f"{actor}"[:120])
        for channel, granted in wanted.items()
        if known.get(channel) != granted
    )
