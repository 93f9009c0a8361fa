"""Rings Celery, and the live streams. A seam of its own, so that tests on a moved clock can keep it silent."""

import logging
from functools import lru_cache

from django.conf import settings
from kombu.exceptions import OperationalError
from redis import Redis
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)
silent = False
LIVE_CHANNEL = "aesthetix:events"


def ring(queue: str) -> None:
    """Ask a worker to look at a queue now. Never fails: a broker that is down loses time, not work."""
    if silent:
        return
    from aesthetix.events.due import WorkQueue
    from aesthetix.events.tasks import work

    if queue == "events" and settings.REDIS_URL:
        _wake_streams(settings.REDIS_URL)
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
