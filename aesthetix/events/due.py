"""Rows with work to do. The row is the truth, Celery is only the doorbell (architecture decision 5).

A row with a `due_at` is alive: when that time has come, a worker claims it by moving `due_at` to the
end of its lease, works outside any transaction, and clears `due_at` when done. A worker that dies
leaves the lease to run out, and the row is due again.
"""

import datetime as dt
import logging
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db import connection, models, transaction

from aesthetix.lib import clock
from aesthetix.practices.scoping import PracticeOwned

logger = logging.getLogger(__name__)


class DueRow(PracticeOwned):
    due_at = models.DateTimeField(null=True, blank=True, default=clock.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True)

    class Meta(PracticeOwned.Meta):
        abstract = True

    @classmethod
    def due_index(cls, name: str) -> models.Index:
        """The partial index that makes an empty poll cheap; put it into the model's Meta.indexes."""
        return models.Index(fields=["due_at", "id"], condition=models.Q(due_at__isnull=False), name=name)


@dataclass(frozen=True)
class WorkQueue:
    """One kind of due row and how to work on it.

    `handle(row)` runs outside any transaction, with `row.due_at` set to the end of the lease. It must
    leave `due_at` as None (done) or as the time of the next try; raising means "try again later".
    """

    name: str
    model: type[DueRow]
    handle: Callable[[Any], None]
    gave_up: Callable[[Any], None] = lambda row: None
    batch: int = 20
    lease: dt.timedelta = dt.timedelta(seconds=60)
    max_attempts: int = 8
    celery_queue: str = "default"

    registry: ClassVar[dict[str, "WorkQueue"]] = {}

    def register(self) -> "WorkQueue":
        self.registry[self.name] = self
        return self


def claim(queue: WorkQueue, now: dt.datetime) -> list[Any]:
    """Take up to `batch` due rows for the length of a lease, the longest due first; each goes to one worker only."""
    take = _claim_in_one if connection.vendor == "postgresql" else _claim_alone
    return take(queue, now, now + queue.lease)


# Every worker looks at every queue every second, so looking must cost next to nothing.
_CLAIM = """
WITH chosen AS MATERIALIZED (
    SELECT id, due_at FROM {table} WHERE due_at <= %s ORDER BY due_at, id LIMIT %s FOR UPDATE SKIP LOCKED)
UPDATE {table} AS claimed SET due_at = %s, attempts = attempts + 1 FROM chosen WHERE claimed.id = chosen.id
RETURNING claimed.*, chosen.due_at AS was_due"""


def _claim_in_one(queue: WorkQueue, now: dt.datetime, until: dt.datetime) -> list[Any]:
    sql = _CLAIM.format(table=connection.ops.quote_name(queue.model._meta.db_table))
    rows = queue.model.unscoped.raw(sql, [now, queue.batch, until])
    return sorted(rows, key=lambda row: (row.was_due, row.pk))


def _claim_alone(queue: WorkQueue, now: dt.datetime, until: dt.datetime) -> list[Any]:
    """For SQLite, whose transactions (IMMEDIATE) are alone from their beginning."""
    everybody = queue.model.objects.across_practices()
    with transaction.atomic():
        rows = list(everybody.filter(due_at__lte=now).order_by("due_at", "id")[: queue.batch])
        claimed = everybody.filter(pk__in=[row.pk for row in rows])
        claimed.update(due_at=until, attempts=models.F("attempts") + 1)
    for row in rows:
        row.due_at, row.attempts = until, row.attempts + 1
    return rows


def drain(name: str) -> int:
    """Work on everything that is due in one queue; the number of rows worked on."""
    queue, worked = WorkQueue.registry[name], 0
    while rows := claim(queue, clock.now()):
        for row in rows:
            _work(queue, row)
        worked += len(rows)
        if len(rows) < queue.batch:
            break
    return worked


def drain_all() -> int:
    """Every queue until nothing is due any more: what the sweep does, and tests on a moved clock."""
    total = 0
    while worked := sum(drain(name) for name in WorkQueue.registry):
        total += worked
    return total


def backoff(attempts: int) -> dt.timedelta:
    return dt.timedelta(seconds=min(2**attempts, 600))


def _work(queue: WorkQueue, row: DueRow) -> None:
    try:
        queue.handle(row)
    except Exception as error:  # the edge of the process: one bad row must not stop the others
        # Where it happened, not what it said: a database error repeats the row, patient data and all.
        where = "".join(traceback.format_tb(error.__traceback__))
        kind = type(error).__name__
        logger.error("%s %s failed (attempt %s): %s\n%s", queue.name, row.pk, row.attempts, kind, where)
        retry_later(queue, row, kind)


def retry_later(queue: WorkQueue, row: DueRow, error: str) -> None:
    """Due again after a growing pause, or given up after `max_attempts`. Errors are kept by kind only:
    a message could carry patient data."""
    given_up = row.attempts >= queue.max_attempts
    row.due_at = None if given_up else clock.now() + backoff(row.attempts)
    row.last_error = error[:300]
    row.save(update_fields=["due_at", "last_error"])
    if given_up:
        queue.gave_up(row)
