"""Tags on contacts. A tag's name is unique in the practice, whatever its case."""

from django.core.exceptions import ValidationError
from django.db import transaction

from aesthetix.audit.services import record
from aesthetix.events import outbox
from aesthetix.lib.rows import insert_once
from aesthetix.practices.actor import Actor
from contacts.models import Contact, Tag

LONGEST = 40


def add_tag(*, actor: Actor, contact: Contact, name: str) -> Tag:
    """Tag a contact, creating the tag when the practice does not have it. Adding it twice changes nothing.

    Raises ValidationError when the name is empty or too long.
    """
    with transaction.atomic():
        tag = find_or_create(actor, name)
        if not contact.tags.filter(pk=tag.pk).exists():
            contact.tags.add(tag)
            _tell(actor, contact, "tag.added", tag)
    return tag


def remove_tag(*, actor: Actor, contact: Contact, name: str) -> None:
    """Take a tag off a contact. The tag itself stays; one that the contact does not have is no error."""
    with transaction.atomic():
        tag = contact.tags.filter(practice=actor.practice, name__iexact=" ".join(name.split())).first()
        if tag is not None:
            contact.tags.remove(tag)
            _tell(actor, contact, "tag.removed", tag)


def find_or_create(actor: Actor, name: str) -> Tag:
    """The practice's tag of this name. Raises ValidationError when the name is empty or too long."""
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST:
        raise ValidationError(f"A tag has 1 to {LONGEST} characters.", code="tag")
    tags = Tag.objects.for_practice(actor.practice)
    found: Tag | None = tags.filter(name__iexact=name).first()
    if found is None:
        found = Tag(practice=actor.practice, name=name)
        if not insert_once(found):  # somebody else was faster
            found = tags.get(name=name)
    return found


def _tell(actor: Actor, contact: Contact, action: str, tag: Tag) -> None:
    record(actor, action, contact, contact_id=contact.pk, changes={"tag": tag.name})
    outbox.emit(actor.practice, "contact.updated", contact_id=contact.pk)
