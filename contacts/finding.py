"""What the shell asks about contacts: the command search, and whose record a person may hear of."""

from django.db.models.functions import Lower
from django.urls import reverse

from aesthetix.lib.phone import display, to_e164
from aesthetix.practices.models import Staff
from aesthetix.web.search import MOST, Hit
from contacts.models import Contact
from contacts.querysets import ContactQuerySet
from contacts.services.records import Facts


def find_contacts(staff: Staff, words: str) -> list[Hit]:
    """The contacts that this person may see, those that begin with the words first; for a number that
    nobody has, the offer to add it."""
    found = Contact.objects.for_staff(staff).matching(words).recent().prefetch_related("phones")
    rows = list(found.beginning_with(words)[:MOST])
    if len(rows) < MOST:
        rows += list(found.exclude(pk__in=[row.pk for row in rows])[: MOST - len(rows)])
    hits = [_hit(contact) for contact in rows]
    number = to_e164(words)
    if not hits and number:
        label = f"Add {display(number)} as a contact"
        hits.append(Hit("Contacts", label, reverse("contacts:new"), icon="user-plus", start_with=number))
    return hits


def visible_to(staff: Staff) -> ContactQuerySet:
    rows: ContactQuerySet = Contact.objects.for_staff(staff)
    return rows


def people_like(staff: Staff, facts: Facts) -> list[Contact]:
    """Contacts whom this person may see and who have one of the numbers or the email of a new one."""
    rows = Contact.objects.for_staff(staff).prefetch_related("phones")
    numbers = [one.number for one in facts.numbers]
    # The practice of the number as well: the index begins with it.
    by_number = rows.filter(phones__number__in=numbers, phones__practice=staff.practice_id).distinct()
    by_email = (
        rows.exclude(email="").annotate(low=Lower("email")).filter(low=facts.email.lower()) if facts.email else []
    )
    return list({contact.pk: contact for contact in [*by_number[:MOST], *by_email[:MOST]]}.values())


def _hit(contact: Contact) -> Hit:
    detail = display(contact.main_number) if contact.name else contact.email
    return Hit(
        "Contacts", contact.display_name, reverse("contacts:record", args=[contact.pk]), detail, person=contact.pk
    )
