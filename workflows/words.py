"""Times and lengths as staff say them."""

import datetime as dt


def length(minutes: int) -> str:
    """1500 → `1 day 1 hour`."""
    days, rest = divmod(minutes, 24 * 60)
    hours, rest = divmod(rest, 60)
    parts = [(days, "day"), (hours, "hour"), (rest, "minute")]
    return " ".join(f"{count} {unit}{'' if count == 1 else 's'}" for count, unit in parts if count)


def moment(at: dt.datetime, tz: dt.tzinfo) -> str:
    """`Monday, November 16, 10:20 AM`, in the practice's time zone."""
    there = at.astimezone(tz)
    return f"{there:%A, %B} {there.day}, {there.hour % 12 or 12}:{there:%M %p}"
