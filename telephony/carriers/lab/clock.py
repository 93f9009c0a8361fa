"""The lab's time. A virtual clock stands still until the scheduler moves it; the real one is the system's."""

import datetime as dt
from typing import Protocol

DEFAULT_START = dt.datetime(2026, 11, 16, 17, 0, tzinfo=dt.UTC)


class Clock(Protocol):
    """Returns the present moment, aware, in UTC."""

    def __call__(self) -> dt.datetime: ...


class VirtualClock:
    """Callable like the house clock, so that the application can live in the same time as the lab."""

    def __init__(self, start: dt.datetime = DEFAULT_START) -> None:
        self.at = start.astimezone(dt.UTC)

    def __call__(self) -> dt.datetime:
        return self.at

    def move_to(self, moment: dt.datetime) -> None:
        """Forward only: an earlier moment leaves the clock as it is."""
        self.at = max(self.at, moment)


class RealClock:
    """The system's time."""

    def __call__(self) -> dt.datetime:
        return dt.datetime.now(dt.UTC)
