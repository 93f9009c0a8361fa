"""The mail that a person gets when an admin adds them: with a link to set a password where they have none."""

import logging
from smtplib import SMTPException

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse

from aesthetix.audit.services import record
from aesthetix.practices.actor import Actor
from aesthetix.practices.models import Staff, User
from aesthetix.practices.roles import require_admin

logger = logging.getLogger(__name__)


def send_welcome(*, actor: Actor, member: Staff) -> bool:
    """Sends it now; False when the mail server did not take it, so that the admin can try again.
    Call it outside any transaction."""
    require_admin(actor)
    user = member.user
    context = {"member": member, "practice": actor.practice, "actor": actor, "link": _link(user)}
    text = render_to_string("practices/mail/welcome.txt", context)
    try:
        send_mail(f"You were added to {actor.practice.name}", text, None, [user.email])
    except (SMTPException, OSError):
        logger.warning("The welcome mail to staff member %s was not accepted by the mail server.", member.pk)
        return False
    record(actor, "send", member)
    return True


def _link(user: User) -> str:
    """Where they set their first password, or sign in with the one they have."""
    path = reverse("account_login")
    if not user.has_usable_password():
        key = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
        path = reverse("account_reset_password_from_key", kwargs=key)
    return f"{settings.PUBLIC_BASE_URL}{path}"
