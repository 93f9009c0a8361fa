"""What a person decides about their own sign-in."""

from aesthetix.practices.models import Practice, Staff, User


def switch_practice(*, user: User, practice_id: int) -> Practice | None:
    """Make a practice that the person works in their active one; None when they do not work there."""
    membership = (
        Staff.objects.across_practices()
        .filter(user=user, practice=practice_id, left_at=None)
        .select_related("practice")
        .first()
    )
    if membership is None:
        return None
    practice: Practice = membership.practice
    user.active_practice = practice
    user.save(update_fields=["active_practice"])
    return practice


def set_single_keys(*, user: User, on: bool) -> None:
    """Whether single letters work as shortcuts; they can be switched off (WCAG 2.1.4)."""
    user.single_key_shortcuts = on
    user.save(update_fields=["single_key_shortcuts"])
