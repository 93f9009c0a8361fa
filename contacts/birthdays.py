"""Birthdays as people ask for them: a day in any way of writing, or those that come soon."""

import datetime as dt
import re

from django.db.models import Q

from aesthetix.lib import clock

_FORMATS = (
    *("%Y-%m-%d", "%m/%d/%Y", "%m-%d-%Y", "%m.%d.%Y", "%b %d %Y", "%B %d %Y", "%d %b %Y", "%d %B %Y"),
    *("%m/%d/%y", "%m-%d-%y"),
)
_WITHIN = re.compile(r"(?<!\S)(\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{4}-\d{1,2}-\d{1,2})(?!\S)")
MONTHS = {f"month-{month}": f"In {dt.date(2000, month, 1):%B}" for month in range(1, 13)}
SOON = {"1": "Today", "7": "In the next 7 days", "30": "In the next 30 days"}
NONE = {"none": "Not known"}


def as_birthday(words: str) -> dt.date | None:
    """`3/14/1988`, `1988-03-14` or `Mar 14, 1988` as a date. Two digits of a year mean one that is past."""
    cleaned = " ".join(words.replace(",", " ").split())
    for form in _FORMATS:
        try:
            day = dt.datetime.strptime(cleaned, form).date()
        except ValueError:
            continue
        return _past(day) if form.endswith("%y") else day
    return None


def split_birthday(words: str) -> tuple[str, dt.date | None]:
    """`Grace Park 3/14/1988` → the rest and the day; everything and None without one."""
    match = _WITHIN.search(words)
    day = as_birthday(match[0]) if match else None
    if match is None or day is None:
        return words, None
    return f"{words[: match.start()]} {words[match.end() :]}".strip(), day


def _past(day: dt.date) -> dt.date:
    return day if day <= clock.now().date() else day.replace(year=day.year - 100)


def having_birthday(choice: str, today: dt.date) -> Q:
    """Contacts whose birthday is then. Who was born on February 29 has it on the 28th in other years."""
    if choice in NONE:
        return Q(birthday=None)
    if choice in MONTHS:
        return Q(birthday__month=int(choice.partition("-")[2]))
    wanted = Q()
    for day in (today + dt.timedelta(days=ahead) for ahead in range(int(choice))):
        wanted |= Q(birthday__month=day.month, birthday__day=day.day)
        if (day.month, day.day) == (2, 28) and (day + dt.timedelta(days=1)).day == 1:
            wanted |= Q(birthday__month=2, birthday__day=29)
    return wanted
