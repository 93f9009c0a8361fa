"""What a person decides about their own sign-in."""

from django.db import transaction

from aesthetix.practices import hooks
from aesthetix.practices.models import Practice, Staff, User


@transaction.atomic
def switch_practice(*, user: User, practice_id: int) -> Practice | None:
    """Make a practice that the person works in their active one; None when they do not work there."""
    memberships = Staff.objects.across_practices().filter(user=user, left_at=None).select_related("practice")
    practices: dict[int, Practice] = {each.practice_id: each.practice for each in memberships}
    if practice_id not in practices:
        return None
    user.active_practice = practices[practice_id]
    user.save(update_fields=["active_practice"])
    for practice in practices.values():
        # Their apps ring for the active practice only: each of them routes calls anew.
        hooks.changed(practice)
    return practices[practice_id]


def set_single_keys(*, user: User, on: bool) -> None:
    """Whether single letters work as shortcuts; they can be switched off (WCAG 2.1.4)."""
    user.single_key_shortcuts = on
    user.save(update_fields=["single_key_shortcuts"])
