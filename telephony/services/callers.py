"""Who is calling."""

from django.db.models import F

from aesthetix.practices.models import Practice
from contacts.models import Contact


def likely_caller(practice: Practice, number: str) -> Contact | None:
    """Of everybody on this E.164 number, the one most recently in touch (families share phones)."""
    recent = F("thread__last_item_at").desc(nulls_last=True)
    contact: Contact | None = Contact.objects.for_practice(practice).with_number(number).order_by(recent, "-id").first()
    return contact
