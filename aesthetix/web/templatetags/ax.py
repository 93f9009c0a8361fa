"""The template tags of the house: numbers, times and icons said the same way everywhere."""

import datetime as dt

from django import template

from aesthetix.lib import phone

register = template.Library()


@register.filter
def tel(e164: str) -> str:
    return phone.display(e164)


@register.filter
def duration(seconds: float | None) -> str:
    """192 → `3 min 12 s`."""
    minutes, rest = divmod(int(seconds or 0), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


@register.filter
def clock_length(seconds: float | None) -> str:
    """192 → `3:12`, for players."""
    minutes, rest = divmod(int(seconds or 0), 60)
    return f"{minutes}:{rest:02d}"


@register.filter
def initials(name: str) -> str:
    words = [word for word in name.replace("Dr.", "").split() if word]
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper() or "#"


@register.filter
def tone(pk: int) -> str:
    """One of the five avatar tints."""
    return "abcde"[int(pk or 0) % 5]


@register.filter
def age(birthday: dt.date | None, today: dt.date | None = None) -> int | None:
    if birthday is None:
        return None
    day = today or dt.date.today()
    return day.year - birthday.year - ((day.month, day.day) < (birthday.month, birthday.day))
