"""The four switches of Voice Calls, and the practice's Call & Voicemail Settings."""

from dataclasses import replace

from django.core.exceptions import ValidationError
from django.db import transaction

from aesthetix.practices.actor import Actor
from aesthetix.practices.models import Practice
from aesthetix.practices.roles import require_admin
from telephony import forwarding
from telephony.models import VoiceSettings
from telephony.profile import PhoneProfile, Switches
from telephony.services.changes import (
    finish_change,
    forget_replaced,
    locked_profile,
    locked_settings,
    snapshot,
    swap_greeting,
)
from telephony.services.greetings import Upload
from telephony.services.profile import load_profile

SWITCHES = ("ring_number_user", "ring_contact_user", "forward_to_line_number", "forward_to_business")


@transaction.atomic
def set_switches(*, actor: Actor, switches: Switches) -> VoiceSettings:
    """Raises ValidationError where lines would forward in a circle."""
    require_admin(actor)
    stored = locked_settings(actor.practice)
    before = snapshot(stored, SWITCHES)
    refuse_loops(replace(load_profile(actor.practice, stored), switches=switches))
    for name in SWITCHES:
        setattr(stored, name, getattr(switches, name))
    stored.save(update_fields=SWITCHES)
    finish_change(actor, stored, before, snapshot(stored, SWITCHES))
    return stored


@transaction.atomic
def set_call_settings(
    *,
    actor: Actor,
    incoming_timeout: int,
    text_back_toggle: bool,
    greeting: Upload | None = None,
    remove_greeting: bool = False,
) -> VoiceSettings:
    """Business Profile → Call & Voicemail Settings. Raises ValidationError keyed by field."""
    require_admin(actor)
    stored = locked_settings(actor.practice)
    before = _call_values(stored)
    old = stored.greeting
    stored.incoming_timeout, stored.text_back_toggle = incoming_timeout, text_back_toggle
    stored.full_clean()
    stored.greeting = swap_greeting(actor, old, greeting, remove_greeting)
    stored.save(update_fields=["incoming_timeout", "text_back_toggle", "greeting"])
    forget_replaced(actor, old, stored.greeting)
    finish_change(actor, stored, before, _call_values(stored))
    return stored


def refuse_loops(profile: PhoneProfile, field: str = "forward_to_business") -> None:
    for line in profile.lines.values():
        chain = forwarding.find_loop(profile, line)
        if chain:
            raise ValidationError({field: forwarding.in_words(chain)}, code="loop")


def refuse_company_loop(practice: Practice) -> None:
    """Business Profile asks this before it saves a Company Phone."""
    profile = replace(locked_profile(practice), company_phone=practice.company_phone)
    refuse_loops(profile, field="company_phone")


def _call_values(stored: VoiceSettings) -> dict[str, object]:
    greeting = stored.greeting.name if stored.greeting else "none"
    return snapshot(stored, ("incoming_timeout", "text_back_toggle")) | {"greeting": greeting}
