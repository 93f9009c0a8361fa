"""Additional Info on a record: the practice's fields by group, with what each says there."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from dataclasses import field as column
from itertools import groupby

from django.db.models import FilteredRelation, Q

from contacts.custom_fields import KINDS, Named, in_words, kind_of
from contacts.models import Contact, CustomField, FieldValue
from contacts.services.custom_fields import fields_of


@dataclass(frozen=True)
class Line:
    """`rows`: what it consists of, for kinds whose values are no text."""

    field: CustomField
    text: str
    version: int
    rows: list[Named] = column(default_factory=list)

    @property
    def words(self) -> str:
        return "; ".join(row.name for row in self.rows) or in_words(self.field, self.text)

    @property
    def template(self) -> str:
        elsewhere = kind_of(self.field).rows
        return elsewhere.line_template if elsewhere else "contacts/fields/line.html"


@dataclass(frozen=True)
class Group:
    name: str
    lines: list[Line]


def groups_of(contact: Contact) -> list[Group]:
    """In one statement, however many fields there are, and one for each kind whose values are rows elsewhere."""
    here = FilteredRelation("values", condition=Q(values__contact=contact))
    fields = list(fields_of(contact.practice).annotate(said=here).select_related("group", "said"))
    rows = rows_of(fields, [contact.pk])
    lines = [_line(one, getattr(one, "said", None), rows.get((one.pk, contact.pk), [])) for one in fields]
    return [Group(name, list(rows)) for name, rows in groupby(lines, key=lambda line: line.field.group.name)]


def line_of(contact: Contact, field: CustomField) -> Line:
    values = FieldValue.objects.for_practice(contact.practice_id).filter(contact=contact, field=field)
    return _line(field, values.first(), rows_of([field], [contact.pk]).get((field.pk, contact.pk), []))


def rows_of(fields: Sequence[CustomField], contacts: Collection[int]) -> dict[tuple[int, int], list[Named]]:
    """By (field id, contact id); one query for each kind whose values are rows elsewhere, none for the others."""
    kinds: dict[str, list[CustomField]] = defaultdict(list)
    for field in fields:
        kinds[field.kind].append(field)
    found: dict[tuple[int, int], list[Named]] = {}
    for slug, own in kinds.items():
        if elsewhere := KINDS[slug].rows:
            found |= elsewhere.rows(own[0].practice_id, [field.pk for field in own], contacts)
    return found


def _line(field: CustomField, value: FieldValue | None, rows: list[Named]) -> Line:
    return Line(field, value.text if value else "", value.version if value else 0, rows)
