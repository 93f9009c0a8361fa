"""Setting the stage: a script's `setup:` as rows, in whatever database this process uses."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from aesthetix.lib.phone import to_e164
from aesthetix.practices.actor import Actor
from aesthetix.practices.models import Practice, Staff
from contacts.models import Contact, ContactPhone, Tag
from conversations.models import Thread
from telephony.models import CarrierAccount, Line, StaffCallSettings
from telephony.rehearsal.furnishing import furnish_lines, furnish_practice, furnish_staff, let_go
from telephony.rehearsal.reading import ScriptError
from telephony.rehearsal.rooms import rooms
from telephony.rehearsal.script import ContactSetup, Script
from telephony.services.profile import touch, voice_settings

VERBATIM = "as "


@dataclass
class Stage:
    """What the script's names stand for."""

    practice: Practice
    staff: dict[str, Staff] = field(default_factory=dict)
    lines: dict[str, Line] = field(default_factory=dict)
    contacts: dict[str, Contact] = field(default_factory=dict)
    greetings: dict[str, str] = field(default_factory=dict)  # token → staff, line or practice

    def number_of(self, name: str) -> str:
        """A script's `from` or `to` as a number: a contact, a staff member, a line, E.164, or empty for withheld.
        `as …` is what the carrier says of a caller, word for word."""
        if name == "withheld":
            return ""
        if name.startswith(VERBATIM):
            return name.removeprefix(VERBATIM)
        if name in self.contacts:
            phone = self.contacts[name].phones.first()
            return str(phone.number) if phone else ""
        if name in self.staff:
            return str(self.staff[name].call_settings.personal_number)
        number = self.lines[name].number if name in self.lines else to_e164(name)
        if number is None:
            raise ScriptError(f"“{name}” is neither a line, a contact, a staff member nor a telephone number")
        return number


def stage_script(script: Script) -> Stage:
    """Raises ValidationError where the settings pages would refuse the setup."""
    setup = script.setup
    with transaction.atomic():
        practice = furnish_practice(setup.practice, setup.switches)
        actor = Actor.system(practice, "Rehearsal")
        stage = Stage(practice, {wanted.name: furnish_staff(actor, wanted) for wanted in setup.staff})
        stage.lines = furnish_lines(actor, setup, stage.staff)
        let_go(stage.staff, setup)
        for room in rooms:
            room.furnish(practice, setup.workflows)
        _complete(stage, script)
    return stage


def stage_practice(practice: Practice, script: Script) -> Stage:
    """The names of a practice that is there already, with the script's invented patients added."""
    staff = Staff.objects.for_practice(practice).select_related("user", "call_settings__greeting")
    lines = Line.objects.for_practice(practice).select_related("greeting")
    stage = Stage(practice, {s.user.name: s for s in staff}, {line.name: line for line in lines})
    for person in staff:
        if not hasattr(person, "call_settings"):
            person.call_settings = StaffCallSettings(staff=person)
    with transaction.atomic():
        _complete(stage, script)
    return stage


def _complete(stage: Stage, script: Script) -> None:
    owners: list[tuple[str, Any]] = [("practice", voice_settings(stage.practice))]
    owners += [("line", line) for line in stage.lines.values()]
    owners += [("staff", staff.call_settings) for staff in stage.staff.values()]
    stage.greetings = {owner.greeting.token: kind for kind, owner in owners if owner.greeting}
    for wanted in script.setup.contacts:
        stage.contacts[wanted.name] = _contact(stage, wanted)
    touch(stage.practice)


def connect_carrier(practice: Practice, *, account_sid: str, auth_token: str, base_url: str) -> None:
    CarrierAccount.objects.update_or_create(
        practice=practice, defaults={"account_sid": account_sid, "auth_token": auth_token, "base_url": base_url}
    )
    touch(practice)


def _contact(stage: Stage, wanted: ContactSetup) -> Contact:
    practice = stage.practice
    first, _, last = wanted.name.partition(" ")
    contact = Contact.objects.create(
        practice=practice,
        first_name=first,
        last_name=last,
        assigned_to=_owner(stage, wanted),
        search_text=wanted.name.casefold(),
    )
    for position, number in enumerate(wanted.numbers):
        taken = ContactPhone.objects.for_practice(practice).filter(number=number, is_shared=False).exists()
        ContactPhone.objects.create(
            practice=practice, contact=contact, number=number, position=position, is_shared=taken
        )
    tags = Tag.objects.for_practice(practice)
    contact.tags.add(*[tags.get_or_create(practice=practice, name=tag)[0] for tag in wanted.tags])
    if wanted.last_contact:
        Thread.objects.create(
            practice=practice, contact=contact, last_item_at=moment(practice, wanted.last_contact), last_kind="text"
        )
    return contact


def _owner(stage: Stage, wanted: ContactSetup) -> Staff | None:
    if wanted.assigned_to and wanted.assigned_to not in stage.staff:
        raise ValidationError(f"{wanted.name} is assigned to “{wanted.assigned_to}”, who is not on the staff.")
    return stage.staff.get(wanted.assigned_to)


def moment(practice: Practice, local: dt.datetime) -> dt.datetime:
    """A script's local time as UTC."""
    return local.replace(tzinfo=practice.tz).astimezone(dt.UTC)
