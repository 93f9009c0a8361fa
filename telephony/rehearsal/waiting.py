"""Letting a real Celery worker do the work that is due, while the carrier's clock stands still."""

import time

from celery.worker import state

from aesthetix.events.tasks import sweep
from aesthetix.lib import clock
from telephony.rehearsal.working import due_rows

POLL_SECONDS = 0.02
CALM_POLLS = 3  # so many looks in a row without work before time may move on


class WorkStuck(Exception):
    """The worker did not finish what was due."""


def wait_for_worker(limit: float = 30.0) -> None:
    """Return when no row is due and no task of the worker in this process is under way.

    What nobody rang for is found by a sweep, as beat would do it every second. Raises WorkStuck after
    `limit` real seconds.
    """
    deadline, calm, looks = time.monotonic() + limit, 0, 0
    while calm < CALM_POLLS:
        busy = bool(state.active_requests or state.reserved_requests) or _is_work_due()
        calm = 0 if busy else calm + 1
        if busy and looks % 25 == 24:
            sweep.apply_async(queue="realtime", expires=5)
        looks += 1
        if time.monotonic() > deadline:
            raise WorkStuck("work is still due")
        time.sleep(POLL_SECONDS)


def _is_work_due() -> bool:
    return any(at <= clock.now() for _, at in due_rows())
