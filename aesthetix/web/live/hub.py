"""One poller for all streams of a process, and one thread that talks to the database for them.

Streams are many and idle; a thread and a connection for each would be the cost of a whole web node.
"""

import asyncio
import contextlib
import logging
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar
from weakref import WeakKeyDictionary

from django.db import DatabaseError, connection

from aesthetix.web.live import wake
from aesthetix.web.live.feed import Feed, Happening

logger = logging.getLogger(__name__)
T = TypeVar("T")
POLL_SECONDS = 0.5

_database = ThreadPoolExecutor(max_workers=1, thread_name_prefix="live")


async def ask(question: Callable[[], T]) -> T:
    """Run a query in the streams' one database thread."""
    return await asyncio.get_running_loop().run_in_executor(_database, _asked, question)


def _asked(question: Callable[[], T]) -> T:
    try:
        return question()
    except DatabaseError:
        connection.close()  # the next question opens a new one
        raise


class Hub:
    """Reads the feed while anybody listens, and hands each practice's events to its streams."""

    def __init__(self) -> None:
        self._queues: dict[int, set[asyncio.Queue[Happening]]] = defaultdict(set)
        self._reader: asyncio.Task[None] | None = None
        self._starting = asyncio.Lock()  # tabs that come at once, as after a restart, have one reader

    async def listen(self, practice_id: int) -> asyncio.Queue[Happening]:
        queue: asyncio.Queue[Happening] = asyncio.Queue()
        self._queues[practice_id].add(queue)
        async with self._starting:
            if self._reader is None:
                feed = Feed()
                await ask(feed.read)  # from here on nothing is missed
                self._reader = asyncio.create_task(self._read(feed))
        return queue

    def leave(self, practice_id: int, queue: asyncio.Queue[Happening]) -> None:
        self._queues[practice_id].discard(queue)
        if not self._queues[practice_id]:
            del self._queues[practice_id]

    async def _read(self, feed: Feed) -> None:
        try:
            await self._follow(feed)
        finally:
            if self._reader is asyncio.current_task():  # it failed; the next tab starts another one
                self._reader = None
        with contextlib.suppress(DatabaseError):
            await ask(connection.close)

    async def _follow(self, feed: Feed) -> None:
        async with wake.bell(POLL_SECONDS) as ring:
            while self._queues:
                await ring()
                try:
                    found = await ask(feed.read)
                except DatabaseError:
                    logger.warning("The live stream cannot read the events; it tries again.")
                    await asyncio.sleep(POLL_SECONDS)
                    continue
                self._hand_out(found)
            self._reader = None  # before anything is awaited: who comes now needs a reader of their own

    def _hand_out(self, found: list[Happening]) -> None:
        for happening in found:
            for queue in self._queues.get(happening.practice_id, ()):
                queue.put_nowait(happening)


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def hub() -> Hub:
    """The hub of the running event loop."""
    return _hubs.setdefault(asyncio.get_running_loop(), Hub())
