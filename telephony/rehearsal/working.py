"""The application's side of time: what is due now is done before the clock moves on, and when it wants to be woken."""

import datetime as dt

from django.db.models import CharField, Value

from aesthetix.events.due import WorkQueue, drain
from aesthetix.lib import clock


def due_rows() -> list[tuple[str, dt.datetime]]:
    """Every row of every queue that is alive, as (queue, when), in one statement."""
    rows = [
        queue.model.objects.across_practices()
        .filter(due_at__isnull=False)
        .order_by()
        .values_list(Value(name, output_field=CharField()), "due_at")
        for name, queue in WorkQueue.registry.items()
    ]
    return list(rows[0].union(*rows[1:], all=True))


def work_off() -> None:
    """As `drain_all`, but with one look at all queues where nothing is due: a script takes hundreds of looks."""
    while due := {name for name, at in due_rows() if at <= clock.now()}:
        for name in due:
            drain(name)


def next_due() -> dt.datetime | None:
    """When the application wants to be woken: the earliest row that is not due yet."""
    return min((at for _, at in due_rows() if at > clock.now()), default=None)
