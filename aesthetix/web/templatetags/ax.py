"""The template tags of the house: numbers, times, icons and form controls said the same way everywhere."""

import datetime as dt
from functools import lru_cache
from typing import Any

from django import forms, template
from django.forms import BoundField
from django.template import Context
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from lucide.templatetags.lucide import lucide

from aesthetix.lib import clock, phone
from aesthetix.practices.models import Practice

register = template.Library()


@register.simple_tag
@lru_cache(maxsize=1024)
def icon(name: str, size: int = 16, fill: bool = False) -> SafeString:
    """A Lucide icon, hidden from screen readers: the words beside it speak."""
    extra = {"fill": "currentColor"} if fill else {}
    svg = lucide(name, size=size, stroke_width="1.75", **extra, **{"class": "icon", "aria-hidden": "true"})
    return mark_safe(svg)  # noqa: S308  (drawn from the package's own files)


@register.filter
def tel(e164: str) -> str:
    return phone.display(e164)


@register.filter
def breakable(address: str) -> SafeString:
    """An email address that breaks at its @ where it must break."""
    return format_html("{}<wbr>{}{}", *address.partition("@")) if address else SafeString("")


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
    words = [word for word in name.replace("Dr.", "").split() if word[0].isalpha()]
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper() or "#"


@register.filter
def tone(pk: int | None) -> str:
    """One of the five avatar tints."""
    return "abcde"[int(pk or 0) % 5]


@register.filter
def age(birthday: dt.date | None, today: dt.date | None = None) -> int | None:
    if birthday is None:
        return None
    day = today or clock.now().date()
    return day.year - birthday.year - ((day.month, day.day) < (birthday.month, birthday.day))


@register.filter
def local(at: dt.datetime, practice: Practice) -> dt.datetime:
    """The moment on the practice's wall clock."""
    return at.astimezone(practice.tz)


@register.filter
def time_of_day(at: dt.datetime, practice: Practice) -> str:
    """`9:07 AM` on the practice's wall clock."""
    return date_format(local(at, practice), "g:i A")


@register.filter
def day_name(at: dt.datetime, practice: Practice) -> str:
    """`Today`, `Yesterday`, `Tuesday, Nov 17`, or with its year when that is another one."""
    day, today = local(at, practice).date(), local(clock.now(), practice).date()
    if day == today:
        return "Today"
    if day == today - dt.timedelta(days=1):
        return "Yesterday"
    return date_format(day, "l, M j" if day.year == today.year else "M j, Y")


@register.filter
def due_day(day: dt.date, practice: Practice) -> str:
    """`Today`, `Tomorrow`, `Yesterday`, `Tue, Nov 24`, or with its year when that is another one."""
    today = local(clock.now(), practice).date()
    near = {0: "Today", 1: "Tomorrow", -1: "Yesterday"}.get((day - today).days)
    return near or date_format(day, "D, M j" if day.year == today.year else "M j, Y")


@register.filter
def when(at: dt.datetime, practice: Practice) -> str:
    """For rows: `9:07 AM` today, then `Yesterday`, `Nov 18`, `Nov 18, 2025`."""
    day, today = local(at, practice).date(), local(clock.now(), practice).date()
    if day == today:
        return time_of_day(at, practice)
    if day == today - dt.timedelta(days=1):
        return "Yesterday"
    return date_format(day, "M j" if day.year == today.year else "M j, Y")


def _css_class(widget: forms.Widget) -> str:
    if isinstance(widget, forms.CheckboxInput | forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "form-check-input"
    return "form-select" if isinstance(widget, forms.Select) else "form-control"


def _control(field: BoundField, hint: str, **own: str) -> SafeString:
    described = [f"{field.id_for_label}_hint"] * bool(hint or field.help_text)
    described += [f"{field.id_for_label}_error"] * bool(field.errors)
    widget = field.field.widget
    classes = filter(None, [widget.attrs.get("class", ""), _css_class(widget)])
    attrs: dict[str, Any] = {**own, "class": " ".join(classes)}
    if described:
        attrs["aria-describedby"] = " ".join(described)
    return field.as_widget(attrs=attrs)


@register.simple_tag(takes_context=True)
def control(context: Context, field: BoundField) -> SafeString:
    """The field's input, tied to its hint (`hint` in the context, or its help text) and its error."""
    return _control(field, context.get("hint") or "")


@register.simple_tag(takes_context=True)
def switch(context: Context, field: BoundField) -> SafeString:
    """The checkbox of `control`, as a switch."""
    return _control(field, context.get("hint") or "", role="switch")
