"""Settings → Phone Numbers: the lines of a practice and how each of them rings."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from aesthetix.audit.services import record
from aesthetix.lib.phone import clean_e164
from aesthetix.practices.actor import Actor
from aesthetix.practices.models import Staff
from aesthetix.practices.roles import require_admin
from telephony import forwarding
from telephony.models import Greeting, Line, RingMember
from telephony.profile import LineConfig, PhoneProfile
from telephony.services.changes import finish_change, forget_replaced, locked_profile, snapshot, swap_greeting
from telephony.services.greetings import Upload
from telephony.services.profile import line_config, touch

MAX_RING_MEMBERS = 6
FIELDS = (
    "name",
    "assigned_to",
    "forwarding_number",
    "incoming_timeout",
    "call_connect",
    "whisper_message",
    "record_calls",
    "play_disclosure",
    "disclosure",
    "is_default_outbound",
    "lead_source",
)


@transaction.atomic
def add_line(*, actor: Actor, number: str, name: str) -> Line:
    """A number by hand, as set-up does. The first one becomes the default outbound number."""
    require_admin(actor)
    profile = locked_profile(actor.practice)
    first = not Line.objects.for_practice(actor.practice).exists()
    line = Line(practice=actor.practice, number=_clean(number), name=name, is_default_outbound=first)
    if Line.objects.across_practices().filter(number=line.number).exists():
        # The number may be another practice's: the message does not say whose.
        raise ValidationError({"number": "This number is in use already."}, code="unique")
    line.full_clean(validate_constraints=False)
    config = replace(line_config(line, ()), id=0)
    _refuse_taken_name(profile, config)
    _refuse_loop(profile, config, field="number")
    line.save()
    record(actor, "create", line, changes={"number": ["", line.number], "name": ["", name]})
    touch(actor.practice)
    return line


@transaction.atomic
def configure_line(
    *,
    actor: Actor,
    line: Line,
    ring_members: Sequence[Staff],
    greeting: Upload | None = None,
    remove_greeting: bool = False,
) -> Line:
    """Saves Edit Configuration. `line` carries the new values, not saved yet; `ring_members` in their
    order. Raises ValidationError keyed by field, and nothing is changed then."""
    require_admin(actor)
    profile = locked_profile(actor.practice)
    stored = _locked(actor, line)
    before = snapshot(stored, FIELDS) | {"ring_members": _names(stored.ring_members.all()), "greeting": stored.greeting}
    check_line(profile, line, ring_members)
    _keep_a_default(stored, line)
    line.greeting = swap_greeting(actor, stored.greeting, greeting, remove_greeting)
    if line.is_default_outbound:
        lines = Line.objects.for_practice(actor.practice)
        lines.filter(is_default_outbound=True).exclude(pk=line.pk).update(is_default_outbound=False)
    line.save(update_fields=[*FIELDS, "greeting"])
    _set_ring_members(line, ring_members)
    forget_replaced(actor, stored.greeting, line.greeting)
    after = snapshot(line, FIELDS) | {"ring_members": _names(ring_members), "greeting": line.greeting}
    finish_change(actor, line, _readable(before), _readable(after))
    return line


def check_line(profile: PhoneProfile, line: Line, ring_members: Sequence[Staff]) -> None:
    """Raises ValidationError, keyed by field, for what cannot be saved."""
    check_ring_members(ring_members)
    line.full_clean(validate_constraints=False)
    people = [person for person in (line.assigned_to, *ring_members) if person is not None]
    if any(person.practice_id != line.practice_id for person in people):
        raise ValidationError({"assigned_to": "Choose somebody who works here."}, code="other_practice")
    config = line_config(line, tuple(person.pk for person in ring_members))
    _refuse_taken_name(profile, config)
    _refuse_loop(profile, config, field="forwarding_number")


def check_ring_members(ring_members: Sequence[Staff]) -> None:
    if len(ring_members) > MAX_RING_MEMBERS:
        message = f"Up to {MAX_RING_MEMBERS} people can ring at once. {len(ring_members)} are selected."
        raise ValidationError({"ring_members": message}, code="too_many")


def with_line(profile: PhoneProfile, config: LineConfig) -> PhoneProfile:
    """The profile as it would be once this line is saved."""
    return replace(profile, lines={**profile.lines, config.id: config})


def _refuse_taken_name(profile: PhoneProfile, config: LineConfig) -> None:
    """Workflows, texts and the trace speak of lines by their names."""
    others = {other.name.casefold() for other in profile.lines.values() if other.id != config.id}
    if config.name.casefold() in others:
        raise ValidationError({"name": f"Another line is called {config.name} already."}, code="unique")


def _refuse_loop(profile: PhoneProfile, config: LineConfig, field: str) -> None:
    chain = forwarding.find_loop(with_line(profile, config), config)
    if chain:
        raise ValidationError({field: forwarding.in_words(chain)}, code="loop")


def _keep_a_default(stored: Line, line: Line) -> None:
    if stored.is_default_outbound and not line.is_default_outbound:
        message = "One line is always the default. Turn this on at the line that takes over."
        raise ValidationError({"is_default_outbound": message}, code="default")


def _clean(number: str) -> str:
    try:
        return clean_e164(number)
    except ValidationError as refused:
        raise ValidationError({"number": refused}) from refused


def _locked(actor: Actor, line: Line) -> Line:
    lines = Line.objects.for_practice(actor.practice).select_for_update(of=("self",), no_key=True)
    found: Line = lines.select_related("greeting", "pool", "assigned_to__user").get(pk=line.pk)
    return found


def _set_ring_members(line: Line, members: Sequence[Staff]) -> None:
    RingMember.objects.filter(line=line).delete()
    RingMember.objects.bulk_create(
        [RingMember(line=line, staff=member, position=position) for position, member in enumerate(members)]
    )


def _names(members: Any) -> str:
    return ", ".join(str(member) for member in members) or "no one"


def _readable(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value.name if isinstance(value, Greeting) else value for name, value in values.items()}
