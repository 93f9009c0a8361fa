"""The mail in the morning: once a day at eight, counts and links, nothing about anybody."""

import datetime as dt
from smtplib import SMTPException
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from hypothesis import given
from hypothesis import strategies as st

from aesthetix.events.due import drain, drain_all
from aesthetix.events.models import MailChoice
from aesthetix.events.notifications import notify
from aesthetix.practices.actor import Actor
from aesthetix.web import digest
from aesthetix.web.digest import choose_mail, next_morning
from contacts.services.tasks import TaskFacts, add_task

pytestmark = pytest.mark.django_db
EIGHT = {"hours": 22}  # from 10:00 to 8:00 of the next day


@pytest.fixture
def daily(cast, clock):
    """jordan wants it, and has one thing in the bell and one task that is overdue."""
    choose_mail(actor=Actor(practice=cast.glow, staff=cast.jordan), choice="daily")
    maya = Actor(practice=cast.glow, staff=cast.maya)
    facts = TaskFacts("Call Grace about filler", "", cast.jordan, dt.date(2026, 11, 15))
    add_task(actor=maya, contact=cast.grace, facts=facts)
    return cast


def choose(client, staff, choice):
    client.force_login(staff.user)
    return client.post("/notifications/mail/", {"choice": choice})


def test_it_comes_at_eight_and_once_a_day(daily, clock):
    clock.tick(hours=21, minutes=59)
    drain_all()
    assert mail.outbox == []
    clock.tick(minutes=1)
    for _ in range(3):
        drain_all()
        clock.tick(minutes=20)
    (message,) = mail.outbox
    assert message.to == ["jordan@glow.example"]
    assert "Notifications: 1 new" in message.body
    assert "Tasks: 1 due" in message.body
    clock.tick(days=1)
    drain_all()
    assert len(mail.outbox) == 2


def test_it_says_nothing_about_a_patient(daily, clock):
    clock.tick(**EIGHT)
    drain_all()
    (message,) = mail.outbox
    for words in ("Grace", "Park", "filler", f"/contacts/{daily.grace.pk}", "0147"):
        assert words not in message.subject + message.body


def test_where_nothing_waits_there_is_no_mail(cast, clock):
    choose_mail(actor=Actor(practice=cast.glow, staff=cast.jordan), choice="daily")
    clock.tick(**EIGHT)
    drain_all()
    assert mail.outbox == []
    assert MailChoice.objects.for_practice(cast.glow).get().due_at == clock.at + dt.timedelta(days=1)


def test_it_counts_only_whom_one_may_see(cast, clock):
    choose_mail(actor=Actor(practice=cast.glow, staff=cast.priya), choice="daily")
    notify(cast.priya, kind="task", text="x", url="", key="k", contact_id=cast.grace.pk)
    cast.grace.assigned_to = cast.jordan
    cast.grace.save()
    clock.tick(**EIGHT)
    drain_all()
    assert mail.outbox == []


def test_who_left_gets_none(daily, clock):
    daily.jordan.left_at = clock.at
    daily.jordan.save()
    clock.tick(**EIGHT)
    drain_all()
    assert mail.outbox == []


def test_a_task_that_is_due_comes_by_mail_only_to_who_wants_that(cast, clock):
    maya = Actor(practice=cast.glow, staff=cast.maya)
    for staff, choice in ((cast.jordan, "daily"), (cast.priya, "off"), (cast.maya, "tasks")):
        choose_mail(actor=Actor(practice=cast.glow, staff=staff), choice=choice)
        add_task(actor=maya, contact=cast.grace, facts=TaskFacts("x", "", staff, dt.date(2026, 11, 16), dt.time(12)))
    clock.tick(hours=2, minutes=1)
    drain_all()
    assert [message.to for message in mail.outbox] == [["maya@glow.example"]]


def test_a_mail_server_that_is_down_is_tried_again_and_given_up_until_the_next_morning(daily, clock, monkeypatch):
    tried, real = [], digest.send_mail

    def down(*args):
        tried.append(clock.at)
        raise SMTPException

    monkeypatch.setattr(digest, "send_mail", down)
    clock.tick(**EIGHT)
    for _ in range(40):
        drain_all()
        clock.tick(minutes=5)
    assert len(tried) == 8
    monkeypatch.setattr(digest, "send_mail", real)
    clock.at = dt.datetime(2026, 11, 18, 15, tzinfo=dt.UTC)
    drain_all()
    assert len(mail.outbox) == 1


def test_a_mail_server_that_comes_back_sends_it_once(daily, clock, monkeypatch):
    real = digest.send_mail
    monkeypatch.setattr(digest, "send_mail", lambda *args: (_ for _ in ()).throw(OSError()))
    clock.tick(**EIGHT)
    drain("digests")
    monkeypatch.setattr(digest, "send_mail", real)
    for _ in range(3):
        clock.tick(minutes=5)
        drain_all()
    assert len(mail.outbox) == 1


def test_a_worker_that_dies_before_the_mail_sends_no_second_one(daily, clock, monkeypatch):
    def die(*args):
        raise SystemExit

    monkeypatch.setattr(digest, "_mail", die)
    clock.tick(**EIGHT)
    with pytest.raises(SystemExit):
        drain("digests")
    monkeypatch.undo()
    clock.tick(hours=1)
    drain("digests")
    assert mail.outbox == []


def test_a_worker_that_comes_late_sends_one_for_all_that_it_missed(daily, clock):
    clock.tick(days=3, hours=5)
    drain_all()
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    ("zone", "now", "due"),
    [
        ("America/New_York", "2026-10-31T12:30", "2026-11-01T13:00"),  # the clocks go back in the night
        ("America/New_York", "2027-03-13T13:30", "2027-03-14T12:00"),  # and forward
        ("America/Phoenix", "2026-11-16T15:00", "2026-11-17T15:00"),  # it is eight: the next one
        ("Pacific/Auckland", "2026-11-16T18:59", "2026-11-16T19:00"),
    ],
)
def test_eight_is_eight_on_the_practices_clock(zone, now, due):
    moment = dt.datetime.fromisoformat(now).replace(tzinfo=dt.UTC)
    assert next_morning(moment, ZoneInfo(zone)) == dt.datetime.fromisoformat(due).replace(tzinfo=dt.UTC)


@given(
    st.datetimes(dt.datetime(2020, 1, 1), dt.datetime(2035, 1, 1)),
    st.sampled_from(["America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "America/Phoenix"]),
)
def test_it_always_lies_ahead_and_within_a_day(now, zone):
    now = now.replace(tzinfo=dt.UTC)
    due = next_morning(now, ZoneInfo(zone))
    assert dt.timedelta(0) < due - now <= dt.timedelta(hours=25)
    assert due.astimezone(ZoneInfo(zone)).time() == dt.time(8)


def test_a_practice_that_moved_west_waits_for_its_own_eight(daily, clock):
    daily.glow.time_zone = "Pacific/Honolulu"
    daily.glow.save()
    clock.tick(**EIGHT)
    drain_all()
    assert mail.outbox == []
    clock.tick(hours=3)
    drain_all()
    assert len(mail.outbox) == 1


def test_each_chooses_for_themselves(cast, client, clock):
    assert choose(client, cast.jordan, "daily").status_code == 302
    page = client.get("/alerts/").content.decode()
    assert 'value="daily" class="form-check-input" id="id_choice_1" required checked' in " ".join(page.split())
    assert choose(client, cast.jordan, "off").status_code == 302
    row = MailChoice.objects.for_practice(cast.glow).get()
    assert (row.staff, row.choice, row.due_at) == (cast.jordan, "off", None)


@pytest.mark.parametrize("choice", ["", "hourly"])
def test_what_is_no_choice_says_so(cast, client, choice):
    answer = choose(client, cast.jordan, choice)
    assert answer.status_code == 422
    assert not MailChoice.objects.for_practice(cast.glow).exists()
