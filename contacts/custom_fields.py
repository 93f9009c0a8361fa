"""The kinds of custom fields: how each is asked for, kept in one canonical text, and shown. Floors above add kinds
whose values are rows of theirs."""

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from django import forms
from django.core.validators import RegexValidator, URLValidator
from django.db.models import QuerySet
from django.utils.formats import date_format

from aesthetix.lib.forms import PhoneNumberField
from aesthetix.lib.phone import display
from aesthetix.practices.actor import Actor
from contacts.models.contact import Contact
from contacts.models.fields import CustomField

LONGEST_TEXT, LONGEST_LONG_TEXT = 300, 5000
key_validator = RegexValidator(r"^[a-z][a-z0-9_]*\Z", "Use small letters, digits and _, beginning with a letter.")


@dataclass(frozen=True)
class Stored:
    """A value as it is kept. An empty `text` says nothing."""

    text: str
    number: Decimal | None = None
    day: dt.date | None = None


class Named(Protocol):
    """A row that a value consists of."""

    @property
    def name(self) -> str: ...


class Rows(Protocol):
    """What this floor asks of a kind whose values are rows of a floor above. `settings_form` is a form with
    `settings()`, for what such a field has beside its name; the templates draw it and a record's line."""

    settings_form: Any
    settings_template: str
    line_template: str

    def rows(
        self, practice_id: int, fields: Collection[int], contacts: Collection[int]
    ) -> Mapping[tuple[int, int], list[Named]]:
        """Those of each (field id, contact id), in order, in one query."""

    def said(self, field: CustomField) -> "QuerySet[Any, Any]":
        """All rows of a field, each with its `contact`."""

    def is_used(self, field: CustomField) -> bool:
        """Whether any record ever said something there."""

    def keep(self, *, actor: Actor, contact: Contact, field: CustomField, cleaned: Any) -> None:
        """The answer of `ask(field)`, for a new contact. Raises ValidationError and leaves nothing then."""


@dataclass(frozen=True)
class Kind:
    """`ask(field)` is a form field; `keep(cleaned)` what is stored of its answer; `fill(text)` the answer again, for
    an editor; `show(field, text)` what people read. With `rows`, the value is not a text but rows elsewhere."""

    slug: str
    label: str
    icon: str
    ask: Callable[[CustomField], forms.Field]
    keep: Callable[[Any], Stored] = lambda cleaned: Stored(str(cleaned))
    fill: Callable[[str], Any] = lambda text: text
    show: Callable[[CustomField, str], str] = lambda field, text: text
    has_options: bool = False
    rows: Rows | None = None


def _number(**limits: Any) -> Callable[[CustomField], forms.Field]:
    return lambda field: forms.DecimalField(localize=False, **limits)


def _choices(field: CustomField) -> list[tuple[str, str]]:
    return [(option["id"], option["label"]) for option in field.options if not option.get("gone")]


def _labels(field: CustomField, text: str) -> str:
    """Also of options that were taken away since: their values stay readable."""
    known = {option["id"]: option["label"] for option in field.options}
    return ", ".join(known.get(one, one) for one in text.strip("|").split("|"))


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


KINDS = {
    kind.slug: kind
    for kind in (
        Kind("text", "Text", "type", lambda field: forms.CharField(max_length=LONGEST_TEXT)),
        Kind(
            *("long_text", "Long text", "pilcrow"),
            ask=lambda field: forms.CharField(max_length=LONGEST_LONG_TEXT, widget=forms.Textarea(attrs={"rows": 4})),
        ),
        Kind(
            *("number", "Number", "hash", _number(max_digits=16, decimal_places=4)),
            keep=lambda cleaned: Stored(_plain(cleaned), number=cleaned),
            fill=Decimal,
        ),
        Kind(
            *("money", "Money", "circle-dollar-sign", _number(max_digits=12, decimal_places=2)),
            keep=lambda cleaned: Stored(f"{cleaned:.2f}", number=cleaned),
            fill=Decimal,
            show=lambda field, text: f"${Decimal(text):,.2f}".replace("$-", "-$"),
        ),
        Kind(
            *("date", "Date", "calendar"),
            ask=lambda field: forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")),
            keep=lambda cleaned: Stored(cleaned.isoformat(), day=cleaned),
            fill=dt.date.fromisoformat,
            show=lambda field, text: date_format(dt.date.fromisoformat(text), "M j, Y"),
        ),
        Kind(
            *("dropdown", "Dropdown", "chevrons-up-down"),
            ask=lambda field: forms.ChoiceField(choices=[("", "None"), *_choices(field)]),
            show=_labels,
            has_options=True,
        ),
        Kind(
            *("multi_select", "Multi-select", "list-checks"),
            ask=lambda field: forms.MultipleChoiceField(choices=_choices(field), widget=forms.CheckboxSelectMultiple),
            keep=lambda cleaned: Stored(f"|{'|'.join(cleaned)}|" if cleaned else ""),
            fill=lambda text: text.strip("|").split("|"),
            show=_labels,
            has_options=True,
        ),
        Kind(
            *("checkbox", "Checkbox", "square-check"),
            ask=lambda field: forms.ChoiceField(choices=[("", "Not said"), ("yes", "Yes"), ("no", "No")]),
            show=lambda field, text: text.capitalize(),
        ),
        Kind(
            *("phone", "Phone", "phone"),
            ask=lambda field: PhoneNumberField(),
            show=lambda field, text: display(text),
        ),
        Kind("email", "Email", "mail", lambda field: forms.EmailField(max_length=254)),
        Kind(
            *("url", "URL", "link"),
            ask=lambda field: forms.CharField(max_length=500, validators=[URLValidator(schemes=["http", "https"])]),
        ),
    )
}


def add_kind(kind: Kind) -> None:
    """For floors above, from their AppConfig.ready."""
    KINDS[kind.slug] = kind


def kind_of(field: CustomField) -> Kind:
    return KINDS[field.kind]


def ask_for(field: CustomField, *, required: bool | None = None) -> forms.Field:
    """The form field of a custom field, with its name, its description and its own error messages."""
    asked = kind_of(field).ask(field)
    asked.required = field.required if required is None else required
    asked.label, asked.help_text = field.name, field.description
    return asked


def to_stored(field: CustomField, cleaned: Any) -> Stored:
    """`cleaned` is what the form field gave."""
    empty = cleaned in (None, "", [])
    return Stored("") if empty else kind_of(field).keep(cleaned)


def to_answer(field: CustomField, text: str) -> Any:
    return kind_of(field).fill(text) if text else None


def in_words(field: CustomField, text: str) -> str:
    return kind_of(field).show(field, text) if text else ""
