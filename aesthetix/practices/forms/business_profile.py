"""Settings → Business Profile: who the practice is, its week, its holidays."""

import datetime as dt
import zoneinfo
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django import forms

from aesthetix.lib import clock
from aesthetix.lib.forms import PhoneNumberField
from aesthetix.lib.stale import StaleCheck
from aesthetix.practices.hours import Interval
from aesthetix.practices.models import BusinessHours, Practice
from aesthetix.practices.shifts import DAYS

US_ZONES = (
    ("America/New_York", "Eastern"),
    ("America/Chicago", "Central"),
    ("America/Denver", "Mountain"),
    ("America/Phoenix", "Arizona, no daylight saving"),
    ("America/Los_Angeles", "Pacific"),
    ("America/Anchorage", "Alaska"),
    ("Pacific/Honolulu", "Hawaii"),
)


def zone_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    usual = [(name, f"{words} ({name.replace('_', ' ')})") for name, words in US_ZONES]
    known = {name for name, _ in US_ZONES}
    others = [(name, name.replace("_", " ")) for name in sorted(zoneinfo.available_timezones() - known) if "/" in name]
    return [("United States", usual), ("Other", others)]


class ProfileForm(StaleCheck, forms.ModelForm):  # type: ignore[type-arg]
    company_phone = PhoneNumberField(
        required=False,
        label="Company Phone",
        help_text="Where calls go when no other rule matches and “Forward calls to business phone number” is on.",
    )
    time_zone = forms.ChoiceField(label="Time zone", choices=zone_choices)

    class Meta:
        model = Practice
        fields = ("name", "company_phone", "time_zone")
        labels = {"name": "Practice name"}


YEARS_AHEAD = 5


class HolidayForm(forms.Form):
    date = forms.DateField(label="Date", widget=forms.DateInput(attrs={"type": "date"}))
    name = forms.CharField(label="Name", max_length=80)

    def clean_date(self) -> dt.date:
        day: dt.date = self.cleaned_data["date"]
        today = clock.now().date()
        if not today - dt.timedelta(days=1) <= day <= today + dt.timedelta(days=YEARS_AHEAD * 366):
            raise forms.ValidationError(f"A holiday lies between today and {YEARS_AHEAD} years from now.", code="date")
        return day


class ShiftForm(forms.Form):
    """One interval of a day. Both times, or none."""

    opens = forms.TimeField(required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    closes = forms.TimeField(required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not self.errors and bool(values.get("opens")) != bool(values.get("closes")):
            missing = "closes" if values.get("opens") else "opens"
            self.add_error(missing, "Enter both times, or neither.")
        return values


class WeekForm:
    """Seven days of intervals: as many rows as a day has, and one more to fill in."""

    MOST = 8

    def __init__(self, data: Any = None, shifts: Iterable[BusinessHours] = ()) -> None:
        by_day: dict[int, list[BusinessHours]] = defaultdict(list)
        for shift in shifts:
            by_day[shift.weekday].append(shift)
        self.is_bound = data is not None
        self.error = ""
        self.days = [
            (
                day,
                DAYS[day],
                [self._row(data, day, place, by_day[day]) for place in self._places(data, day, by_day[day])],
            )
            for day in range(7)
        ]

    def _places(self, data: Any, day: int, stored: list[BusinessHours]) -> list[int]:
        """What was sent counts, not what is stored by now: somebody else may have saved in between."""
        if data is None:
            return list(range(len(stored) + 1))
        return [place for place in range(self.MOST) if f"d{day}-{place}-opens" in data]

    @staticmethod
    def _row(data: Any, day: int, place: int, stored: list[BusinessHours]) -> ShiftForm:
        initial = {"opens": stored[place].opens, "closes": stored[place].closes} if place < len(stored) else {}
        form = ShiftForm(data, prefix=f"d{day}-{place}", initial=initial)
        for name, field in form.fields.items():
            field.widget.attrs["aria-label"] = f"{DAYS[day]}, interval {place + 1}, {name} at"
        return form

    def is_valid(self) -> bool:
        return self.is_bound and all(form.is_valid() for _, _, rows in self.days for form in rows)

    def shifts(self) -> list[Interval]:
        return [interval for day, _, rows in self.days for interval in self._of_day(day, rows)]

    def copied(self, source: int, targets: Iterable[int]) -> list[Interval]:
        """The week with one day's intervals in place of the others'."""
        kept = [shift for shift in self.shifts() if shift.weekday not in targets]
        return kept + [
            Interval(day, shift.opens, shift.closes)
            for day in targets
            for shift in self.shifts()
            if shift.weekday == source
        ]

    @staticmethod
    def _of_day(day: int, rows: list[ShiftForm]) -> list[Interval]:
        times: list[tuple[dt.time, dt.time]] = [
            (form.cleaned_data["opens"], form.cleaned_data["closes"]) for form in rows if form.cleaned_data.get("opens")
        ]
        return [Interval(day, opens, closes) for opens, closes in times]
