"""The stream of one browser tab: what happened in the practice, as far as this person may know."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial

from aesthetix.practices.models import Staff
from aesthetix.practices.standing import standing_at
from aesthetix.web.live import feed
from aesthetix.web.live.feed import Happening
from aesthetix.web.live.hub import ask, hub
from aesthetix.web.live.visibility import visible_contacts

HEARTBEAT_SECONDS = 15.0
# The client reloads what it shows: more happened than is worth telling one by one.
RESYNC = b'data: {"type": "resync"}\n\n'
END = b"event: end\ndata: {}\n\n"


@dataclass(frozen=True)
class Listener:
    """Who listens. `last_id` is the last event that the tab has had; None for a fresh page."""

    staff_id: int
    practice_id: int
    session_key: str
    last_id: int | None = None

    def current_staff(self) -> Staff | None:
        """The staff row as it is now; None once they left, were switched off or signed out."""
        standing = standing_at(self.practice_id, self.staff_id, self.session_key)
        if standing is None or standing.is_idle or standing.needs_second_factor:
            return None
        return standing.staff


async def stream(who: Listener) -> AsyncIterator[bytes]:
    """Server-sent events until the client goes, or its person may not listen any more."""
    own = hub()
    queue = await own.listen(who.practice_id)
    try:
        yield b"retry: 2000\n\n"
        lines = await ask(partial(_catch_up, who))
        while lines is not None:
            yield lines
            batch = await _next(queue)
            lines = await ask(partial(_tell, who, batch))
        yield END
    finally:
        own.leave(who.practice_id, queue)


async def _next(queue: asyncio.Queue[Happening]) -> list[Happening]:
    """All that waits; empty when a heartbeat is due before anything came."""
    try:
        batch = [await asyncio.wait_for(queue.get(), HEARTBEAT_SECONDS)]
    except TimeoutError:
        return []
    while not queue.empty():
        batch.append(queue.get_nowait())
    return batch


def _catch_up(who: Listener) -> bytes | None:
    """From the last event that the tab has had. A fresh page gets the newest id, to come back with."""
    if who.last_id is None:
        return f"id: {feed.newest_of(who.practice_id)}\nevent: hello\ndata: {{}}\n\n".encode()
    happened = feed.missed(who.practice_id, who.last_id)
    if happened is None:
        return f"id: {feed.newest_of(who.practice_id)}\n".encode() + RESYNC
    return _tell(who, happened)


def _tell(who: Listener, batch: list[Happening]) -> bytes | None:
    """Lines for the tab, a heartbeat when nothing happened, None when the person may not listen any more.

    Of a contact that the person may not see, only that something happened.
    """
    staff = who.current_staff()
    if staff is None:
        return None
    asked = {one.contact_id for one in batch if one.contact_id is not None}
    visible = asked if staff.sees_all else visible_contacts(staff, asked)
    return b"".join(one.line(contact=one.contact_id in visible) for one in batch) or b": still here\n\n"
