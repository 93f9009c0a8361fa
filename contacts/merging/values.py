"""What both records say, side by side, and which of the two wins: the preview of a merge, and what it writes."""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.formats import date_format

from aesthetix.lib.phone import display
from contacts.custom_fields import in_words
from contacts.merging.registry import refused_by
from contacts.models import Consent, Contact, CustomField, FieldValue
from contacts.services.records import consents_of

KEEP, OTHER, BOTH = "keep", "other", "both"
LABELS = {
    "first_name": "First name",
    "last_name": "Last name",
    "email": "Email",
    "birthday": "Birthday",
    "assigned_to": "Assigned to",
    "lead_source": "Lead source",
    "alert": "Alert",
}
LONGEST_ALERT, LONGEST_TEXT = 160, 5000
MAIN_NUMBER = "main_number"


@dataclass(frozen=True)
class Value:
    """One line of the preview. `keep` and `other` are words; `both` as well, where the two can stand together."""

    name: str
    label: str
    keep: str
    other: str
    both: str = ""
    default: str = KEEP

    @property
    def is_open(self) -> bool:
        """Whether there is anything to choose: both say something, and not the same."""
        return bool(self.keep and self.other and self.keep != self.other)

    @property
    def options(self) -> list[tuple[str, str]]:
        both = [(BOTH, self.both)] if self.both else []
        return [(KEEP, self.keep), (OTHER, self.other), *both]


@dataclass(frozen=True)
class Answer:
    """What is agreed on a channel, before and after. The strictest wins."""

    channel: Consent.Channel
    keep: bool | None
    other: bool | None
    refused: bool = False  # one of the two said STOP: the other number would go on being texted

    @property
    def after(self) -> bool | None:
        if self.refused or False in (self.keep, self.other):
            return False
        return True if True in (self.keep, self.other) else None


@dataclass(frozen=True)
class Comparison:
    values: list[Value]
    answers: list[Answer]
    fields: dict[str, CustomField] = field(default_factory=dict)

    @property
    def open(self) -> list[Value]:
        return [value for value in self.values if value.is_open]

    @property
    def settled(self) -> list[Value]:
        return [value for value in self.values if not value.is_open and (value.keep or value.other)]

    @property
    def mark(self) -> str:
        """Another one once either record says something else: then the preview is shown anew."""
        said: list[list[Any]] = [[value.name, value.keep, value.other] for value in self.values]
        said += [[answer.channel, answer.keep, answer.other, answer.refused] for answer in self.answers]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:24]

    def choose(self, given: Mapping[str, str]) -> dict[str, str]:
        """Each value's winner: as given, else as it is usual. Raises ValidationError for what cannot be chosen."""
        chosen = {}
        for value in self.values:
            choice = given.get(value.name) or (value.default if value.keep or not value.other else OTHER)
            if choice not in dict(value.options):
                raise ValidationError(f"{value.label}: choose one of the two.", code="choice")
            chosen[value.name] = choice
        if unknown := given.keys() - chosen.keys():
            raise ValidationError(f"There is no value {', '.join(sorted(unknown))[:80]}.", code="choice")
        return chosen


def compare_values(keep: Contact, other: Contact) -> Comparison:
    """In a handful of queries; for both from the same practice."""
    own = [_value(name, label, keep, other) for name, label in LABELS.items()]
    numbers = Value(MAIN_NUMBER, "Main number", *(display(one.main_number) for one in (keep, other)))
    fields, custom = _custom(keep, other)
    return Comparison([*own, numbers, *custom], _answers(keep, other), fields)


def _value(name: str, label: str, keep: Contact, other: Contact) -> Value:
    own, others = (_in_words(getattr(one, name)) for one in (keep, other))
    together = "; ".join(dict.fromkeys(filter(None, (own, others))))
    if name != "alert" or not own or not others or own == others or len(together) > LONGEST_ALERT:
        return Value(name, label, own, others)
    return Value(name, label, own, others, both=together, default=BOTH)


def _in_words(value: Any) -> str:
    return date_format(value, "M j, Y") if isinstance(value, dt.date) else str(value or "")


def own_value(name: str, choice: str, keep: Contact, other: Contact) -> Any:
    """What the contact's own field says then."""
    values = [getattr(one, name) for one in (keep, other)]
    if choice == BOTH:
        return "; ".join(dict.fromkeys(filter(None, values)))
    return values[choice == OTHER]


def _custom(keep: Contact, other: Contact) -> tuple[dict[str, CustomField], list[Value]]:
    rows = FieldValue.objects.for_practice(keep.practice_id).filter(contact__in=[keep, other]).select_related("field")
    said: dict[int, dict[int, str]] = {keep.pk: {}, other.pk: {}}
    fields: dict[str, CustomField] = {}
    for row in rows.order_by("field__group__position", "field__position", "field_id"):
        said[row.contact_id][row.field_id] = row.text
        fields[f"cf-{row.field_id}"] = row.field
    return fields, [
        _field_value(name, one, said[keep.pk].get(one.pk, ""), said[other.pk].get(one.pk, ""))
        for name, one in fields.items()
    ]


def _field_value(name: str, one: CustomField, keep: str, other: str) -> Value:
    together = joined(one, keep, other)
    both = in_words(one, together) if together else ""
    return Value(name, one.name, in_words(one, keep), in_words(one, other), both, BOTH if both else KEEP)


def joined(one: CustomField, keep: str, other: str) -> str:
    """Both answers as one, where the kind takes that; else empty."""
    if not keep or not other or keep == other or one.kind not in ("multi_select", "long_text"):
        return ""
    if one.kind == "long_text":
        text = f"{keep}\n\n{other}"
        return text if len(text) <= LONGEST_TEXT else ""
    picks = dict.fromkeys([*keep.strip("|").split("|"), *other.strip("|").split("|")])
    return f"|{'|'.join(picks)}|" if len(picks) > len(keep.strip("|").split("|")) else ""


def _answers(keep: Contact, other: Contact) -> list[Answer]:
    kept, others = consents_of(keep), consents_of(other)
    refused = refused_by(keep) ^ refused_by(other)
    found = [
        Answer(channel, kept.get(channel), others.get(channel), refused=channel in refused)
        for channel in Consent.Channel
    ]
    return [one for one in found if one.after is not None]
