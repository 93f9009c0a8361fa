"""Sign-in rules: nobody signs up by themselves; a practice admin adds people in My Staff."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from django.http import HttpRequest
from django.urls import reverse

from aesthetix.practices import hooks
from aesthetix.practices.models import Staff, User


class Backend(AuthenticationBackend):
    def get_user(self, user_id: int) -> User | None:
        """The person of a session and where they work, in one statement: every page asks for both."""
        memberships = _read_memberships(user_id)
        if not memberships:
            nowhere: User | None = super().get_user(user_id)
            return nowhere
        user: User = memberships[0].user
        for membership in memberships:
            membership.user = user
        user.memberships_as_read = memberships
        return user if self.user_can_authenticate(user) else None


def memberships_of(user: User) -> list[Staff]:
    """Where the person works now, oldest first. Of a request's user: as it was when the request began."""
    if user.memberships_as_read is None:
        user.memberships_as_read = _read_memberships(user.pk)
    return user.memberships_as_read


def _read_memberships(user_id: int) -> list[Staff]:
    current = Staff.objects.across_practices().filter(user=user_id, left_at=None).order_by("id")
    return list(current.select_related("user", *hooks.practice_and_more()))


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("web:account")
