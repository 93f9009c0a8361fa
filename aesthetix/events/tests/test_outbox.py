import pytest

from aesthetix.events import outbox
from aesthetix.events.due import WorkQueue, drain_all
from aesthetix.events.models import Delivery, Event


@pytest.fixture
def heard(monkeypatch):
    calls = []
    monkeypatch.setitem(outbox._subscribers, "test.happened", {"ear": lambda event: calls.append(event.payload["n"])})
    return calls


def test_an_event_reaches_its_subscriber_once(cast, clock, heard):
    outbox.emit(cast.glow, "test.happened", n=1)
    drain_all()
    Event.objects.across_practices().update(due_at=clock())  # the bell rings twice
    drain_all()
    assert heard == [1]


def test_a_failing_subscriber_is_tried_again_and_loses_nothing(cast, clock, monkeypatch):
    tries = []

    def flaky(event):
        tries.append(event.pk)
        if len(tries) < 3:
            raise ValueError("not yet")

    monkeypatch.setitem(outbox._subscribers, "test.happened", {"flaky": flaky})
    outbox.emit(cast.glow, "test.happened")
    for _ in range(3):
        drain_all()
        clock.tick(minutes=5)
    assert len(tries) == 3
    assert Delivery.objects.for_practice(cast.glow).get().due_at is None


def test_a_worker_that_dies_leaves_a_row_that_becomes_due_again(cast, clock, heard):
    from aesthetix.events.due import claim

    outbox.emit(cast.glow, "test.happened", n=7)
    assert len(claim(WorkQueue.registry["events"], clock())) == 1  # claimed, then the worker is killed
    drain_all()
    assert heard == []
    clock.tick(seconds=61)
    drain_all()
    assert heard == [7]


def test_an_event_that_nobody_could_take_for_hours_raises_an_alert(cast, clock, monkeypatch):
    from aesthetix.practices.models import Alert

    def broken(event):
        raise ValueError

    monkeypatch.setitem(outbox._subscribers, "test.happened", {"broken": broken})
    outbox.emit(cast.glow, "test.happened")
    for _ in range(60):
        drain_all()
        clock.tick(minutes=11)
    assert Alert.objects.for_practice(cast.glow).get().kind == "event_lost"
