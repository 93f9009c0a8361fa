"""My Staff → Edit → Call & Voicemail Settings, and what a member's departure does to the phones."""

from collections.abc import Iterable
from dataclasses import replace

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from aesthetix.audit.services import record
from aesthetix.practices.actor import Actor
from aesthetix.practices.hooks import Holding
from aesthetix.practices.models import Staff
from aesthetix.practices.roles import require_admin
from telephony.models import Line, RingMember, StaffCallSettings
from telephony.profile import Caller, PhoneProfile, Phones
from telephony.route import Result, Unreachable
from telephony.routing import decide
from telephony.services.changes import finish_change, forget_replaced, snapshot, swap_greeting
from telephony.services.greetings import Upload
from telephony.services.lines import with_line
from telephony.services.profile import load_profile, person_config, touch

FIELDS = ("web_app", "mobile_app", "personal_number", "incoming_timeout", "ring_all_channel")


@transaction.atomic
def save_staff_settings(
    *,
    actor: Actor,
    settings: StaffCallSettings,
    greeting: Upload | None = None,
    remove_greeting: bool = False,
) -> StaffCallSettings:
    """`settings` carries the new values of one member, not saved yet. Raises ValidationError keyed by field."""
    require_admin(actor)
    if settings.staff.practice_id != actor.practice.pk:
        raise PermissionDenied("This person works in another practice.")
    stored = StaffCallSettings.objects.select_related("greeting").get_or_create(staff=settings.staff)[0]
    before = _values(stored)
    settings.pk, settings.greeting = stored.pk, stored.greeting
    settings._state.adding = False
    _check(actor, settings)
    settings.greeting = swap_greeting(actor, stored.greeting, greeting, remove_greeting)
    settings.save(force_update=True)
    forget_replaced(actor, stored.greeting, settings.greeting)
    finish_change(actor, settings, before, _values(settings))
    return settings


def effect_in_words(settings: StaffCallSettings) -> list[str]:
    """What these settings, saved or not, do to this person's phones, in sentences."""
    settings.staff.call_settings = settings
    person = person_config(settings.staff)
    return [_usual_in_words(settings, person.usual_phones()), _ring_all_in_words(person.ring_all_phones())]


def _usual_in_words(settings: StaffCallSettings, phones: Phones) -> str:
    reached, missing = phones
    if not reached:
        return f"Rings nothing: {missing[0].reason}. Their calls go to voicemail at once."
    first, *others = [phone.label.partition(", ")[2] for phone in reached]
    wins = " (web app always wins)" if settings.web_app and settings.mobile_app else ""
    return " ".join([f"Rings: {first}{wins}.", *(f"Also rings {other}." for other in others), *_gaps(missing)])


def _ring_all_in_words(phones: Phones) -> str:
    reached, missing = phones
    names = [phone.label.partition(", ")[2] for phone in reached]
    said = f"Ring All rings: {' and '.join(names)}." if names else "Ring All rings nothing."
    return " ".join([said, *_gaps(missing)])


def _gaps(missing: Iterable[Unreachable]) -> list[str]:
    return [f"{gap.label} {gap.reason}." for gap in missing]


def _check(actor: Actor, settings: StaffCallSettings) -> None:
    settings.full_clean(validate_constraints=False)
    if settings.personal_number and load_profile(actor.practice).line_with(settings.personal_number):
        message = "This is one of your own lines. Enter the number of a phone."
        raise ValidationError({"personal_number": message}, code="own_line")
    if settings.ring_all_channel == StaffCallSettings.RingAllChannel.PERSONAL and not settings.personal_number:
        message = "Enter a personal phone number first, or choose another channel."
        raise ValidationError({"ring_all_channel": message}, code="no_number")


def holdings(member: Staff) -> list[Holding]:
    profile = load_profile(member.practice)
    found = [
        Holding(f"{line.name} is assigned to them", _without_owner(profile, line), True)
        for line in Line.objects.for_practice(member.practice_id).filter(assigned_to=member)
    ]
    for ring in RingMember.objects.filter(staff=member).select_related("line"):
        others = RingMember.objects.filter(line=ring.line, staff__left_at=None).exclude(staff=member).count()
        found.append(Holding(f"Ring All on {ring.line.name} rings them", _still_ringing(others), True))
    return found


def release(actor: Actor, member: Staff, heir: Staff | None) -> None:
    """Their lines and their places in Ring All go to `heir`, or to nobody."""
    for line in Line.objects.for_practice(member.practice_id).filter(assigned_to=member):
        line.assigned_to = heir
        line.save(update_fields=["assigned_to"])
        record(actor, "change", line, changes={"assigned_to": [str(member), str(heir or "no one")]})
    for ring in RingMember.objects.filter(staff=member).select_related("line"):
        _release_place(actor, ring, heir)
    touch(actor.practice)


def _release_place(actor: Actor, ring: RingMember, heir: Staff | None) -> None:
    record(actor, "change", ring.line, changes={"ring_members": [str(ring.staff), str(heir or "no one")]})
    if heir is None or RingMember.objects.filter(line=ring.line, staff=heir).exists():
        ring.delete()
        return
    ring.staff = heir
    ring.save(update_fields=["staff"])


def _still_ringing(others: int) -> str:
    if others == 0:
        return "Ring All has nobody left."
    return "1 other still rings." if others == 1 else f"{others} others still ring."


def _without_owner(profile: PhoneProfile, line: Line) -> str:
    """What somebody new who calls the line gets once nobody is assigned to it."""
    alone = replace(profile.lines[line.pk], assigned_to=None)
    route = decide(with_line(profile, alone), alone, Caller(number=""))
    if route.result is Result.DROP:
        return "Calls to the line drop: no other rule matches."
    why = next(rule.why for rule in route.trace if rule.number == route.rule)
    return f"Then the line goes on: {why.removeprefix('Yes. ')}"


def _values(settings: StaffCallSettings) -> dict[str, object]:
    return snapshot(settings, FIELDS) | {"greeting": settings.greeting.name if settings.greeting else "none"}
