import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from aesthetix.audit.models import AuditEntry
from aesthetix.practices import hooks
from aesthetix.practices.actor import Actor
from aesthetix.practices.hours import Interval
from aesthetix.practices.models import BusinessHours, Holiday
from aesthetix.practices.services import profile

MONDAY = Interval(0, dt.time(9), dt.time(17))


@pytest.fixture
def admin(cast):
    return Actor(practice=cast.glow, staff=cast.maya)


@pytest.fixture
def heard(monkeypatch):
    """The practices that the upper floors were told about."""
    practices = []
    monkeypatch.setattr(hooks, "_listeners", [practices.append])
    return practices


def rename(actor, **fields):
    values = {"name": "Glow Med Spa", "company_phone": "+16025550190", "time_zone": "America/Phoenix"}
    return profile.update_profile(actor=actor, **values | fields)


def test_a_profile_is_saved_audited_and_told(admin, heard):
    practice = rename(admin, name="Glow Skin", company_phone="(602) 555-0191", time_zone="America/Denver")
    practice.refresh_from_db()
    assert (practice.name, practice.company_phone, practice.time_zone) == (
        "Glow Skin",
        "+16025550191",
        "America/Denver",
    )
    entry = AuditEntry.objects.for_practice(practice).get()
    assert entry.changes["company_phone"] == ["+16025550190", "+16025550191"]
    assert heard == [practice]


@pytest.mark.parametrize(
    "bad", [{"name": ""}, {"company_phone": "12"}, {"time_zone": "Mars/Olympus"}, {"name": "x" * 121}]
)
def test_a_bad_profile_changes_nothing(admin, cast, heard, bad):
    with pytest.raises(ValidationError):
        rename(admin, **bad)
    cast.glow.refresh_from_db()
    assert (cast.glow.name, cast.glow.company_phone) == ("Glow Med Spa", "+16025550190")
    assert heard == []


def test_an_upper_floor_can_refuse_a_profile(admin, cast, monkeypatch):
    def refuse(practice):
        raise ValidationError({"company_phone": "It would go round."})

    monkeypatch.setattr(hooks, "_checks", [refuse])
    with pytest.raises(ValidationError, match="go round"):
        rename(admin, name="Other")
    cast.glow.refresh_from_db()
    assert cast.glow.name == "Glow Med Spa"


@pytest.mark.parametrize("who", ["jordan", "priya"])
def test_staff_change_nothing(cast, who):
    actor = Actor(practice=cast.glow, staff=getattr(cast, who))
    for attempt in (
        lambda: rename(actor),
        lambda: profile.replace_hours(actor=actor, shifts=[MONDAY]),
        lambda: profile.add_holiday(actor=actor, date=dt.date(2026, 12, 25), name="Christmas"),
    ):
        with pytest.raises(PermissionDenied):
            attempt()
    assert not BusinessHours.objects.for_practice(cast.glow).exists()


def test_hours_are_replaced_as_a_whole_week(admin, cast, heard):
    profile.replace_hours(actor=admin, shifts=[MONDAY, Interval(0, dt.time(18), dt.time(20))])
    profile.replace_hours(actor=admin, shifts=[Interval(4, dt.time(18), dt.time(2))])
    rows = BusinessHours.objects.for_practice(cast.glow)
    assert [(row.weekday, row.opens, row.closes) for row in rows] == [(4, dt.time(18), dt.time(2))]
    entry = AuditEntry.objects.for_practice(cast.glow).first()
    assert entry.changes["hours"][0].startswith("Monday 9:00 AM to 5:00 PM; Monday 6:00 PM")
    assert len(heard) == 2


def test_overlapping_hours_are_refused_by_name_and_nothing_changes(admin, cast):
    profile.replace_hours(actor=admin, shifts=[MONDAY])
    with pytest.raises(ValidationError, match=r"Monday 9:00 AM to 5:00 PM and Monday 4:00 PM to 8:00 PM overlap"):
        profile.replace_hours(actor=admin, shifts=[MONDAY, Interval(0, dt.time(16), dt.time(20))])
    assert BusinessHours.objects.for_practice(cast.glow).count() == 1


def test_other_practices_keep_their_hours(admin, cast):
    BusinessHours.objects.create(practice=cast.other, weekday=1, opens=dt.time(9), closes=dt.time(12))
    profile.replace_hours(actor=admin, shifts=[])
    assert BusinessHours.objects.for_practice(cast.other).count() == 1


def test_a_holiday_is_added_once_and_removed(admin, cast):
    holiday = profile.add_holiday(actor=admin, date=dt.date(2026, 12, 25), name="Christmas")
    with pytest.raises(ValidationError, match="holiday already"):
        profile.add_holiday(actor=admin, date=dt.date(2026, 12, 25), name="Again")
    profile.remove_holiday(actor=admin, holiday=holiday)
    assert not Holiday.objects.for_practice(cast.glow).exists()
    assert [e.action for e in AuditEntry.objects.for_practice(cast.glow)] == ["delete", "create"]


def test_a_holiday_of_another_practice_is_not_removed(admin, cast):
    theirs = Holiday.objects.create(practice=cast.other, date=dt.date(2026, 12, 25), name="Christmas")
    profile.remove_holiday(actor=admin, holiday=theirs)
    assert Holiday.objects.for_practice(cast.other).exists()
