"""Sign-in rules: nobody signs up by themselves; a practice admin adds people in My Staff."""

import logging
import time
from smtplib import SMTPException
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.urls import reverse

from aesthetix.lib import crypto
from aesthetix.practices import hooks
from aesthetix.practices.models import Staff, User

logger = logging.getLogger(__name__)

# Recovery codes alone are no second factor: they come with one.
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
# So long after a sign-in it counts as confirmed that it is they.
FRESH_SECONDS = 300

# What the person's own mail says, by allauth's name of it.
NOTICES = {
    "account/email/password_changed": "Your password was changed.",
    "account/email/password_set": "A password was set for your account.",
    "account/email/password_reset": "Your password was reset by a link from your mail.",
    "mfa/email/totp_activated": "An authenticator app was added to your account.",
    "mfa/email/totp_deactivated": "The authenticator app was removed from your account.",
    "mfa/email/recovery_codes_generated": "New recovery codes were made for your account. The old ones are void.",
    "mfa/email/webauthn_added": "A passkey was added to your account.",
    "mfa/email/webauthn_removed": "A passkey was removed from your account.",
    "second_factor_reset": "A practice admin took the second factor away from your account.",
}


class Backend(AuthenticationBackend):
    def get_user(self, user_id: int) -> User | None:
        """The person of a session and where they work, in one statement: every page asks for both."""
        memberships = read_memberships(user_id)
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
        user.memberships_as_read = read_memberships(user.pk)
    return user.memberships_as_read


def read_memberships(user_id: Any) -> list[Staff]:
    current = Staff.objects.across_practices().filter(user=user_id, left_at=None).order_by("id")
    factors = Authenticator.objects.filter(user=OuterRef("user"), type__in=FACTORS)
    return list(current.select_related("user", *hooks.practice_and_more()).annotate(has_second_factor=Exists(factors)))


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("practices:security")

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not within five minutes of signing in: who is led to the set-up would else say their password twice."""
        records = get_authentication_records(self.request, self.request.user)
        return not records or time.time() - records[-1]["at"] > FRESH_SECONDS

    def send_notification_mail(
        self, template_prefix: str, user: Any, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """One mail for all that changes a sign-in, to the address that the person signs in with."""
        told = {"notice": NOTICES[template_prefix], "person": user, "ip": self.get_client_ip(self.request)}
        try:
            self.send_mail("account/email/sign_in_changed", email or user.email, told)
        except (SMTPException, OSError):
            logger.warning("The mail server did not take the notice to user %s.", user.pk)


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets at rest are encrypted with the field keys, as carrier tokens are."""

    def encrypt(self, text: str) -> str:
        return crypto.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return crypto.decrypt(encrypted_text)

    def _get_site_name(self) -> str:
        return "Aesthetix CRM"

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        return "Passkey"
