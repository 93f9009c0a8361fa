"""Looking at the event table at once when something happened: Redis says so, else every half second."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable

from django.conf import settings
from redis import asyncio as aioredis
from redis.exceptions import RedisError

from aesthetix.events.bell import LIVE_CHANNEL

Ring = Callable[[], Awaitable[None]]
# With Redis the poll is only for what a lost message or a late commit left behind.
SLOW_POLL_SECONDS = 2.0
# A thousand calls at once are looked at together, not one by one.
BURST_SECONDS = 0.05


@contextlib.asynccontextmanager
async def bell(poll_seconds: float) -> AsyncIterator[Ring]:
    """`await ring()` returns when it is time to look."""

    async def wait() -> None:
        await asyncio.sleep(poll_seconds)

    if not settings.REDIS_URL:
        yield wait
        return
    client = aioredis.from_url(settings.REDIS_URL)
    channel = client.pubsub(ignore_subscribe_messages=True)

    async def wait_for_message() -> None:
        try:
            if not channel.subscribed:
                await channel.subscribe(LIVE_CHANNEL)
            if await channel.get_message(timeout=SLOW_POLL_SECONDS):
                await asyncio.sleep(BURST_SECONDS)
                while await channel.get_message(timeout=0.0):
                    pass
        except (RedisError, OSError):
            await wait()

    try:
        yield wait_for_message
    finally:
        with contextlib.suppress(RedisError, OSError):
            await channel.aclose()  # type: ignore[no-untyped-call]
            await client.aclose()
