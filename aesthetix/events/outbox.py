"""Saying that something happened, and telling those who asked to know."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from django.db import transaction

from aesthetix.events import bell
from aesthetix.events.due import DueRow, WorkQueue, drain
from aesthetix.events.models import Delivery, Event
from aesthetix.lib import clock
from aesthetix.practices.models import Practice
from aesthetix.practices.services import alerts

Subscriber = Callable[[Event], None]
_subscribers: dict[str, dict[str, Subscriber]] = defaultdict(dict)


def subscribe(event_type: str, name: str) -> Callable[[Subscriber], Subscriber]:
    """Register a subscriber. It runs in a worker, in a transaction, exactly once per event;
    it must not call a provider (write a due row instead)."""

    def register(function: Subscriber) -> Subscriber:
        _subscribers[event_type][name] = function
        return function

    return register


def emit(practice: Practice, event_type: str, *, contact_id: int | None = None, **payload: Any) -> Event:
    """Write an event in the caller's transaction; the bell rings when that commits."""
    return emit_all(Event(practice=practice, type=event_type, contact_id=contact_id, payload=payload))[0]


def emit_all(*events: Event) -> list[Event]:
    """Several events in one statement."""
    for event in events:
        event.due_at = event.due_at if is_awaited(event) else None
    created = Event.objects.bulk_create(events)
    ring_for(events)
    return created


def is_awaited(event: Event) -> bool:
    """Whether anybody subscribed to it. What only open pages look at is never due."""
    return bool(_subscribers.get(event.type))


def ring_for(events: Iterable[Event]) -> None:
    """After commit, wake open pages, and a worker if one of the events is awaited."""
    ring("events" if any(is_awaited(event) for event in events) else bell.PAGES)


def ring(queue: str) -> None:
    """Wake a worker for this queue after commit. If the bell is lost, the sweep finds the row."""
    transaction.on_commit(lambda: bell.ring(queue))


def _fan_out(event: Event) -> None:
    names = _subscribers.get(event.type, {})
    with transaction.atomic():
        Delivery.objects.bulk_create(
            [Delivery(practice_id=event.practice_id, event=event, subscriber=name) for name in names],
            ignore_conflicts=True,
        )
        Event.objects.across_practices().filter(pk=event.pk).update(due_at=None)
        if names:
            transaction.on_commit(lambda: drain("deliveries") and None)


def _deliver(delivery: DueRow) -> None:
    assert isinstance(delivery, Delivery)
    event = delivery.event
    function = _subscribers.get(event.type, {}).get(delivery.subscriber)
    with transaction.atomic():
        row = Delivery.objects.across_practices().select_for_update().get(pk=delivery.pk)
        if row.done_at is None and function is not None:
            function(event)
        row.due_at, row.done_at = None, row.done_at or clock.now()
        row.save(update_fields=["due_at", "done_at"])


def _lost(row: Event | Delivery) -> None:
    """Hours of trying did not help: somebody must know that a reaction to an event is missing."""
    alerts.raise_alert(
        row.practice,
        kind="event_lost",
        text="Something that should have followed a call or a text did not happen. Your operator should look.",
        key="event_lost",
    )


# About five hours of tries: an error of ours that is mended within them costs time only.
LONG: dict[str, Any] = {"max_attempts": 36, "gave_up": _lost, "celery_queue": "realtime"}
WorkQueue("events", Event, _fan_out, batch=100, **LONG).register()
WorkQueue("deliveries", Delivery, _deliver, **LONG).register()
