"""A new practice, ready for its first call."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction

from aesthetix.lib.phone import clean_e164
from aesthetix.practices.models import BusinessHours, DataAccess, Practice, Role, Staff, User
from telephony.models import VoiceSettings

WEEKDAYS = range(5)
OPENS, CLOSES = dt.time(9), dt.time(18)


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
    user = User.objects.filter(email__iexact=admin_email).first() or _new_user(admin_email, admin_name)
    admin: Staff = Staff.objects.create(practice=practice, user=user, role=Role.ADMIN, data_access=DataAccess.ALL)
    return admin


def _number(company_phone: str) -> str:
    try:
        return clean_e164(company_phone) if company_phone else ""
    except ValidationError as refused:
        raise ValidationError({"company_phone": refused}) from refused


def _new_user(email: str, name: str) -> User:
    user = User(email=email.strip().lower(), name=name.strip())
    user.set_unusable_password()
    try:
        user.full_clean()
    except ValidationError as refused:
        raise ValidationError({f"admin_{field}": errors for field, errors in refused.error_dict.items()}) from refused
    user.save()
    return user
