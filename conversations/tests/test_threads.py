import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from aesthetix.events.models import Event
from aesthetix.practices.actor import Actor
from conversations.models import Item, Thread
from conversations.services.threads import add_item, mark_read


def thread_of(contact):
    return Thread.objects.for_practice(contact.practice_id).get(contact=contact)


def test_an_item_costs_two_statements_and_says_nothing(cast, clock, django_assert_num_queries):
    add_item(cast.glow, cast.grace, "call", ref=1)
    with django_assert_num_queries(2):
        add_item(cast.glow, cast.grace, "call", ref=2, preview="Missed call", unread=True)
    assert Event.objects.for_practice(cast.glow).count() == 0


def test_a_contact_has_one_thread_and_it_counts_what_is_unread(cast, clock):
    for ref in range(3):
        add_item(cast.glow, cast.grace, "call", ref=ref, preview="Missed call", unread=ref > 0)
        clock.tick(minutes=1)
    thread = thread_of(cast.grace)
    assert (thread.unread_count, thread.preview, thread.last_kind) == (2, "Missed call", "call")
    assert thread.last_item_at == clock() - dt.timedelta(minutes=1)
    assert Item.objects.for_practice(cast.glow).filter(thread=thread).count() == 3


def test_a_late_item_does_not_move_the_thread_backwards(cast, clock):
    now = clock()
    add_item(cast.glow, cast.grace, "text", preview="Newest", at=now)
    add_item(cast.glow, cast.grace, "call", ref=1, preview="Old", at=now - dt.timedelta(hours=1), unread=True)
    thread = thread_of(cast.grace)
    assert (thread.last_item_at, thread.preview, thread.last_kind, thread.unread_count) == (now, "Newest", "text", 1)


def test_callers_who_withheld_their_number_share_one_thread_per_practice(cast, clock):
    first = add_item(cast.glow, None, "call", ref=1)
    second = add_item(cast.glow, None, "call", ref=2)
    elsewhere = add_item(cast.other, None, "call", ref=3)
    assert first.thread_id == second.thread_id != elsewhere.thread_id


def test_the_same_call_is_never_shown_twice(cast, clock):
    add_item(cast.glow, cast.grace, "call", ref=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        add_item(cast.glow, cast.grace, "call", ref=1, unread=True)
    assert thread_of(cast.grace).unread_count == 0


def test_a_long_preview_is_cut_and_laid_flat(cast, clock):
    add_item(cast.glow, cast.grace, "text", preview="one\n\ntwo " + "x" * 300)
    assert thread_of(cast.grace).preview.startswith("one two xxx")
    assert len(thread_of(cast.grace).preview) == 160


def test_reading_a_thread_is_told_to_open_pages_once(cast, clock):
    add_item(cast.glow, cast.grace, "text", unread=True)
    actor = Actor(practice=cast.glow, staff=cast.jordan)
    for _ in range(2):
        mark_read(actor=actor, thread=thread_of(cast.grace))
    assert thread_of(cast.grace).unread_count == 0
    assert [event.type for event in Event.objects.for_practice(cast.glow)] == ["thread.updated"]


def test_an_outsider_cannot_mark_another_practices_thread_as_read(cast, clock):
    add_item(cast.glow, cast.grace, "text", unread=True)
    mark_read(actor=Actor(practice=cast.other, staff=cast.outsider), thread=thread_of(cast.grace))
    assert thread_of(cast.grace).unread_count == 1
