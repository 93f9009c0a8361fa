"""A discrete-event scheduler: timers, and HTTP jobs that are done outside the lock.

Virtual mode: `advance` and `run_until_idle` move the clock. At one instant everything due is run, then the webhooks in
the order they were asked for, then `on_settle`, until nothing new appears; only then does time move. Real mode: `start`
runs a thread that waits for what is due and hands webhooks to a small pool.
"""

import datetime as dt
import heapq
import itertools
import logging
import threading
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from telephony.carriers.lab.clock import Clock, VirtualClock

logger = logging.getLogger(__name__)


@dataclass(order=True)
class Timer:
    due: dt.datetime
    number: int
    deed: Callable[[], None] = field(compare=False)
    cancelled: bool = field(default=False, compare=False)

    def cancel(self) -> None:
        self.cancelled = True


@dataclass(frozen=True)
class Job:
    """One HTTP request to make, and whom to tell. `request` is opaque here."""

    request: Any
    perform: Callable[[Any], Any]
    on_reply: Callable[[Any], None]


class Scheduler:
    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.changed = threading.Condition(threading.RLock())
        self.on_settle: Callable[[], object] | None = None
        self.next_wake: Callable[[], dt.datetime | None] | None = None
        self.order: Callable[[Iterable[Job]], list[Job]] = list
        self._timers: list[Timer] = []
        self._jobs: deque[Job] = deque()
        self._numbers = itertools.count(1)
        self._turn = threading.Lock()
        self._thread: threading.Thread | None = None
        self._stopping = False

    # What the engine uses -------------------------------------------------------------------------------------------

    @property
    def now(self) -> dt.datetime:
        return self.clock()

    def later(self, seconds: float, deed: Callable[[], None]) -> Timer:
        """Run `deed` under the lock, `seconds` from now."""
        with self.changed:
            timer = Timer(self.now + dt.timedelta(seconds=max(seconds, 0.0)), next(self._numbers), deed)
            heapq.heappush(self._timers, timer)
            self.changed.notify_all()
        return timer

    def soon(self, deed: Callable[[], None]) -> Timer:
        return self.later(0.0, deed)

    def submit(self, job: Job) -> None:
        """Have an HTTP request made outside the lock; its `on_reply` runs under the lock."""
        with self.changed:
            self._jobs.append(job)
            self.changed.notify_all()

    # Virtual time ---------------------------------------------------------------------------------------------------

    @property
    def virtual(self) -> bool:
        return isinstance(self.clock, VirtualClock)

    def settle(self) -> None:
        """Run everything that is due at this instant, webhooks and `on_settle` included."""
        with self._turn:
            self._settle()

    def advance(self, seconds: float) -> None:
        """Move the virtual clock on by `seconds`, running what falls due on the way."""
        with self._turn:
            self._run_to(self.now + dt.timedelta(seconds=seconds), stop_when_idle=False)

    def run_until_idle(self, limit: float) -> bool:
        """Move on until nothing is due any more: True; or until `limit` seconds have passed: False."""
        with self._turn:
            return self._run_to(self.now + dt.timedelta(seconds=limit), stop_when_idle=True)

    def _run_to(self, end: dt.datetime, *, stop_when_idle: bool) -> bool:
        clock = self._virtual_clock()
        while True:
            self._settle()
            due = self._next_due()
            if due is None and stop_when_idle:
                return True
            if due is None or due > end:
                clock.move_to(end)
                self._settle()
                return False
            clock.move_to(due)

    def _virtual_clock(self) -> VirtualClock:
        if not isinstance(self.clock, VirtualClock):
            raise RuntimeError("this lab runs in real time: its clock cannot be moved")
        return self.clock

    def _next_due(self) -> dt.datetime | None:
        """The next timer or the application's next wake-up, whichever is first; past wake-ups are not waited for."""
        wake = self.next_wake() if self.next_wake else None
        with self.changed:
            self._drop_cancelled()
            due = self._timers[0].due if self._timers else None
        if wake is None or wake <= self.now:
            return due
        return wake if due is None else min(wake, due)

    def _settle(self) -> None:
        while True:
            jobs = self._run_due()
            for job in jobs:
                self._do(job)
            if jobs:
                continue
            if self.on_settle is not None:
                self.on_settle()
            if not self._has_work():
                return

    def _run_due(self) -> list[Job]:
        with self.changed:
            while self._has_due():
                timer = heapq.heappop(self._timers)
                if not timer.cancelled:
                    timer.deed()
            jobs = self.order(self._jobs)
            self._jobs.clear()
            return jobs

    def _do(self, job: Job) -> None:
        reply = job.perform(job.request)
        with self.changed:
            job.on_reply(reply)
            self.changed.notify_all()

    def _has_due(self) -> bool:
        self._drop_cancelled()
        return bool(self._timers) and self._timers[0].due <= self.now

    def _has_work(self) -> bool:
        with self.changed:
            return bool(self._jobs) or self._has_due()

    def _drop_cancelled(self) -> None:
        while self._timers and self._timers[0].cancelled:
            heapq.heappop(self._timers)

    # Real time ------------------------------------------------------------------------------------------------------

    def start(self, workers: int = 8) -> None:
        """Run in real time on an own thread until `stop`, with `workers` threads for HTTP."""
        if self.virtual:
            raise RuntimeError("a lab on a virtual clock is advanced, not started")
        if self._thread is None:
            self._stopping = False
            self._thread = threading.Thread(target=self._live, args=(workers,), name="phone-lab", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        with self.changed:
            self._stopping = True
            self.changed.notify_all()
        if self._thread is not None:
            self._thread.join(timeout=5)
            self._thread = None

    def _live(self, workers: int) -> None:
        with ThreadPoolExecutor(workers, thread_name_prefix="phone-lab-http") as pool:
            while not self._stopping:
                for job in self._run_due_safely():
                    pool.submit(self._do_safely, job)
                with self.changed:
                    if not self._stopping and not self._has_work():
                        self.changed.wait(self._seconds_to_next())

    def _run_due_safely(self) -> list[Job]:
        try:
            return self._run_due()
        except Exception:
            logger.exception("phone lab: an event failed")
            return []

    def _do_safely(self, job: Job) -> None:
        try:
            self._do(job)
        except Exception:
            logger.exception("phone lab: a webhook's answer could not be used")

    def _seconds_to_next(self) -> float | None:
        if not self._timers:
            return None
        return max((self._timers[0].due - self.now).total_seconds(), 0.0)
