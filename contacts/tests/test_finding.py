"""Finding people by what the front desk hears: name, number, email, birthday, however it is written."""

import datetime as dt

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from contacts.birthdays import as_birthday, split_birthday
from contacts.filters import Listing
from contacts.models import Contact, ContactPhone, SmartList, Task
from contacts.search import search_text

pytestmark = pytest.mark.django_db
DAY = dt.date(1988, 3, 14)


@pytest.fixture
def zoe(cast):
    """Zoë Müller, born on March 14, 1988; Bo was born on the same day."""
    text = search_text("Zoë", "Müller", "zoe.m@example.com", ["+14805550163"])
    zoe = Contact.objects.create(practice=cast.glow, first_name="Zoë", last_name="Müller", birthday=DAY)
    Contact.objects.for_practice(cast.glow).filter(pk=zoe.pk).update(search_text=text)
    ContactPhone.objects.create(practice=cast.glow, contact=zoe, number="+14805550163")
    Contact.objects.create(practice=cast.glow, first_name="Bo", search_text="bo", birthday=DAY)
    return zoe


@pytest.mark.parametrize(
    "words",
    ["zoe", "MÜLLER", "ülle", "Zoë Müller", "muller zoe", "zoe.m@example.com", "@example.com"]
    + ["(480) 555-0163", "480.555.0163", "+1 480 555 0163", "4805550163", "555-0163", "zoe 555-0163", "zoe (480) 0163"]
    + ["zoe 3/14/1988", "1988-03-14 Müller", "Zoe Müller 03/14/88"],
)
def test_one_is_found_by(zoe, cast, words):
    assert list(Contact.objects.for_practice(cast.glow).matching(words)) == [zoe]


@pytest.mark.parametrize(
    "words",
    ["03/14/1988", "3/14/1988", "1988-03-14", "Mar 14 1988", "March 14, 1988", "14 March 1988", "3-14-1988", "3/14/88"],
)
def test_everybody_of_a_birthday_is_found_by(zoe, cast, words):
    assert Contact.objects.for_practice(cast.glow).matching(words).count() == 2


@pytest.mark.parametrize("words", ["bo 3/15/1988", "zoe 555-0164", "13/14/1988", "zoe 02/30/1988", "bo zoe"])
def test_nobody_is_found_by(zoe, cast, words):
    assert not Contact.objects.for_practice(cast.glow).matching(words).exists()


def test_two_digits_of_a_year_are_past(clock):
    assert as_birthday("3/14/45") == dt.date(1945, 3, 14)
    assert as_birthday("11/16/26") == dt.date(2026, 11, 16)
    assert as_birthday("11/17/26") == dt.date(1926, 11, 17)


@given(st.text(max_size=40))
def test_no_words_break_it(words):
    rest, day = split_birthday(words)
    assert rest == words or day


# As filters of the list ---------------------------------------------------------------------


def listed(staff, query):
    rows = Listing.read(QueryDict(query), staff).narrow(Contact.objects.for_staff(staff))
    return sorted(rows.values_list("first_name", flat=True))


def born(practice, name, *days):
    for at, day in enumerate(days):
        Contact.objects.create(practice=practice, first_name=f"{name}{at or ''}", birthday=day)


def test_birthdays_that_come_soon_on_the_practices_own_day(cast, clock):
    """10:00 on November 16 in Phoenix; at 23:30 there it is the 17th in London, but not here."""
    born(cast.glow, "Today", dt.date(1990, 11, 16))
    born(cast.glow, "Week", dt.date(1990, 11, 22))
    born(cast.glow, "Month", dt.date(1990, 12, 15))
    born(cast.glow, "Later", dt.date(1990, 12, 16))
    for _ in range(2):
        assert listed(cast.maya, "birthday=1") == ["Today"]
        assert listed(cast.maya, "birthday=7") == ["Today", "Week"]
        assert listed(cast.maya, "birthday=30") == ["Month", "Today", "Week"]
        clock.tick(hours=13, minutes=30)
    assert listed(cast.maya, "birthday=month-12") == ["Later", "Month"]
    assert listed(cast.maya, "birthday=none") == ["Grace"]


@pytest.mark.parametrize(
    ("today", "found"),
    [
        (dt.datetime(2027, 2, 28, 17, tzinfo=dt.UTC), ["Leap", "Sunday"]),
        (dt.datetime(2028, 2, 28, 17, tzinfo=dt.UTC), ["Sunday"]),
        (dt.datetime(2028, 2, 29, 17, tzinfo=dt.UTC), ["Leap"]),
        (dt.datetime(2027, 3, 1, 17, tzinfo=dt.UTC), []),
    ],
)
def test_who_was_born_on_february_29_has_a_birthday_every_year(cast, clock, today, found):
    born(cast.glow, "Leap", dt.date(1992, 2, 29))
    born(cast.glow, "Sunday", dt.date(1993, 2, 28))
    clock.at = today
    assert listed(cast.maya, "birthday=1") == found


def test_the_turn_of_the_year_is_no_end(cast, clock):
    clock.at = dt.datetime(2026, 12, 30, 17, tzinfo=dt.UTC)
    born(cast.glow, "New", dt.date(1990, 1, 3))
    assert listed(cast.maya, "birthday=7") == ["New"]


@pytest.fixture
def busy(cast, clock):
    """Grace: an overdue task of Maya's. Ann: one for nobody. Done: only one that is done, and one deleted."""
    ann = Contact.objects.create(practice=cast.glow, first_name="Ann")
    done = Contact.objects.create(practice=cast.glow, first_name="Done")
    yesterday = clock.at - dt.timedelta(days=1)
    own = {"practice": cast.glow, "title": "x"}
    Task.objects.create(**own, contact=cast.grace, assignee=cast.maya, due_moment=yesterday)
    Task.objects.create(**own, contact=cast.grace)
    Task.objects.create(**own, contact=ann)
    Task.objects.create(**own, contact=done, done_at=yesterday, due_moment=yesterday)
    Task.objects.create(**own, contact=done, deleted_at=yesterday)
    return cast


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("task=open", ["Ann", "Grace"]),
        ("task=mine", ["Grace"]),
        ("task=late", ["Grace"]),
        ("task=none", ["Done"]),
    ],
)
def test_by_their_tasks_each_once(busy, query, found):
    assert listed(busy.maya, query) == found


def test_mine_are_those_of_who_looks(busy):
    assert listed(busy.jordan, "task=mine") == []
    assert listed(busy.priya, "task=open") == ["Grace"]


def test_a_smart_list_counts_them(busy, client):
    kept = SmartList.objects.create(practice=busy.glow, owner=busy.maya, name="To do", query="task=open&birthday=none")
    client.force_login(busy.maya.user)
    page = client.get(f"/contacts/lists/{kept.pk}/").content.decode()
    assert "2 contacts" in page
    assert "Tasks: An open task" in page
    assert ">2<" in client.get("/contacts/lists/counts/").content.decode()
