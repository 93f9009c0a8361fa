"""The practice's rule about second factors, and taking a colleague's lost ones away."""

from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from aesthetix.audit.services import changes_between, record
from aesthetix.practices.actor import Actor
from aesthetix.practices.models import Practice, Staff
from aesthetix.practices.roles import require_admin
from aesthetix.practices.services.sessions import end_sessions
from aesthetix.practices.services.staff import may_be_renamed

RULES = ("require_second_factor", "idle_minutes")


@transaction.atomic
def set_sign_in_rules(*, actor: Actor, require_second_factor: bool, idle_minutes: int | None) -> Practice:
    """`idle_minutes`: one of IDLE_CHOICES, or None for no automatic log-off. Raises
    ValidationError for others, PermissionDenied for who is no admin."""
    require_admin(actor)
    practice = Practice.objects.select_for_update(no_key=True).get(pk=actor.practice.pk)
    before = {rule: getattr(practice, rule) for rule in RULES}
    practice.require_second_factor, practice.idle_minutes = require_second_factor, idle_minutes
    practice.full_clean()
    practice.save(update_fields=RULES)
    after = {rule: getattr(practice, rule) for rule in RULES}
    record(actor, "change", practice, changes=changes_between(before, after))
    return practice


@transaction.atomic
def reset_second_factor(*, actor: Actor, member: Staff) -> None:
    """Somebody lost their phone: their factors go and their sessions end; the password alone lets them in again.

    Raises PermissionDenied where the person also works elsewhere or has more powers (`may_be_renamed`): a weaker
    sign-in would open those too; ValidationError where there is nothing to reset.
    """
    require_admin(actor)
    if member.practice_id != actor.practice.pk or not may_be_renamed(member):
        raise PermissionDenied("This person also works elsewhere, so only they can change their second factor.")
    factors = Authenticator.objects.filter(user=member.user_id)
    if not factors.exists():
        raise ValidationError("There is no second factor to take away.", code="none")
    changes = {"second_factor": [", ".join(sorted(set(factors.values_list("type", flat=True)))), ""]}
    factors.delete()
    end_sessions(user=member.user)
    record(actor, "change", member, changes=changes)


def tell_person(member: Staff) -> None:
    """By mail. Call it outside any transaction."""
    get_adapter().send_notification_mail("second_factor_reset", member.user)
