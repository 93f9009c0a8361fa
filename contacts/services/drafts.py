"""What somebody has begun to write, kept until it is saved or thrown away."""

from aesthetix.lib import clock
from aesthetix.practices.actor import Actor
from contacts.models import Contact, Draft


def keep_draft(*, actor: Actor, contact: Contact, place: str, body: str) -> None:
    """The newest wording of the place; an empty one forgets it."""
    if not body.strip():
        forget_draft(actor=actor, contact=contact, place=place)
        return
    Draft.objects.update_or_create(
        practice=actor.practice,
        staff=actor.staff,
        contact=contact,
        place=place,
        defaults={"body": body, "at": clock.now()},
    )


def draft_of(*, actor: Actor, contact: Contact, place: str) -> Draft | None:
    found: Draft | None = _drafts(actor, contact, place).first()
    return found


def forget_draft(*, actor: Actor, contact: Contact, place: str) -> None:
    _drafts(actor, contact, place).delete()


def _drafts(actor: Actor, contact: Contact, place: str):  # type: ignore[no-untyped-def]
    return Draft.objects.for_practice(actor.practice).filter(staff=actor.staff, contact=contact, place=place)
