"""Filters by custom fields. Each is one text in the list's address: `has:cvs`, `is:cvs`, `100..500`, an option's id,
`+` for a field that says something, `-` for one that says nothing."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q

from aesthetix.lib.phone import to_e164
from contacts.custom_fields import KINDS, ask_for, in_words, kind_of, to_stored
from contacts.models import CustomField, FieldValue

EMPTY, FILLED = "-", "+"
ENDS = [(FILLED, "Says something"), (EMPTY, "Says nothing")]
LONGEST = 80
# What a patient is known by can stand in these.
WORDS = {"text", "long_text", "phone", "email", "url"}
RANGES = {"number": "number", "money": "number", "date": "day"}


def is_words(field: CustomField) -> bool:
    """Whether its filter holds words, which must not stand in an address as they are."""
    return field.kind in WORDS


def ask_filter(field: CustomField) -> forms.Field:
    """The form field of a filter; what it cleans to is the text in the address, or a list of such texts."""
    options: dict[str, Any] = {"required": False, "label": field.name}
    if field.kind in RANGES:
        return RangeField(field, **options)
    if field.kind in WORDS:
        return WordsField(**options)
    if KINDS[field.kind].has_options:
        own = [(option["id"], option["label"]) for option in field.options]  # gone ones as well
        return forms.MultipleChoiceField(choices=[*own, *ENDS], widget=forms.CheckboxSelectMultiple, **options)
    own = [("yes", "Yes"), ("no", "No")] if field.kind == "checkbox" else []
    return forms.ChoiceField(choices=[("", "Any"), *own, *ENDS], **options)


def having(field: CustomField, wanted: str | list[str]) -> Q:
    """Contacts whose field says this, or one of these."""
    if isinstance(wanted, list):
        return _one_of(field, wanted)
    if wanted in (EMPTY, FILLED):
        return _says_nothing(field) if wanted == EMPTY else ~_says_nothing(field)
    if field.kind in RANGES:
        return _among(field, *_limits(field, wanted))
    return _saying(field, _words_in(field, wanted) if field.kind in WORDS else Q(text=wanted))


def words_for(field: CustomField, wanted: str) -> str:
    """`Pharmacy: contains “cvs”`, `Yearly budget: $100.00 to $500.00`."""
    return f"{field.name}: {_words_for(field, wanted)}"


def _words_for(field: CustomField, wanted: str) -> str:
    if wanted in (EMPTY, FILLED):
        return dict(ENDS)[wanted].lower()
    if field.kind in RANGES:
        first, last = wanted.split("..")
        ends = [f"from {_shown(field, first)}" if first else "", f"to {_shown(field, last)}" if last else ""]
        return " ".join(end for end in ends if end)
    if field.kind in WORDS:
        how, _, words = wanted.partition(":")
        return f"{'is' if how == 'is' else 'contains'} “{words}”"
    return in_words(field, wanted)


# What the database is asked -------------------------------------------------------------------


def _saying(field: CustomField, what: Q) -> Q:
    rows = FieldValue.objects.for_practice(field.practice_id).filter(what, field=field, contact=OuterRef("pk"))
    return Q(Exists(rows.exclude(text="")))


def _says_nothing(field: CustomField) -> Q:
    elsewhere = kind_of(field).rows
    return ~Q(Exists(elsewhere.said(field).filter(contact=OuterRef("pk")))) if elsewhere else ~_saying(field, Q())


def _one_of(field: CustomField, wanted: Iterable[str]) -> Q:
    found = Q()
    for one in wanted:
        if one in (EMPTY, FILLED):
            found |= having(field, one)
        else:
            found |= _saying(field, Q(text=one) | Q(text__contains=f"|{one}|"))
    return found


def _among(field: CustomField, first: Any, last: Any) -> Q:
    column, what = RANGES[field.kind], Q()
    if first is not None:
        what &= Q(**{f"{column}__gte": first})
    if last is not None:
        what &= Q(**{f"{column}__lte": last})
    return _saying(field, what)


def _words_in(field: CustomField, wanted: str) -> Q:
    how, _, words = wanted.partition(":")
    if field.kind == "phone":
        digits = "".join(letter for letter in words if letter.isdigit())
        words = to_e164(words) or (digits if how == "has" and digits else words)
    return Q(text__iexact=words) if how == "is" else Q(text__icontains=words)


# Ranges, in an address `first..last`, either of which may be missing -----------------------------


def _limits(field: CustomField, text: str) -> list[Any]:
    read = dt.date.fromisoformat if field.kind == "date" else Decimal
    return [read(end) if end else None for end in text.split("..")]


def _shown(field: CustomField, end: str) -> str:
    return in_words(field, end)


class _Compound(forms.MultiWidget):
    """Several controls that make up one text: as themselves from the panel, as the text from an address."""

    is_compound = True  # for web/_group.html

    def __init__(self, **widgets: forms.Widget) -> None:
        super().__init__(dict(widgets))
        self.widgets_names = [f"-{name}" for name in widgets]  # keys of fields hold no hyphen
        for name, widget in widgets.items():
            widget.attrs.setdefault("aria-label", name.capitalize())

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        if f"{name}{self.widgets_names[0]}" not in data:
            return data.get(name, "")
        return self.compose(*super().value_from_datadict(data, files, name))

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        for own in context["widget"]["subwidgets"]:
            own["attrs"]["class"] = "form-select" if "optgroups" in own else "form-control"
        return context

    def compose(self, *parts: str) -> str:
        raise NotImplementedError


class _WordsWidget(_Compound):
    def __init__(self) -> None:
        how = forms.Select(choices=[("has", "Contains"), ("is", "Is"), *ENDS], attrs={"aria-label": "How"})
        super().__init__(how=how, words=forms.TextInput(attrs={"maxlength": LONGEST, "autocomplete": "off"}))

    def compose(self, *parts: str) -> str:
        how, words = parts[0] or "has", (parts[1] or "").strip()
        if how in (EMPTY, FILLED):
            return how
        return f"{how}:{words}" if words else ""

    def decompress(self, value: Any) -> list[Any]:
        how, colon, words = str(value or "").partition(":")
        return [how if colon or how in (EMPTY, FILLED) else "has", words]


class WordsField(forms.CharField):
    """Words alone are words that it contains."""

    widget = _WordsWidget

    def clean(self, value: Any) -> str:
        text = str(super().clean(value) or "")
        if not text or text in (EMPTY, FILLED):
            return text
        text = text if text.startswith(("has:", "is:")) else f"has:{text}"
        words = text.partition(":")[2]
        if not words.strip() or "\0" in words:
            raise ValidationError("This filter cannot be read.", code="unreadable")
        if len(words) > LONGEST:
            raise ValidationError(f"Use at most {LONGEST} characters.", code="long")
        return text


class _RangeWidget(_Compound):
    def __init__(self, kind: str) -> None:
        how = forms.Select(choices=[("", "From … to …"), *ENDS], attrs={"aria-label": "How"})
        attrs = {"type": "date"} if kind == "date" else {"inputmode": "decimal", "autocomplete": "off"}
        first, last = (
            forms.TextInput(attrs=attrs | {"aria-label": label, "placeholder": label}) for label in ("From", "To")
        )
        super().__init__(how=how, first=first, last=last)

    def compose(self, *parts: str) -> str:
        how, first, last = (part.strip() if part else "" for part in parts)
        return how or (f"{first}..{last}" if first or last else "")

    def decompress(self, value: Any) -> list[Any]:
        text = str(value or "")
        if text in (EMPTY, FILLED):
            return [text, "", ""]
        first, _, last = text.partition("..")
        return ["", first, last]


class RangeField(forms.CharField):
    """`100..500`, each end as the field itself would keep it; one value alone is both."""

    def __init__(self, field: CustomField, **options: Any) -> None:
        self.of = field
        super().__init__(widget=_RangeWidget(field.kind), **options)

    def clean(self, value: Any) -> str:
        text = str(super().clean(value) or "")
        if not text or text in (EMPTY, FILLED):
            return text
        ends = text.split("..") if ".." in text else [text, text]
        if len(ends) != 2 or not any(ends):
            raise ValidationError("This filter cannot be read.", code="unreadable")
        asked = ask_for(self.of, required=False)
        kept = "..".join(to_stored(self.of, asked.clean(end)).text for end in ends)
        first, last = _limits(self.of, kept)
        if first is not None and last is not None and first > last:
            raise ValidationError("The second is less than the first.", code="order")
        return kept
