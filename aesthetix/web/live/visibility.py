"""Whose record may this person hear about? The contacts, on a floor above, know."""

from collections.abc import Callable, Collection

from django.db.models import Exists, OuterRef, Q

from aesthetix.practices.models import Staff
from aesthetix.practices.scoping import ScopedQuerySet

Visible = Callable[[Staff], ScopedQuerySet]
_visible: list[Visible] = []


def register(visible: Visible) -> None:
    """`visible(staff)` gives the contacts that the staff member may see."""
    _visible[:] = [visible]


def visible_contacts(staff: Staff, contact_ids: Collection[int]) -> set[int]:
    if not contact_ids or not _visible:
        return set()
    return set(_visible[0](staff).filter(pk__in=contact_ids).values_list("pk", flat=True))


def about_visible(staff: Staff) -> Q:
    """Of rows with a `contact_id`: those about nobody, and those about somebody whom the person may see now."""
    if not _visible:
        return Q(contact_id=None)
    return Q(contact_id=None) | Q(Exists(_visible[0](staff).filter(pk=OuterRef("contact_id"))))
