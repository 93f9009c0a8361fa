"""When a practice is open: pure functions over intervals of weekdays, holidays and a time zone.

A shift belongs to the day on which it begins. One that closes at or before it opens runs past midnight.
A holiday is closed from midnight to midnight: its own shifts fall away, and last night's ends at midnight.
Where the clocks change, a time is read as calendars do (RFC 5545): a repeated one is its first
occurrence, a skipped one counts with the offset before the change.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

ONE_DAY = dt.timedelta(days=1)
HORIZON_DAYS = 400  # longer than a year, so that even yearly opening is found


class Shift(Protocol):
    """One interval of a weekday (0 = Monday); rows of `BusinessHours` fit as they are."""

    weekday: int
    opens: dt.time
    closes: dt.time


@dataclass(frozen=True)
class Interval:
    weekday: int
    opens: dt.time
    closes: dt.time


def is_open(hours: Iterable[Shift], holidays: Collection[dt.date], tz: dt.tzinfo, at: dt.datetime) -> bool:
    """Whether the practice is open at `at` (aware). Without any hours it never is."""
    moment, today = at.astimezone(dt.UTC), at.astimezone(tz).date()
    spans = _spans(list(hours), frozenset(holidays), tz, today - ONE_DAY, days=2)
    return any(start <= moment < end for start, end in spans)


def next_opening(
    hours: Iterable[Shift], holidays: Collection[dt.date], tz: dt.tzinfo, at: dt.datetime
) -> dt.datetime | None:
    """The first moment from `at` on when the practice is open, in UTC: `at` itself while it is open,
    None when it does not open within 400 days."""
    moment, today = at.astimezone(dt.UTC), at.astimezone(tz).date()
    spans = _spans(list(hours), frozenset(holidays), tz, today - ONE_DAY, days=HORIZON_DAYS)
    # The shifts of a day come before those of the next, so the first day with a hit holds the earliest.
    return next((max(start, moment) for start, end in spans if end > moment), None)


def _spans(
    hours: list[Shift], holidays: frozenset[dt.date], tz: dt.tzinfo, first: dt.date, *, days: int
) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    """The shifts that begin on `days` days from `first` on, as moments in UTC, in the order of their beginning."""
    hours = sorted(hours, key=lambda shift: shift.opens)
    for offset in range(days if hours else 0):
        day = first + offset * ONE_DAY
        if day in holidays:
            continue
        for shift in hours:
            if shift.weekday == day.weekday():
                start, end = _span(shift, day, holidays, tz)
                if start < end:
                    yield start, end


def _span(shift: Shift, day: dt.date, holidays: frozenset[dt.date], tz: dt.tzinfo) -> tuple[dt.datetime, dt.datetime]:
    end_day = day + ONE_DAY if shift.closes <= shift.opens else day
    end = _moment(end_day, shift.closes, tz)
    if end_day in holidays:
        end = min(end, _moment(end_day, dt.time.min, tz))
    return _moment(day, shift.opens, tz), end


def _moment(day: dt.date, time: dt.time, tz: dt.tzinfo) -> dt.datetime:
    return dt.datetime.combine(day, time, tzinfo=tz).astimezone(dt.UTC)
