"""Whose record may this person hear about? The contacts, on a floor above, know."""

from collections.abc import Callable, Collection

from aesthetix.practices.models import Staff

Visible = Callable[[Staff, Collection[int]], set[int]]
_visible: list[Visible] = []


def register(visible: Visible) -> None:
    """`visible(staff, contact_ids)` gives those that the staff member may see."""
    _visible[:] = [visible]


def visible_contacts(staff: Staff, contact_ids: Collection[int]) -> set[int]:
    if not contact_ids or not _visible:
        return set()
    return _visible[0](staff, contact_ids)
