"""Settings → Business Profile: who the practice is and when it is open."""

import datetime as dt
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction

from aesthetix.audit.services import changes_between, record
from aesthetix.lib.phone import clean_e164
from aesthetix.practices import hooks
from aesthetix.practices.actor import Actor
from aesthetix.practices.hours import Interval
from aesthetix.practices.models import BusinessHours, Holiday, Practice
from aesthetix.practices.roles import require_admin
from aesthetix.practices.shifts import in_words, overlaps

PROFILE_FIELDS = ("name", "company_phone", "time_zone")


@transaction.atomic
def update_profile(*, actor: Actor, name: str, company_phone: str, time_zone: str) -> Practice:
    """Raises ValidationError keyed by field; nothing is changed then."""
    require_admin(actor)
    practice = Practice.objects.select_for_update(no_key=True).get(pk=actor.practice.pk)
    before = {field: getattr(practice, field) for field in PROFILE_FIELDS}
    practice.name, practice.time_zone = name, time_zone
    practice.company_phone = clean_e164(company_phone) if company_phone else ""
    practice.full_clean()
    hooks.refuse_bad(practice)
    practice.save(update_fields=PROFILE_FIELDS)
    after = {field: getattr(practice, field) for field in PROFILE_FIELDS}
    record(actor, "change", practice, changes=changes_between(before, after))
    hooks.changed(practice)
    return practice


@transaction.atomic
def replace_hours(*, actor: Actor, shifts: Sequence[Interval]) -> None:
    """The whole week at once. Raises ValidationError where two intervals overlap."""
    require_admin(actor)
    clashes = overlaps(shifts)
    if clashes:
        raise ValidationError([f"{in_words(a)} and {in_words(b)} overlap." for a, b in clashes], code="overlap")
    stored = BusinessHours.objects.for_practice(actor.practice)
    before = _week(list(stored))
    stored.delete()
    rows = [
        BusinessHours(practice=actor.practice, weekday=shift.weekday, opens=shift.opens, closes=shift.closes)
        for shift in shifts
    ]
    BusinessHours.objects.bulk_create(rows)
    after = _week(sorted(rows, key=lambda row: (row.weekday, row.opens)))
    record(actor, "change", "practices.businesshours", changes=changes_between({"hours": before}, {"hours": after}))
    hooks.changed(actor.practice)


@transaction.atomic
def add_holiday(*, actor: Actor, date: dt.date, name: str) -> Holiday:
    require_admin(actor)
    holiday = Holiday(practice=actor.practice, date=date, name=name)
    holiday.full_clean(validate_constraints=False)
    if Holiday.objects.for_practice(actor.practice).filter(date=date).exists():
        raise ValidationError({"date": "This date is a holiday already."}, code="unique")
    holiday.save()
    record(actor, "create", holiday, changes={"date": ["", str(date)], "name": ["", name]})
    hooks.changed(actor.practice)
    return holiday


@transaction.atomic
def remove_holiday(*, actor: Actor, holiday: Holiday) -> None:
    require_admin(actor)
    record(actor, "delete", holiday, changes={"date": [str(holiday.date), ""], "name": [holiday.name, ""]})
    Holiday.objects.for_practice(actor.practice).filter(pk=holiday.pk).delete()
    hooks.changed(actor.practice)


def _week(rows: Sequence[BusinessHours]) -> str:
    return "; ".join(in_words(Interval(row.weekday, row.opens, row.closes)) for row in rows) or "closed"
