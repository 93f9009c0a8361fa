"""A new practice, ready for its first call: what stands in several rooms, so it is put together up here."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction

from aesthetix.lib.phone import clean_e164
from aesthetix.practices.actor import Actor
from aesthetix.practices.models import BusinessHours, DataAccess, Practice, Role, Staff, User
from aesthetix.practices.services.staff import add_staff
from telephony.models import Line, VoiceSettings
from telephony.services.lines import add_line
from workflows.services.defaults import install_default_workflows

WEEKDAYS = range(5)
OPENS, CLOSES = dt.time(9), dt.time(18)
LABEL = "Practice set-up"


@transaction.atomic
def setup_practice(
    *, name: str, slug: str, time_zone: str, company_phone: str = "", admin_email: str, admin_name: str
) -> Staff:
    """The practice with weekday hours, voice settings at their defaults and its published workflows; returns
    its first admin. A new user has no password yet. Raises ValidationError keyed by field."""
    practice = Practice(name=name, slug=slug, time_zone=time_zone, company_phone=_number(company_phone))
    practice.full_clean()
    practice.save()
    hours = [BusinessHours(practice=practice, weekday=day, opens=OPENS, closes=CLOSES) for day in WEEKDAYS]
    BusinessHours.objects.bulk_create(hours)
    VoiceSettings.objects.create(practice=practice)
    install_default_workflows(practice)
    user = User.objects.filter(email__iexact=admin_email).first() or _new_user(admin_email, admin_name)
    admin: Staff = Staff.objects.create(practice=practice, user=user, role=Role.ADMIN, data_access=DataAccess.ALL)
    return admin


@transaction.atomic
def complete_practice(*, practice: Practice, admin_email: str, admin_name: str) -> Staff:
    """A practice that exists keeps all that it has; what is missing of a set-up is added. Returns the admin."""
    VoiceSettings.objects.get_or_create(practice=practice)
    install_default_workflows(practice)
    members = Staff.objects.for_practice(practice).filter(user__email__iexact=admin_email.strip(), left_at=None)
    member = members.select_related("user").first()
    if member is None:
        return _add_admin(practice, admin_email, admin_name)
    if not member.is_admin:
        raise ValidationError({"admin_email": f"{member.user} works there and is not an admin."}, code="role")
    found: Staff = member
    return found


@transaction.atomic
def ensure_line(*, practice: Practice, number: str, name: str) -> tuple[Line, bool]:
    """The practice's line with this number, and whether it is new. An existing one keeps its name and settings.
    Raises ValidationError keyed by field, also for another practice's number."""
    existing = Line.objects.for_practice(practice).filter(number=clean_e164(number)).first()
    if existing is not None:
        return existing, False
    return add_line(actor=Actor.system(practice, LABEL), number=number, name=name), True


def _add_admin(practice: Practice, email: str, name: str) -> Staff:
    actor = Actor.system(practice, LABEL)
    try:
        return add_staff(actor=actor, email=email, name=name, role=Role.ADMIN, data_access=DataAccess.ALL)
    except ValidationError as refused:
        raise _of_the_admin(refused) from refused


def _number(company_phone: str) -> str:
    try:
        return clean_e164(company_phone) if company_phone else ""
    except ValidationError as refused:
        raise ValidationError({"company_phone": refused}) from refused


def _new_user(email: str, name: str) -> User:
    user = User(email=email.strip().lower(), name=name.strip(), is_staff=True)
    user.set_unusable_password()
    try:
        user.full_clean()
    except ValidationError as refused:
        raise _of_the_admin(refused) from refused
    user.save()
    return user


def _of_the_admin(refused: ValidationError) -> ValidationError:
    """The same complaints, keyed by our arguments."""
    if not hasattr(refused, "error_dict"):
        return ValidationError({"admin_email": refused})
    return ValidationError({f"admin_{field}": errors for field, errors in refused.error_dict.items()})
