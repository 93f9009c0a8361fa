"""Keeping the pairs up to date: a worker compares what changed with all others."""

import datetime as dt

import pytest

from aesthetix.events.due import drain
from aesthetix.practices.actor import Actor
from contacts.duplicates import finding
from contacts.models import Contact, DuplicateLook, DuplicatePair
from contacts.services.duplicates import dismiss, look_at_everybody, restore, store_pairs
from contacts.services.identify import create_caller
from contacts.services.records import facts_of, update_contact
from contacts.tests.merging.world import person

pytestmark = pytest.mark.django_db
PHONE, OTHER_PHONE, DAY = "+16025550141", "+16025550142", dt.date(1988, 4, 12)


def pairs(cast):
    rows = DuplicatePair.objects.for_practice(cast.glow).order_by("id")
    return [(row.first_id, row.second_id, row.kind) for row in rows]


def pair_of(one, other, kind="duplicate"):
    return (min(one.pk, other.pk), max(one.pk, other.pk), kind)


def test_a_new_contact_is_compared_with_all_others(cast):
    one = person(cast, "Anna", "Berg", PHONE)
    other = person(cast, "Anna", "Berg", PHONE)
    assert pairs(cast) == [], "not in the request"
    drain("duplicates")
    assert pairs(cast) == [pair_of(one, other)]
    assert not DuplicateLook.objects.for_practice(cast.glow).exists()


def test_by_email_in_any_case_and_by_birthday_with_a_name_that_is_alike(cast):
    one, two = person(cast, "Anna", "Berg", email="Anna@X.example"), person(cast, "A.", "Berg", email="anna@x.EXAMPLE")
    three, four = person(cast, "Dana", "Whitfield", birthday=DAY), person(cast, "Dana", "Whitfeld", birthday=DAY)
    drain("duplicates")
    assert pairs(cast) == [pair_of(one, two), pair_of(three, four)]


def test_a_change_makes_a_pair_and_another_ends_it(cast):
    maya = Actor(practice=cast.glow, staff=cast.maya)
    one, other = person(cast, "Anna", "Berg", PHONE), person(cast, "Tom", "Berg", PHONE)
    drain("duplicates")
    assert pairs(cast) == [pair_of(one, other, "household")]
    for name, kind in (("Anna", "duplicate"), ("Tom", "household")):
        facts = facts_of(other).__class__(**{**facts_of(other).__dict__, "first_name": name})
        other = update_contact(actor=maya, contact=other, facts=facts)
        drain("duplicates")
        assert pairs(cast) == [pair_of(one, other, kind)]
    update_contact(actor=maya, contact=other, facts=facts_of(other).__class__(first_name="Tom"))
    drain("duplicates")
    assert pairs(cast) == []


def test_not_a_duplicate_is_remembered_whatever_else_changes(cast):
    maya = Actor(practice=cast.glow, staff=cast.maya)
    one, other = person(cast, "Anna", "Berg", PHONE), person(cast, "Anna", "Berg", PHONE)
    drain("duplicates")
    pair = DuplicatePair.objects.for_practice(cast.glow).get()
    dismiss(actor=maya, pair=pair)
    dismiss(actor=maya, pair=pair)
    update_contact(actor=maya, contact=other, facts=facts_of(other).__class__(first_name="Tom"))
    store_pairs(cast.glow, [one.pk, other.pk])
    pair.refresh_from_db()
    assert pair.dismissed_by == cast.maya
    restore(actor=maya, pair=pair)
    pair.refresh_from_db()
    assert pair.dismissed_at is None


def test_everybody_is_compared_slice_by_slice(cast, monkeypatch):
    monkeypatch.setattr("contacts.services.duplicates.SLICE", 2)
    people = [person(cast, "Anna", "Berg", PHONE) for _ in range(5)]
    DuplicateLook.objects.for_practice(cast.glow).delete()
    look_at_everybody(cast.glow)
    drain("duplicates")
    assert len(pairs(cast)) == 10
    assert {pk for one, other, _ in pairs(cast) for pk in (one, other)} == {one.pk for one in people}


def test_a_worker_that_died_goes_on_where_it_was(cast, monkeypatch):
    monkeypatch.setattr("contacts.services.duplicates.SLICE", 2)
    people = [person(cast, "Anna", "Berg", PHONE) for _ in range(4)]
    DuplicateLook.objects.for_practice(cast.glow).delete()
    look = DuplicateLook.objects.create(practice=cast.glow, cursor=people[2].pk)
    drain("duplicates")
    assert len(pairs(cast)) == 3, "those of the last one"
    assert not DuplicateLook.objects.for_practice(cast.glow).filter(pk=look.pk).exists()


@pytest.mark.parametrize("most", [2, 3])
def test_what_too_many_have_tells_nothing(cast, monkeypatch, most):
    monkeypatch.setattr(finding, "MOST_SHARING", most)
    for _ in range(3):
        person(cast, "Anna", "Berg", PHONE, email="front@desk.example")
    drain("duplicates")
    assert bool(pairs(cast)) is (most == 3)


def test_a_birthday_that_too_many_have_tells_nothing(cast, monkeypatch):
    monkeypatch.setattr(finding, "MOST_BORN", 2)
    for _ in range(3):
        person(cast, "Anna", "Berg", birthday=DAY)
    drain("duplicates")
    assert pairs(cast) == []


def test_nobody_is_compared_with_another_practices_people(cast):
    mine = person(cast, "Sven", "Stranger", "+14805550163")
    drain("duplicates")
    assert pairs(cast) == []
    assert mine.practice_id != cast.stranger.practice_id


def test_a_caller_whom_a_webhook_made_costs_it_nothing(cast):
    create_caller(cast.glow, OTHER_PHONE)
    assert not DuplicateLook.objects.for_practice(cast.glow).exists()


def test_comparing_costs_the_same_number_of_statements_however_many(cast, django_assert_max_num_queries):
    for at in range(40):
        person(cast, "Anna", f"Berg{at % 20:02}", f"+160255501{at % 20:02}", birthday=DAY)
    ids = list(Contact.objects.for_practice(cast.glow).values_list("pk", flat=True))
    with django_assert_max_num_queries(16):
        store_pairs(cast.glow, ids)
    assert len(pairs(cast)) >= 20
