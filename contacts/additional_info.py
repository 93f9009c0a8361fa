"""Additional Info on a record: the practice's fields by group, with what each says there."""

from dataclasses import dataclass
from itertools import groupby

from django import forms
from django.db.models import Exists, FilteredRelation, OuterRef, Q

from contacts.custom_fields import KINDS, in_words
from contacts.models import Contact, CustomField, FieldValue
from contacts.services.custom_fields import fields_of


@dataclass(frozen=True)
class Line:
    field: CustomField
    text: str
    version: int

    @property
    def words(self) -> str:
        return in_words(self.field, self.text)


@dataclass(frozen=True)
class Group:
    name: str
    lines: list[Line]


def groups_of(contact: Contact) -> list[Group]:
    """In one statement, however many fields there are."""
    here = FilteredRelation("values", condition=Q(values__contact=contact))
    fields = fields_of(contact.practice).annotate(said=here).select_related("group", "said")
    lines = [_line(field, getattr(field, "said", None)) for field in fields]
    return [Group(name, list(rows)) for name, rows in groupby(lines, key=lambda line: line.field.group.name)]


def line_of(contact: Contact, field: CustomField) -> Line:
    values = FieldValue.objects.for_practice(contact.practice_id).filter(contact=contact, field=field)
    return _line(field, values.first())


def _line(field: CustomField, value: FieldValue | None) -> Line:
    return Line(field, value.text if value else "", value.version if value else 0)


# In filters of the list ---------------------------------------------------------------------

EMPTY, FILLED = "-", "+"


def ask_filter(field: CustomField) -> forms.Field:
    """A choice where the answers are few, else words that the value contains; and whether it says anything."""
    ends = [(FILLED, "Says something"), (EMPTY, "Says nothing")]
    if field.kind == "checkbox":
        return forms.ChoiceField(
            choices=[("", "Any"), ("yes", "Yes"), ("no", "No"), *ends], required=False, label=field.name
        )
    if KINDS[field.kind].has_options:
        options = [(option["id"], option["label"]) for option in field.options]  # gone ones as well
        return forms.ChoiceField(choices=[("", "Any"), *options, *ends], required=False, label=field.name)
    return forms.CharField(max_length=80, required=False, label=field.name)


def having(field: CustomField, wanted: str) -> Q:
    """Contacts whose field says this. `-` alone: nothing; `+`: anything."""
    saying = (
        FieldValue.objects.for_practice(field.practice_id).filter(field=field, contact=OuterRef("pk")).exclude(text="")
    )
    if wanted == EMPTY:
        return Q(~Exists(saying))
    if wanted != FILLED and KINDS[field.kind].has_options:
        saying = saying.filter(Q(text=wanted) | Q(text__contains=f"|{wanted}|"))
    elif wanted != FILLED:
        saying = saying.filter(text__icontains=wanted)
    return Q(Exists(saying))
