"""Small actors: a generator that waits for messages or for an HTTP answer, and can be interrupted from outside.

A process yields `Receive(seconds)` and gets the next message of its mailbox, or None when the time is over; or it
yields `Fetch(request)` and gets the reply. Everything is delivered through the scheduler, never from within another
process.
"""

from collections import deque
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any

from telephony.carriers.lab.scheduler import Scheduler, Timer


@dataclass(frozen=True)
class Receive:
    seconds: float | None = None


@dataclass(frozen=True)
class Fetch:
    request: Any


Steps = Generator[Receive | Fetch, Any, Any]


class Interrupt(Exception):
    """Thrown into a process at the point where it waits."""


class HungUp(Interrupt):
    """The leg is over."""


class Redirected(Interrupt):
    """REST gave the leg another document."""

    def __init__(self, source: Any) -> None:
        super().__init__()
        self.source = source


class Process:
    def __init__(
        self,
        scheduler: Scheduler,
        steps: Steps,
        fetch: Callable[[Any, Callable[[Any], None]], None],
        on_done: Callable[[], None] | None = None,
    ) -> None:
        self._scheduler = scheduler
        self._steps = steps
        self._fetch = fetch
        self._on_done = on_done
        self._mailbox: deque[Any] = deque()
        self._turn = 0
        self._receiving = False
        self._timer: Timer | None = None
        self.done = False
        scheduler.soon(lambda: self._resume(None))

    def send(self, message: Any) -> None:
        """Put a message into the mailbox; dropped when the process is over."""
        self._mailbox.append(message)
        self._scheduler.soon(self._deliver)

    def interrupt(self, reason: Interrupt) -> None:
        self._scheduler.soon(lambda: self._resume(None, reason))

    def _deliver(self) -> None:
        if self._receiving and self._mailbox:
            self._resume(self._mailbox.popleft())

    def _resume(self, value: Any, error: Interrupt | None = None) -> None:
        if self.done:
            return
        self._turn += 1
        self._receiving = False
        if self._timer is not None:
            self._timer.cancel()
        try:
            want = self._steps.send(value) if error is None else self._steps.throw(error)
        except (StopIteration, Interrupt):
            self.done = True
            if self._on_done is not None:
                self._on_done()
            return
        self._wait_for(want)

    def _wait_for(self, want: Receive | Fetch) -> None:
        turn = self._turn
        if isinstance(want, Fetch):
            self._fetch(want.request, lambda reply: self._resume_if(turn, reply))
            return
        self._receiving = True
        if self._mailbox:
            self._scheduler.soon(self._deliver)
        elif want.seconds is not None:
            self._timer = self._scheduler.later(want.seconds, lambda: self._resume_if(turn, None))

    def _resume_if(self, turn: int, value: Any) -> None:
        if turn == self._turn:
            self._resume(value)
