import datetime as dt

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.urls import reverse

from aesthetix.practices.actor import Actor
from aesthetix.practices.models import BusinessHours, Holiday, Staff
from aesthetix.practices.services.staff import mark_left

PROFILE, HOURS, HOLIDAYS = (
    "/settings/business-profile/",
    "/settings/business-profile/hours/",
    "/settings/business-profile/holidays/",
)
STAFF = "/settings/staff/"


@pytest.fixture
def maya(client, cast):
    client.force_login(cast.maya.user)
    return client


def text(response):
    return " ".join(response.content.decode().split())


def week(**days):
    """`week(d0=[("09:00", "17:00")])` as the page sends it: a filled row for each interval, one empty row a day."""
    sent = {}
    for day in range(7):
        rows = [*days.get(f"d{day}", []), ("", "")]
        for place, (opens, closes) in enumerate(rows):
            sent |= {f"d{day}-{place}-opens": opens, f"d{day}-{place}-closes": closes}
    return sent


# Business Profile -----------------------------------------------------------------------------


def test_the_profile_is_saved_and_shown_as_people_write_it(maya, cast):
    data = {"name": "Glow Skin", "company_phone": "602 555 0191", "time_zone": "America/Denver"}
    page = text(maya.post(PROFILE, data, follow=True))
    cast.glow.refresh_from_db()
    assert (cast.glow.name, cast.glow.company_phone) == ("Glow Skin", "+16025550191")
    assert "(602) 555-0191" in page


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"company_phone": "12"}, "is not a telephone number"),
        ({"time_zone": "Mars"}, "Select a valid choice."),
        ({"name": ""}, "This field is required."),
    ],
)
def test_a_bad_profile_comes_back_with_422(maya, cast, bad, message):
    data = {"name": "Other", "company_phone": "", "time_zone": "America/Phoenix"} | bad
    answer = maya.post(PROFILE, data)
    assert answer.status_code == 422
    assert message in text(answer)
    cast.glow.refresh_from_db()
    assert cast.glow.name == "Glow Med Spa"


def test_hours_take_several_intervals_and_run_past_midnight(maya, cast):
    maya.post(HOURS, week(d0=[("09:00", "12:00"), ("13:00", "17:00")], d4=[("18:00", "02:00")]))
    rows = BusinessHours.objects.for_practice(cast.glow).values_list("weekday", "opens", "closes")
    assert list(rows) == [
        (0, dt.time(9), dt.time(12)),
        (0, dt.time(13), dt.time(17)),
        (4, dt.time(18), dt.time(2)),
    ]


def test_monday_is_copied_to_friday_and_the_weekend_stays(maya, cast):
    maya.post(
        HOURS, week(d0=[("09:00", "17:00")], d2=[("11:00", "12:00")], d5=[("10:00", "14:00")]) | {"copy_monday": "1"}
    )
    rows = BusinessHours.objects.for_practice(cast.glow).values_list("weekday", "opens")
    assert list(rows) == [(day, dt.time(9)) for day in range(5)] + [(5, dt.time(10))]


@pytest.mark.parametrize(
    ("days", "message"),
    [
        (
            {"d0": [("09:00", "12:00"), ("11:00", "17:00")]},
            "Monday 9:00 AM to 12:00 PM and Monday 11:00 AM to 5:00 PM overlap.",
        ),
        ({"d0": [("09:00", "")]}, "Enter both times, or neither."),
        ({"d0": [("25:00", "26:00")]}, "Enter a valid time."),
    ],
)
def test_bad_hours_come_back_with_422_and_change_nothing(maya, cast, days, message):
    BusinessHours.objects.create(practice=cast.glow, weekday=3, opens=dt.time(9), closes=dt.time(12))
    answer = maya.post(HOURS, week(**days))
    assert answer.status_code == 422
    assert message in text(answer)
    assert BusinessHours.objects.for_practice(cast.glow).get().weekday == 3


def test_rows_that_somebody_else_removed_meanwhile_are_not_lost(maya, cast):
    maya.post(HOURS, week(d0=[("09:00", "10:00"), ("11:00", "12:00"), ("13:00", "14:00")]))
    assert BusinessHours.objects.for_practice(cast.glow).count() == 3


def test_holidays_are_added_refused_twice_and_removed(maya, cast):
    data = {"date": "2026-12-25", "name": "Christmas Day"}
    maya.post(HOLIDAYS, data)
    again = maya.post(HOLIDAYS, data)
    assert again.status_code == 422
    assert "holiday already" in text(again)
    holiday = Holiday.objects.for_practice(cast.glow).get()
    maya.post(reverse("practices:holiday_remove", args=[holiday.pk]))
    assert not Holiday.objects.for_practice(cast.glow).exists()


def test_a_holiday_of_another_practice_is_404(maya, cast):
    theirs = Holiday.objects.create(practice=cast.other, date=dt.date(2026, 12, 25), name="Christmas")
    assert maya.post(reverse("practices:holiday_remove", args=[theirs.pk])).status_code == 404


# My Staff -------------------------------------------------------------------------------------

NEW = {"email": "ada@glow.example", "name": "Dr. Ada Okafor", "role": "staff", "data_access": "assigned"}


def test_the_list_shows_who_works_here_and_who_left(maya, cast):
    mark_left(actor=Actor(practice=cast.glow, staff=cast.maya), member=cast.jordan, heir=None)
    page = text(maya.get(STAFF))
    assert page.index("Priya Nair") < page.index("Left the practice") < page.index("Jordan Lee")
    assert "Olga" not in page


def test_somebody_is_added_and_gets_a_mail(maya, cast):
    answer = maya.post(STAFF + "add/", NEW, follow=True)
    member = Staff.objects.for_practice(cast.glow).get(user__email="ada@glow.example")
    assert "A mail is on its way to ada@glow.example." in text(answer)
    assert mail.outbox[0].to == ["ada@glow.example"]
    assert not member.user.has_usable_password()
    maya.post(reverse("practices:staff_welcome", args=[member.pk]))
    assert len(mail.outbox) == 2


def test_a_mail_server_that_is_down_is_said_and_the_person_is_there(maya, cast, monkeypatch):
    def down(*args, **kwargs):
        raise ConnectionRefusedError

    monkeypatch.setattr("aesthetix.practices.services.welcome.send_mail", down)
    assert "did not take the mail" in text(maya.post(STAFF + "add/", NEW, follow=True))
    assert Staff.objects.for_practice(cast.glow).filter(user__email="ada@glow.example").exists()


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"email": "nobody"}, "Enter a valid email address."),
        ({"email": "jordan@glow.example"}, "Jordan Lee is in My Staff already."),
        ({"role": "owner"}, "Select a valid choice."),
    ],
)
def test_a_bad_person_comes_back_with_422_and_no_mail(maya, cast, bad, message):
    answer = maya.post(STAFF + "add/", NEW | bad)
    assert answer.status_code == 422
    assert message in text(answer)
    assert mail.outbox == []


def test_role_and_access_are_changed(maya, cast):
    maya.post(f"{STAFF}{cast.priya.pk}/", {"role": "admin", "data_access": "all"})
    cast.priya.refresh_from_db()
    assert (cast.priya.role, cast.priya.data_access) == ("admin", "all")


def test_the_last_admin_cannot_demote_or_leave(maya, cast):
    for url, data in (
        (f"{STAFF}{cast.maya.pk}/", {"role": "staff", "data_access": "all"}),
        (f"{STAFF}{cast.maya.pk}/leave/", {}),
    ):
        answer = maya.post(url, data)
        assert answer.status_code == 422
        assert "is the only admin" in text(answer)


def test_name_and_email_are_changed_where_the_person_works_only_here(maya, cast):
    EmailAddress.objects.create(user=cast.jordan.user, email="jordan@glow.example", primary=True, verified=True)
    maya.post(f"{STAFF}{cast.jordan.pk}/person/", {"name": "Jordan Lee-Park", "email": "JLP@glow.example"})
    cast.jordan.user.refresh_from_db()
    assert (cast.jordan.user.name, cast.jordan.user.email) == ("Jordan Lee-Park", "jlp@glow.example")
    assert not EmailAddress.objects.filter(user=cast.jordan.user, email="jordan@glow.example").exists()
    taken = maya.post(f"{STAFF}{cast.jordan.pk}/person/", {"name": "J", "email": "priya@glow.example"})
    assert taken.status_code == 422


@pytest.mark.parametrize("power", ["works_elsewhere", "superuser", "back_office"])
def test_an_admin_cannot_take_over_an_account_with_more_powers(maya, cast, power):
    user = cast.jordan.user
    if power == "works_elsewhere":
        Staff.objects.create(practice=cast.other, user=user)
    else:
        setattr(user, "is_superuser" if power == "superuser" else "is_staff", True)
        user.save()
    assert "cannot be changed here" in text(maya.get(f"{STAFF}{cast.jordan.pk}/"))
    answer = maya.post(f"{STAFF}{cast.jordan.pk}/person/", {"name": "Mine", "email": "maya2@glow.example"})
    assert answer.status_code == 403
    user.refresh_from_db()
    assert user.email == "jordan@glow.example"


def test_leaving_shows_first_what_stops_and_hands_over(maya, cast):
    url = f"{STAFF}{cast.priya.pk}/leave/"
    page = text(maya.get(url))
    assert "1 contact is assigned to them" in page
    assert "Olga" not in page
    maya.post(url, {"heir": cast.jordan.pk})
    cast.grace.refresh_from_db()
    assert cast.grace.assigned_to == cast.jordan
    assert maya.get(url).status_code == 404


def test_a_person_who_left_cannot_open_the_practice(client, cast):
    client.force_login(cast.jordan.user)
    mark_left(actor=Actor(practice=cast.glow, staff=cast.maya), member=cast.jordan, heir=None)
    assert client.get(STAFF)["Location"].startswith("/accounts/login/")
    client.force_login(cast.jordan.user)
    assert client.get(STAFF).status_code == 403


def test_an_heir_of_another_practice_is_refused(maya, cast):
    answer = maya.post(f"{STAFF}{cast.priya.pk}/leave/", {"heir": cast.outsider.pk})
    assert answer.status_code == 422
    cast.priya.refresh_from_db()
    assert cast.priya.left_at is None


# Who may ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("url", [PROFILE, HOURS, HOLIDAYS, STAFF + "add/"])
def test_staff_change_no_page_of_the_practice(client, cast, url):
    client.force_login(cast.jordan.user)
    assert client.post(url, {}).status_code == 403


@pytest.mark.parametrize("name", ["staff_edit", "staff_person", "staff_welcome", "staff_leave"])
def test_staff_get_403_and_outsiders_404(client, cast, name):
    url = reverse(f"practices:{name}", args=[cast.priya.pk])
    for person, status in ((cast.jordan, 403), (cast.outsider, 404)):
        client.force_login(person.user)
        assert client.post(url, {"role": "admin"}).status_code == status


@pytest.mark.parametrize("date", ["1901-01-01", "9999-12-31", "2026-11-01"])
def test_a_holiday_lies_ahead(client, cast, clock, date):
    client.force_login(cast.maya.user)
    answer = client.post(reverse("practices:holiday_add"), {"date": date, "name": "Never"})
    assert answer.status_code == 422
    assert "A holiday lies between today and 5 years from now." in answer.content.decode()
    assert not Holiday.objects.for_practice(cast.glow).exists()
