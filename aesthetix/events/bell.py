"""Rings Celery, and the live streams. A seam of its own, so that tests on a moved clock can keep it silent.

Ringing never holds up a request: a thread of its own does it, and many rings within a moment are one.
A ring that is lost (a broker that is down, a process that is killed) loses time, not work: the sweep
finds the row within a second.
"""

import logging
import os
import threading
from functools import lru_cache

from django.conf import settings
from kombu.exceptions import OperationalError
from redis import Redis
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)
silent = False
LIVE_CHANNEL = "aesthetix:events"
PAGES = "pages"  # not a queue: nothing but open pages has to look
TOGETHER = 0.05  # seconds in which rings of one queue become one


def ring(queue: str) -> None:
    """Ask a worker to look at a queue now. Returns at once and never fails."""
    if not silent:
        _ringer(os.getpid()).ring(queue)


class Ringer:
    """The thread that rings, one per process."""

    def __init__(self) -> None:
        self._wanted: set[str] = set()
        self._wake = threading.Event()
        self._lock = threading.Lock()
        threading.Thread(target=self._run, name="bell", daemon=True).start()

    def ring(self, queue: str) -> None:
        with self._lock:
            self._wanted.add(queue)
        self._wake.set()

    def _run(self) -> None:
        while True:
            self._wake.wait()
            self._wake.clear()
            for queue in self._take():
                _ring_now(queue)
            threading.Event().wait(TOGETHER)

    def _take(self) -> set[str]:
        with self._lock:
            wanted, self._wanted = self._wanted, set()
        return wanted


@lru_cache
def _ringer(pid: int) -> Ringer:
    return Ringer()


def _ring_now(queue: str) -> None:
    from aesthetix.events.due import WorkQueue
    from aesthetix.events.tasks import work

    if queue in {"events", PAGES} and settings.REDIS_URL:
        _wake_streams(settings.REDIS_URL)
    if queue == PAGES:
        return
    try:
        work.apply_async((queue,), queue=WorkQueue.registry[queue].celery_queue, retry=False, expires=30)
    except OperationalError:
        logger.warning("The broker cannot be reached; the sweep will find the %s that are due.", queue)


@lru_cache
def _redis(url: str) -> Redis:
    return Redis.from_url(url, socket_timeout=0.5, socket_connect_timeout=0.5)


def _wake_streams(url: str) -> None:
    """Open pages look at the events at once; without Redis they look twice a second."""
    try:
        _redis(url).publish(LIVE_CHANNEL, b"")
    except RedisError:
        logger.warning("Redis cannot be reached; open pages follow a little later.")
