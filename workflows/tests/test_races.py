"""Many calls at once: the database lets one through."""

import threading

import pytest
from django.db import connection, transaction

from workflows.models import CoolOff, Enrollment
from workflows.services.enroll import enroll_for_call
from workflows.tests.conftest import settle

pytestmark = pytest.mark.django_db(transaction=True)
CALLERS = 20


def all_at_once(events):
    """Every event's delivery in a thread of its own, all released together."""
    gate, errors = threading.Barrier(len(events)), []

    def deliver(event):
        try:
            gate.wait()
            with transaction.atomic():
                enroll_for_call(event)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=deliver, args=(event,)) for event in events]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


def states(desk):
    return sorted(run.state for run in desk.runs())


def test_of_twenty_calls_at_once_one_starts_the_workflow(desk):
    desk.publish()
    all_at_once([desk.missed().event for _ in range(CALLERS)])
    assert states(desk) == ["active"] + ["skipped"] * (CALLERS - 1)
    assert CoolOff.objects.for_practice(desk.practice).count() == 1


def test_of_twenty_calls_after_the_cool_off_one_starts_it_again(desk, clock):
    desk.publish()
    desk.missed()
    settle()
    Enrollment.objects.for_practice(desk.practice).delete()
    clock.tick(minutes=20)
    all_at_once([desk.missed().event for _ in range(CALLERS)])
    assert states(desk) == ["active"] + ["skipped"] * (CALLERS - 1)


def test_one_event_delivered_by_twenty_workers_is_evaluated_once(desk):
    desk.publish(cool_off=0)
    all_at_once([desk.missed().event] * CALLERS)
    assert states(desk) == ["active"]
