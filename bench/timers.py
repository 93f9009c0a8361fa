"""Due rows with a million waiting: how fast they are claimed, what an empty look costs, how late they are."""

import statistics
import time
from typing import Any

from bench.report import Result

WAITING, DUE = 1_000_000, 40_000
BATCH, LATE_SECONDS, A_SECOND = 100, 10, 200
FILL = """
INSERT INTO events_event (practice_id, due_at, attempts, last_error, type, contact_id, payload, occurred_at)
SELECT %s, at, 0, '', 'bench', NULL, '{}', at
FROM (SELECT now() + %s::interval + i * %s::interval AS at FROM generate_series(1, %s) i) times
"""
RAW = """
UPDATE events_event SET due_at = now() + interval '60 seconds', attempts = attempts + 1 WHERE id IN (
    SELECT id FROM events_event WHERE due_at <= now() ORDER BY due_at, id LIMIT %s FOR UPDATE SKIP LOCKED)
RETURNING id, practice_id, type, contact_id, payload, due_at, attempts
"""


def run(environment: dict[str, str]) -> list[Result]:
    from django.db import connection

    from aesthetix.events.due import WorkQueue
    from aesthetix.events.models import Event
    from aesthetix.operations.setup import setup_practice

    practice = setup_practice(
        name="Bench timers", slug="timers", time_zone="UTC", admin_email="t@timers.example", admin_name="T"
    ).practice
    queue = WorkQueue("bench", Event, lambda row: None, batch=BATCH)
    with connection.cursor() as cursor:
        cursor.execute(FILL, [practice.pk, "1 day", "1 millisecond", WAITING])
        cursor.execute("ANALYZE events_event")
    return [_claims(practice.pk, queue), _empty(queue), _lateness(practice.pk, queue)]


def _claims(practice: int, queue: Any) -> Result:
    from django.db import connection

    from aesthetix.events.due import claim
    from aesthetix.lib import clock

    def raw() -> int:
        with connection.cursor() as cursor:
            cursor.execute(RAW, [BATCH])
            return len(cursor.fetchall())

    rates: dict[str, list[float]] = {"raw": [], "ours": []}
    for _ in range(3):
        for name, take in (("raw", raw), ("ours", lambda: len(claim(queue, clock.now())))):
            with connection.cursor() as cursor:
                cursor.execute(FILL, [practice, "-1 hour", "1 microsecond", DUE])
            began, taken = time.perf_counter(), 0
            while got := take():
                taken += got
            assert taken == DUE, taken
            rates[name].append(DUE / (time.perf_counter() - began))
    floor, ours = statistics.median(rates["raw"]), statistics.median(rates["ours"])
    return Result("timers, claims at batch 100", floor, ours, ours / floor, "≥ 30,000/s", ours >= 30_000, 3 * DUE, "/s")


def _empty(queue: Any) -> Result:
    from aesthetix.events.due import claim
    from aesthetix.lib import clock

    times = []
    for _ in range(300):
        began = time.perf_counter()
        assert not claim(queue, clock.now())
        times.append((time.perf_counter() - began) * 1000)
    p50 = statistics.median(times)
    return Result("timers, empty look, p50", None, p50, None, "≤ 1 ms", p50 <= 1, len(times), "ms")


def _lateness(practice: int, queue: Any) -> Result:
    """200 due a second, looked at every second until a batch is short, as the sweep does."""
    from django.db import connection

    from aesthetix.events.due import claim
    from aesthetix.lib import clock

    due = LATE_SECONDS * A_SECOND
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM events_event WHERE due_at < now() + interval '2 hours'")
        cursor.execute(FILL, [practice, "1 second", f"{1000 // A_SECOND} milliseconds", due])
    late: list[float] = []
    deadline = time.monotonic() + LATE_SECONDS + 5
    while len(late) < due and time.monotonic() < deadline:
        looked = time.monotonic()
        while rows := claim(queue, clock.now()):
            now = clock.now()
            late += [(now - row.occurred_at).total_seconds() for row in rows]
            if len(rows) < BATCH:
                break
        time.sleep(max(0.0, 1 - (time.monotonic() - looked)))
    assert len(late) == due, len(late)
    p99 = sorted(late)[int(due * 0.99)]
    return Result("timers, lateness at 1 s, p99", 1.0, p99, p99, "≤ 1.2 s", p99 <= 1.2, due, "s")
