"""The one clock. Domain code asks `now()`, so tests and the Phone Lab can move time."""

import datetime as dt
from collections.abc import Callable

Source = Callable[[], dt.datetime]


def _system() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


_source: Source = _system


def now() -> dt.datetime:
    """The current time in UTC, or the time of the clock that `use` put in its place."""
    return _source()


def use(source: Source | None) -> None:
    """Take another clock for the whole process; None goes back to the system's."""
    global _source
    _source = source or _system
