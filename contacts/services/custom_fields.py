"""Custom fields: the practice's own, and what they say on a record."""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as column
from itertools import count
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max

from aesthetix.audit import services as audit
from aesthetix.events import outbox
from aesthetix.lib import clock
from aesthetix.lib.rows import insert_once
from aesthetix.practices.actor import Actor
from aesthetix.practices.models import Practice
from aesthetix.practices.roles import require_admin
from contacts.custom_fields import KINDS, Stored, in_words, key_validator, kind_of, to_stored
from contacts.models import Contact, CustomField, FieldGroup, FieldValue

MOST_FIELDS, MOST_OPTIONS = 100, 100
DEFAULT_GROUP = "Additional Info"


class StaleValue(Exception):
    """Somebody changed the value since; `value` is how it reads now."""

    def __init__(self, value: FieldValue | None) -> None:
        super().__init__("The value was changed in the meantime.")
        self.value = value


@dataclass(frozen=True)
class FieldFacts:
    """A field as the settings page states it. `options`: the labels, in order; `settings`: what else its kind has."""

    name: str
    group: str
    key: str = ""
    description: str = ""
    required: bool = False
    options: Sequence[str] = ()
    settings: Mapping[str, Any] = column(default_factory=dict)


def fields_of(practice: Practice) -> "Any":
    return CustomField.objects.for_practice(practice).filter(archived_at=None).select_related("group")


@transaction.atomic
def add_field(*, actor: Actor, kind: str, facts: FieldFacts) -> CustomField:
    """Raises ValidationError keyed by field."""
    require_admin(actor)
    _one_at_a_time(actor.practice)
    rows = CustomField.objects.for_practice(actor.practice)
    if rows.count() >= MOST_FIELDS:
        raise ValidationError(f"A practice has at most {MOST_FIELDS} custom fields.", code="many")
    group = _group(actor.practice, facts.group)
    last = rows.filter(group=group).aggregate(last=Max("position"))["last"] or 0
    field = CustomField(
        practice=actor.practice, kind=kind, group=group, position=last + 1, key=_key(actor.practice, facts)
    )
    _state(field, facts)
    if not insert_once(field):
        raise ValidationError({"key": "Another field has this key."}, code="key")
    audit.record(actor, "create", field, changes={"name": ["", field.name]})
    return field


@transaction.atomic
def change_field(*, actor: Actor, field: CustomField, facts: FieldFacts) -> CustomField:
    """The key stays once a record says something in the field. Raises ValidationError keyed by field."""
    require_admin(actor)
    _one_at_a_time(actor.practice)
    before = _said(field)
    key = _checked(facts.key) if facts.key else field.key
    if key != field.key:
        if is_used(field):
            raise ValidationError({"key": "The key stays: records say something in this field already."}, code="used")
        if CustomField.objects.for_practice(actor.practice).filter(key=key).exclude(pk=field.pk).exists():
            raise ValidationError({"key": "Another field has this key."}, code="key")
    field.key, field.group = key, _group(actor.practice, facts.group)
    _state(field, facts)
    field.save()
    audit.record(actor, "change", field, changes=audit.changes_between(before, _said(field)))
    return field


def is_used(field: CustomField) -> bool:
    """Whether a record says something there, or did."""
    elsewhere = kind_of(field).rows
    return elsewhere.is_used(field) if elsewhere else field.values.exists()


@transaction.atomic
def set_archived(*, actor: Actor, field: CustomField, archived: bool) -> None:
    """Its values stay, and are there again with it."""
    require_admin(actor)
    field.archived_at = clock.now() if archived else None
    field.save(update_fields=["archived_at"])
    audit.record(actor, "delete" if archived else "restore", field)


@transaction.atomic
def move_field(*, actor: Actor, field: CustomField, up: bool) -> None:
    """One place up or down among the fields of its group."""
    require_admin(actor)
    rows = list(fields_of(actor.practice).filter(group=field.group))
    at = rows.index(field)
    other = at - 1 if up else at + 1
    if 0 <= other < len(rows):
        rows[at], rows[other] = rows[other], rows[at]
    for position, row in enumerate(rows):
        CustomField.objects.for_practice(actor.practice).filter(pk=row.pk).update(position=position)


@transaction.atomic
def set_value(
    *, actor: Actor, contact: Contact, field: CustomField, stored: Stored, version: int | None = None
) -> FieldValue | None:
    """What the field says on this record; an empty one says nothing. `version` (0: nothing was said) is what the
    change started from; None overwrites. Raises StaleValue."""
    held = _held(contact, field)
    if held is None and stored.text:
        # Two may write the first value at once: one makes the row, the other finds it.
        insert_once(FieldValue(practice=actor.practice, contact=contact, field=field, version=0))
        held = _held(contact, field)
    if version is not None and version != (held.version if held else 0):
        raise StaleValue(held)
    before = held.text if held else ""
    if held is None or before == stored.text:
        return held
    held.text, held.number, held.day, held.version = stored.text, stored.number, stored.day, held.version + 1
    held.save()
    changes = {field.name: [in_words(field, before), in_words(field, stored.text)]}
    audit.record(actor, "change", contact, contact_id=contact.pk, changes=changes)
    outbox.emit(actor.practice, "contact.updated", contact_id=contact.pk)
    return held


def answer_field(*, actor: Actor, contact: Contact, field: CustomField, cleaned: Any) -> None:
    """What the form field of a custom field gave, for a new contact. Raises ValidationError."""
    elsewhere = kind_of(field).rows
    if elsewhere:
        elsewhere.keep(actor=actor, contact=contact, field=field, cleaned=cleaned)
    else:
        set_value(actor=actor, contact=contact, field=field, stored=to_stored(field, cleaned))


def values_of(contact: Contact) -> dict[int, FieldValue]:
    rows = FieldValue.objects.for_practice(contact.practice_id).filter(contact=contact)
    return {value.field_id: value for value in rows}


def suggest_key(name: str) -> str:
    """`Skin type` → `skin_type`."""
    words = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
    return words if words[:1].isalpha() else f"field_{words}".strip("_")


def _key(practice: Practice, facts: FieldFacts) -> str:
    if facts.key:
        return _checked(facts.key)
    base = suggest_key(facts.name)[:55]
    taken = set(CustomField.objects.for_practice(practice).values_list("key", flat=True))
    return base if base not in taken else next(key for at in count(2) if (key := f"{base}_{at}") not in taken)


def _checked(key: str) -> str:
    try:
        key_validator(key)
    except ValidationError as error:
        raise ValidationError({"key": error.messages}, code="key") from error
    return key


def _one_at_a_time(practice: Practice) -> None:
    """Keys, groups and places are found by looking at the others: two who add at once take turns."""
    Practice.objects.select_for_update(no_key=True).get(pk=practice.pk)


def _held(contact: Contact, field: CustomField) -> FieldValue | None:
    rows = FieldValue.objects.for_practice(contact.practice_id).select_for_update()
    held: FieldValue | None = rows.filter(contact=contact, field=field).first()
    return held


def _group(practice: Practice, name: str) -> FieldGroup:
    name = " ".join(name.split()) or DEFAULT_GROUP
    groups = FieldGroup.objects.for_practice(practice)
    found: FieldGroup | None = groups.filter(name__iexact=name).first()
    if found is None:
        last = groups.aggregate(last=Max("position"))["last"] or 0
        found = FieldGroup.objects.create(practice=practice, name=name[:60], position=last + 1)
    return found


def _state(field: CustomField, facts: FieldFacts) -> None:
    field.name, field.description, field.required = facts.name, facts.description, facts.required
    field.settings = dict(facts.settings)
    if not KINDS[field.kind].has_options:
        return
    labels = list(dict.fromkeys(" ".join(label.split())[:80] for label in facts.options if label.strip()))
    if not 1 <= len(labels) <= MOST_OPTIONS:
        raise ValidationError({"options": f"Write 1 to {MOST_OPTIONS} options, one a line."}, code="options")
    known = {option["label"]: option["id"] for option in field.options}
    offered = [{"id": known.get(label) or secrets.token_hex(4), "label": label} for label in labels]
    # No longer offered, but records may say it: it stays readable there.
    gone = [{**option, "gone": True} for option in field.options if option["label"] not in labels]
    field.options = offered + gone


def _said(field: CustomField) -> dict[str, Any]:
    """What the audit tells of a change."""
    own: dict[str, Any] = {name: getattr(field, name) for name in ("name", "key", "required")}
    settings: dict[str, Any] = field.settings
    return own | {"options": _labels(field)} | settings


def _labels(field: CustomField) -> list[str]:
    return [option["label"] for option in field.options if not option.get("gone")]
