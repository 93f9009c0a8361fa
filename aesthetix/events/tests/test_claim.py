import datetime as dt

import pytest
from django.db import connection

from aesthetix.events.due import WorkQueue, claim
from aesthetix.events.models import Event

pytestmark = pytest.mark.django_db
QUEUE = WorkQueue("test_claim", Event, lambda row: None, batch=3)


def add(cast, due_at):
    return Event.objects.create(practice=cast.glow, type="test", payload={"call_id": 7}, due_at=due_at)


def test_a_row_goes_to_one_worker_until_its_lease_ends(cast, clock):
    event = add(cast, clock())
    (claimed,) = claim(QUEUE, clock())
    assert (claimed.pk, claimed.attempts, claimed.payload) == (event.pk, 1, {"call_id": 7})
    assert claimed.due_at == clock() + QUEUE.lease
    assert claim(QUEUE, clock()) == []
    clock.tick(seconds=61)
    assert [row.attempts for row in claim(QUEUE, clock())] == [2]


def test_the_longest_due_go_first_and_a_batch_is_no_more_than_a_batch(cast, clock):
    rows = [add(cast, clock() - dt.timedelta(minutes=minutes)) for minutes in range(5)]
    assert [row.pk for row in claim(QUEUE, clock())] == [row.pk for row in reversed(rows[2:])]
    assert [row.pk for row in claim(QUEUE, clock())] == [row.pk for row in reversed(rows[:2])]


def test_what_is_not_due_or_done_stays(cast, clock):
    add(cast, clock() + dt.timedelta(seconds=1))
    add(cast, None)
    assert claim(QUEUE, clock()) == []


def test_an_empty_look_is_one_statement(cast, clock, django_assert_num_queries):
    look = 1 if connection.vendor == "postgresql" else 3  # with SAVEPOINT and RELEASE
    with django_assert_num_queries(look):
        assert claim(QUEUE, clock()) == []
