"""Filters of the list of contacts. They stand in the address, so that a list can be kept and shared; words that
are searched for do not (docs/decisions/020): they can be a patient's name."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q
from django.http import QueryDict

from aesthetix.lib import clock
from aesthetix.practices.models import Practice, Staff
from contacts.birthdays import MONTHS, NONE, SOON, having_birthday
from contacts.columns import COLUMNS, USUAL, Column, chosen
from contacts.field_filters import EMPTY, FILLED, ask_filter, having, is_words, words_for
from contacts.models import Consent, Tag, Task
from contacts.models.tasks import OPEN
from contacts.querysets import ContactQuerySet
from contacts.sealing import Unsealable, is_sealed, seal, unseal
from contacts.services.custom_fields import fields_of
from contacts.sorting import SORTS, Sort, sort_named

ANY = ("", "Any")
MOST_TAGS = 20
IN_TOUCH = {"7": "In the last 7 days", "30": "In the last 30 days", "90": "In the last 90 days"}
QUIET = {"-90": "Not for 90 days", "-180": "Not for 180 days", "-365": "Not for a year", "never": "Never"}
TASKS = {"open": "An open task", "mine": "An open task of mine", "late": "An overdue task", "none": "No open task"}
ANSWERS = {"yes": "agreed", "no": "refused", "unknown": "not asked"}
CONSENTS = {
    f"{channel}-{answer}": f"{label} {words}"
    for channel, label in Consent.Channel.choices
    for answer, words in ANSWERS.items()
}


if TYPE_CHECKING:
    SomeTags = forms.ModelMultipleChoiceField[Tag]
else:
    SomeTags = forms.ModelMultipleChoiceField


class TagsField(SomeTags):
    """Some tags by their ids; each is a join."""

    def clean(self, value: Any) -> Any:
        given = list(value or [])
        if len(given) > MOST_TAGS or not all(str(one).isdecimal() and len(str(one)) < 19 for one in given):
            raise ValidationError(f"Choose at most {MOST_TAGS} tags, of those that there are.", code="tags")
        return super().clean(value)


class FilterForm(forms.Form):
    """What an address or the filter panel says. Fields that it cannot read say so and filter nothing."""

    tag: Any = TagsField(Tag.unscoped.none(), required=False, label="Tags", widget=forms.CheckboxSelectMultiple)
    assigned = forms.ChoiceField(required=False, label="Assigned to")
    source = forms.CharField(required=False, max_length=80, label="Lead source")
    created_from = forms.DateField(required=False, label="Created from", widget=forms.DateInput(attrs={"type": "date"}))
    created_to = forms.DateField(required=False, label="Created until", widget=forms.DateInput(attrs={"type": "date"}))
    touch = forms.ChoiceField(required=False, label="Last activity", choices=[ANY, *IN_TOUCH.items(), *QUIET.items()])
    consent = forms.ChoiceField(required=False, label="Consent", choices=[ANY, *CONSENTS.items()])
    task = forms.ChoiceField(required=False, label="Tasks", choices=[ANY, *TASKS.items()])
    birthday = forms.ChoiceField(
        required=False, label="Birthday", choices=[ANY, *SOON.items(), *MONTHS.items(), *NONE.items()]
    )
    unverified = forms.BooleanField(required=False, label="New callers only")
    sort = forms.ChoiceField(required=False, label="Order", choices=[(sort.slug, sort.label) for sort in SORTS])
    cols = forms.MultipleChoiceField(
        required=False,
        label="Columns",
        choices=[(column.slug, column.label) for column in COLUMNS],
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, data: QueryDict, *, staff: Staff, drawn: bool = False) -> None:
        """`drawn`: the panel will be shown, with the practice's own fields; else those that the address names do."""
        data, self.unreadable = data.copy(), False
        if not data.get("cols"):
            data.setlist("cols", list(USUAL))
        super().__init__(data, auto_id="filter_%s")
        self.staff = staff
        self.fields["tag"].queryset = Tag.objects.for_practice(staff.practice_id)  # type: ignore[attr-defined]
        if staff.sees_all:
            self.fields["assigned"].choices = cache(lambda: _people(staff))  # type: ignore[attr-defined]
        else:
            del self.fields["assigned"]
        named = {name: name.split("-")[1] for name in data if name.startswith("cf-") and "\0" not in name}
        own = fields_of(staff.practice)
        fields = own if drawn else own.filter(key__in=named.values()) if named else []
        self.custom = {f"cf-{field.key}": field for field in fields}
        for name, field in self.custom.items():
            self.fields[name] = ask_filter(field)
        for name in named:
            data.setlist(name, [self._open(value) for value in data.getlist(name)])
        known = {field.key for field in fields}
        self.unknown = any(data[name] and named.get(name) not in known for name in data if name.startswith("cf-"))

    def _open(self, value: str) -> str:
        if not is_sealed(value):
            return value
        try:
            return unseal(self.staff.practice_id, value)
        except Unsealable:
            self.unreadable = True
            return ""

    @property
    def custom_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.custom]

    def clean(self) -> dict[str, Any]:
        for name in ("created_from", "created_to"):
            if (day := self.cleaned_data.get(name)) and not 1900 <= day.year <= 2999:
                self.add_error(name, "This day lies before 1900 or after 2999.")
        if self.unreadable:
            self.add_error(None, "It names words that cannot be read here. Filter anew.")
        if self.unknown:
            self.add_error(None, "It names a custom field that is not there any more.")
        first, last = self.cleaned_data.get("created_from"), self.cleaned_data.get("created_to")
        if first and last and first > last:
            self.add_error("created_to", "This day lies before the first one.")
        return self.cleaned_data


def _people(staff: Staff) -> list[tuple[str, str]]:
    current = Staff.objects.for_practice(staff.practice_id).filter(left_at=None).select_related("user")
    return [
        ANY,
        ("me", "Me"),
        ("none", "No one"),
        *((str(one.pk), one.user.name) for one in current.order_by("user__name")),
    ]


@dataclass(frozen=True)
class Chip:
    """A filter that is set, in words, and the address without it."""

    words: str
    without: str


@dataclass(frozen=True)
class Listing:
    """What of the contacts is listed, how it is ordered and what of each is shown."""

    form: FilterForm
    given: dict[str, Any]

    @classmethod
    def read(cls, data: QueryDict, staff: Staff, *, drawn: bool = False) -> "Listing":
        form = FilterForm(data, staff=staff, drawn=drawn)
        form.is_valid()
        return cls(form, form.cleaned_data)

    @property
    def sort(self) -> Sort:
        return sort_named(self.given.get("sort", ""))

    @property
    def columns(self) -> list[Column]:
        return chosen(self.given.get("cols") or [])

    @property
    def query(self) -> str:
        """The address's query, with words that are looked for sealed."""
        return self._address(self._pairs())

    @property
    def kept(self) -> str:
        """For the database, never for an address: the same for the same list whatever way it was written."""
        return urlencode(self._pairs())

    def narrow(self, rows: ContactQuerySet) -> ContactQuerySet:
        for name, value in self.given.items():
            if value and name in NARROW:
                rows = NARROW[name](rows, value, self.form.staff)
            elif value and name in self.form.custom:
                rows = rows.filter(having(self.form.custom[name], value))
        return rows

    def chips(self) -> list[Chip]:
        pairs = [pair for pair in self._pairs() if pair[0] in NARROW or pair[0] in self.form.custom]
        others = self._pairs()
        return [Chip(self._words(*pair), self._address([one for one in others if one != pair])) for pair in pairs]

    def _address(self, pairs: list[tuple[str, str]]) -> str:
        return urlencode([(name, self._sealed(name, value)) for name, value in pairs])

    def _sealed(self, name: str, value: str) -> str:
        field = self.form.custom.get(name)
        hidden = field is not None and is_words(field) and value not in (EMPTY, FILLED)
        return seal(self.form.staff.practice_id, value) if hidden else value

    def _pairs(self) -> list[tuple[str, str]]:
        pairs = []
        for name in self.form.fields:
            value = self.given.get(name)
            if (name == "sort" and value == SORTS[0].slug) or (name == "cols" and value == list(USUAL)):
                continue
            values = value if isinstance(value, list) or name == "tag" else [value]
            pairs += [(name, _as_text(one)) for one in values or [] if one]
        return pairs

    def _words(self, name: str, value: str) -> str:
        if name in self.form.custom:
            return words_for(self.form.custom[name], value)
        field = self.form.fields[name]
        if name == "unverified":
            return str(field.label)
        if name == "tag":
            value = next((tag.name for tag in self.given["tag"] if str(tag.pk) == value), value)
        elif isinstance(field, forms.ChoiceField):
            value = str(dict(field.choices).get(value, value))  # type: ignore[arg-type]
        return f"{field.label}: {value}"


def _as_text(value: Any) -> str:
    if isinstance(value, Tag):
        return str(value.pk)
    return "1" if value is True else str(value)


# One function for each filter -----------------------------------------------------------------


def _tags(rows: ContactQuerySet, tags: Any, staff: Staff) -> ContactQuerySet:
    for tag in tags:  # all of them
        rows = rows.filter(tags=tag)
    return rows


def _assigned(rows: ContactQuerySet, who: str, staff: Staff) -> ContactQuerySet:
    if who == "none":
        return rows.filter(assigned_to=None)
    return rows.filter(assigned_to=staff.pk if who == "me" else int(who))


def _midnight(day: dt.date, practice: Practice) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.min, practice.tz)


def _created_from(rows: ContactQuerySet, day: dt.date, staff: Staff) -> ContactQuerySet:
    return rows.filter(created_at__gte=_midnight(day, staff.practice))


def _created_to(rows: ContactQuerySet, day: dt.date, staff: Staff) -> ContactQuerySet:
    return rows.filter(created_at__lt=_midnight(day + dt.timedelta(days=1), staff.practice))


def _touch(rows: ContactQuerySet, choice: str, staff: Staff) -> ContactQuerySet:
    if choice == "never":
        return rows.filter(thread=None)
    days = dt.timedelta(days=abs(int(choice)))
    if choice in IN_TOUCH:
        return rows.filter(thread__last_item_at__gte=clock.now() - days)
    return rows.filter(Q(thread=None) | Q(thread__last_item_at__lt=clock.now() - days))


def _consent(rows: ContactQuerySet, choice: str, staff: Staff) -> ContactQuerySet:
    """Whose newest answer it is: one like it, and none of the other kind after it. An index leads to each."""
    channel, _, answer = choice.partition("-")
    answers = Consent.objects.for_practice(staff.practice_id).filter(channel=channel)
    if answer == "unknown":
        return rows.filter(~Exists(answers.filter(contact=OuterRef("pk"))))
    granted = answer == "yes"
    later = Q(at__gt=OuterRef("at")) | Q(at=OuterRef("at"), id__gt=OuterRef("id"))
    other = answers.filter(later, contact=OuterRef("contact"), granted=not granted)
    return rows.filter(Exists(answers.filter(~Exists(other), contact=OuterRef("pk"), granted=granted)))


def _task(rows: ContactQuerySet, choice: str, staff: Staff) -> ContactQuerySet:
    tasks = Task.objects.for_practice(staff.practice_id).filter(OPEN, contact=OuterRef("pk"))
    if choice == "none":
        return rows.filter(~Exists(tasks))
    narrow: dict[str, dict[str, Any]] = {"mine": {"assignee": staff}, "late": {"due_moment__lte": clock.now()}}
    return rows.filter(Exists(tasks.filter(**narrow.get(choice, {}))))


def _birthday(rows: ContactQuerySet, choice: str, staff: Staff) -> ContactQuerySet:
    return rows.filter(having_birthday(choice, clock.now().astimezone(staff.practice.tz).date()))


NARROW: dict[str, Callable[[ContactQuerySet, Any, Staff], ContactQuerySet]] = {
    "tag": _tags,
    "assigned": _assigned,
    "source": lambda rows, source, staff: rows.exclude(lead_source="").filter(lead_source__iexact=source),
    "created_from": _created_from,
    "created_to": _created_to,
    "touch": _touch,
    "consent": _consent,
    "task": _task,
    "birthday": _birthday,
    "unverified": lambda rows, only, staff: rows.filter(unverified_caller=True),
}
