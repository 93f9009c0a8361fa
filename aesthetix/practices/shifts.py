"""Checking a week of business hours before it is saved: pure functions."""

import datetime as dt
from collections.abc import Sequence
from itertools import combinations

from aesthetix.practices.hours import Interval

DAY = 24 * 60
WEEK = 7 * DAY
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def minutes_open(shift: Interval) -> int:
    """Its length. Equal times are a whole day; one that closes before it opens runs past midnight."""
    return (_minute(shift.closes) - _minute(shift.opens)) % DAY or DAY


def overlaps(shifts: Sequence[Interval]) -> list[tuple[Interval, Interval]]:
    """The pairs that share at least a minute of the week, Sunday night into Monday included."""
    return [(a, b) for a, b in combinations(shifts, 2) if _reaches(a, b) or _reaches(b, a)]


def in_words(shift: Interval) -> str:
    """`Monday 9:00 AM to 5:00 PM`."""
    return f"{DAYS[shift.weekday]} {_clock(shift.opens)} to {_clock(shift.closes)}"


def _reaches(a: Interval, b: Interval) -> bool:
    return (_start(b) - _start(a)) % WEEK < minutes_open(a)


def _start(shift: Interval) -> int:
    return shift.weekday * DAY + _minute(shift.opens)


def _minute(time: dt.time) -> int:
    return time.hour * 60 + time.minute


def _clock(time: dt.time) -> str:
    return f"{time:%I:%M %p}".lstrip("0")
