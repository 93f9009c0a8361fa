"""What a practice's own fields say in texts: `{{ contact.custom.skin_type }}`."""

from django.utils.text import Truncator

from aesthetix.practices.models import Practice
from contacts.custom_fields import in_words, kind_of
from contacts.models import Contact
from contacts.services.custom_fields import fields_of, values_of

LONGEST_MERGED = 300


def merge_keys(practice: Practice) -> tuple[str, ...]:
    """The unique keys that a text may name; files cannot be merged."""
    return tuple(field.key for field in fields_of(practice) if not kind_of(field).rows)


def merge_values(contact: Contact) -> dict[str, str]:
    """Unique key → what people read, cut where it would be too much for a text."""
    values = {pk: value.text for pk, value in values_of(contact).items()}
    fields = [field for field in fields_of(contact.practice) if not kind_of(field).rows]
    return {field.key: Truncator(in_words(field, values.get(field.pk, ""))).chars(LONGEST_MERGED) for field in fields}
