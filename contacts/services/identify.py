"""From a telephone number to a contact, when the number writes or calls."""

from django.db import transaction

from aesthetix.events.models import Event
from aesthetix.lib.rows import insert_once
from aesthetix.practices.models import Practice
from contacts.models import Contact, ContactPhone


def find_or_create_caller(practice: Practice, number: str, *, lead_source: str = "") -> tuple[Contact, bool]:
    """The contact on an E.164 number, or a new one marked "unverified caller"; True when it is new."""
    known = Contact.objects.for_practice(practice).with_number(number).first()
    return (known, False) if known else create_caller(practice, number, lead_source=lead_source)


def create_caller(practice: Practice, number: str, *, lead_source: str = "") -> tuple[Contact, bool]:
    """A new contact for a number on which nobody was found a moment ago; True unless somebody else was faster.

    Several webhooks at once agree on one contact: the unique identity of the number has one winner,
    and the others drop the contact that they were about to make. Emits nothing: the caller adds
    `created_event` to its own events, so that the whole costs one statement.
    """
    with transaction.atomic(savepoint=False):
        contact = Contact.objects.create(
            practice=practice, unverified_caller=True, lead_source=lead_source, search_text=number.lstrip("+")
        )
        phone = ContactPhone(practice=practice, contact=contact, number=number)
        if insert_once(phone):
            return contact, True
        Contact.objects.for_practice(practice).filter(pk=contact.pk).delete()
    return Contact.objects.for_practice(practice).with_number(number)[0], False


def created_event(practice: Practice, contact: Contact | None = None) -> Event:
    """`contact` may follow in the statement that writes both."""
    return Event(practice=practice, type="contact.created", contact_id=contact.pk if contact else None)
