"""Setting the stage: a script's `setup:` as rows, in whatever database this process uses."""

import datetime as dt
import io
import secrets
import wave
from dataclasses import dataclass, field
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.text import slugify

from aesthetix.lib import clock
from aesthetix.lib.phone import to_e164
from aesthetix.practices.models import BusinessHours, Holiday, Practice, Staff, User
from contacts.models import Contact, ContactPhone, Tag
from conversations.models import Thread
from telephony.models import (
    CarrierAccount,
    Greeting,
    Line,
    NumberPool,
    RingMember,
    StaffCallSettings,
    VoiceSettings,
)
from telephony.rehearsal.rooms import rooms
from telephony.rehearsal.script import ContactSetup, LineSetup, Script, Setup, StaffSetup
from telephony.services.profile import touch


@dataclass
class Stage:
    """What the script's names stand for."""

    practice: Practice
    staff: dict[str, Staff] = field(default_factory=dict)
    lines: dict[str, Line] = field(default_factory=dict)
    contacts: dict[str, Contact] = field(default_factory=dict)
    greetings: dict[str, str] = field(default_factory=dict)  # token → staff, line or practice

    def number_of(self, name: str) -> str:
        """A script's `from` or `to` as a number: a contact, a staff member, a line, E.164, or empty for withheld."""
        if name == "withheld":
            return ""
        if name in self.contacts:
            return str(self.contacts[name].phones.first().number)
        if name in self.staff:
            return str(self.staff[name].call_settings.personal_number)
        return self.lines[name].number if name in self.lines else to_e164(name) or name


def stage_script(script: Script) -> Stage:
    with transaction.atomic():
        stage = Stage(_practice(script.setup))
        _practice_greeting(stage, script.setup.practice.greeting)
        for person in script.setup.staff:
            stage.staff[person.name] = _staff(stage, person)
        pools = {
            pool.name: NumberPool.objects.create(practice=stage.practice, **vars(pool)) for pool in script.setup.pools
        }
        for line in script.setup.lines:
            stage.lines[line.name] = _line(stage, script.setup, line, pools)
        add_contacts(stage, script)
        for room in rooms:
            room.furnish(stage.practice, script.setup.workflows)
        touch(stage.practice)
    return stage


def stage_practice(practice: Practice, script: Script) -> Stage:
    """The names of a practice that is there already, with the script's invented patients added."""
    staff = Staff.objects.for_practice(practice).select_related("user", "call_settings__greeting")
    lines = Line.objects.for_practice(practice).select_related("greeting")
    stage = Stage(practice, {s.user.name: s for s in staff}, {line.name: line for line in lines})
    owners: list[tuple[str, Any]] = [("practice", practice.voice_settings), *(("line", line) for line in lines)]
    owners += [("staff", s.call_settings) for s in staff if hasattr(s, "call_settings")]
    stage.greetings = {owner.greeting.token: kind for kind, owner in owners if owner.greeting}
    with transaction.atomic():
        add_contacts(stage, script)
    return stage


def connect_carrier(practice: Practice, *, account_sid: str, auth_token: str, base_url: str) -> None:
    CarrierAccount.objects.update_or_create(
        practice=practice, defaults={"account_sid": account_sid, "auth_token": auth_token, "base_url": base_url}
    )


def _practice(setup: Setup) -> Practice:
    wanted = setup.practice
    practice = Practice.objects.create(
        name=wanted.name, slug=slugify(wanted.name), time_zone=wanted.time_zone, company_phone=wanted.company_phone
    )
    BusinessHours.objects.bulk_create(
        BusinessHours(practice=practice, weekday=day, opens=opens, closes=closes) for day, opens, closes in wanted.hours
    )
    Holiday.objects.bulk_create(Holiday(practice=practice, date=date, name="Holiday") for date in wanted.holidays)
    VoiceSettings.objects.create(
        practice=practice,
        incoming_timeout=wanted.incoming_timeout,
        **setup.switches,
    )
    return practice


def _practice_greeting(stage: Stage, wanted: bool) -> None:
    greeting = _own_greeting(stage, wanted, "practice")
    VoiceSettings.objects.filter(practice=stage.practice).update(greeting=greeting)


def _greeting(practice: Practice, owner: str) -> Greeting:
    """A second of quiet as a real WAV file; its name says whose greeting it is."""
    audio = io.BytesIO()
    with wave.open(audio, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(b"\0\0" * 8000)
    content = ContentFile(audio.getvalue(), name=f"{owner}.wav")
    return Greeting.objects.create(
        practice=practice,
        file=content,
        name=f"{owner}.wav",
        content_type="audio/wav",
        size=content.size,
        seconds=1.0,
        token=secrets.token_urlsafe(24),
    )


def _own_greeting(stage: Stage, wanted: bool, owner: str) -> Greeting | None:
    if not wanted:
        return None
    greeting = _greeting(stage.practice, owner)
    stage.greetings[greeting.token] = owner
    return greeting


def _staff(stage: Stage, person: StaffSetup) -> Staff:
    email = f"{slugify(person.name)}@{stage.practice.slug}.example"
    user = User(email=email, name=person.name, active_practice=stage.practice)
    user.set_unusable_password()
    user.save()
    staff = Staff.objects.create(
        practice=stage.practice,
        user=user,
        role=person.role,
        data_access=person.access,
        left_at=clock.now() if person.left else None,
    )
    StaffCallSettings.objects.create(
        staff=staff,
        web_app=person.web_app,
        mobile_app=person.mobile_app,
        personal_number=person.personal_number,
        incoming_timeout=person.incoming_timeout,
        ring_all_channel=person.ring_all_channel,
        greeting=_own_greeting(stage, person.greeting, "staff"),
    )
    return staff


def _line(stage: Stage, setup: Setup, wanted: LineSetup, pools: dict[str, NumberPool]) -> Line:
    own_lines = {line.name: line.number for line in setup.lines}
    texts = {"whisper_message": wanted.whisper_message, "disclosure": wanted.disclosure}
    line = Line.objects.create(
        practice=stage.practice,
        name=wanted.name,
        number=wanted.number,
        assigned_to=stage.staff.get(wanted.assigned_to),
        forwarding_number=own_lines.get(wanted.forwarding_number) or to_e164(wanted.forwarding_number) or "",
        pool=pools.get(wanted.pool),
        incoming_timeout=wanted.incoming_timeout,
        call_connect=wanted.call_connect,
        record_calls=wanted.record_calls,
        play_disclosure=wanted.play_disclosure,
        is_default_outbound=wanted.default_outbound,
        lead_source=wanted.lead_source,
        greeting=_own_greeting(stage, wanted.greeting, "line"),
        **{field: text for field, text in texts.items() if text is not None},
    )
    RingMember.objects.bulk_create(
        RingMember(line=line, staff=stage.staff[name], position=position)
        for position, name in enumerate(wanted.ring_all)
    )
    return line


def add_contacts(stage: Stage, script: Script) -> None:
    for wanted in script.setup.contacts:
        stage.contacts[wanted.name] = _contact(stage, wanted)


def _contact(stage: Stage, wanted: ContactSetup) -> Contact:
    practice = stage.practice
    first, _, last = wanted.name.partition(" ")
    contact = Contact.objects.create(
        practice=practice,
        first_name=first,
        last_name=last,
        assigned_to=stage.staff.get(wanted.assigned_to),
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


def moment(practice: Practice, local: dt.datetime) -> dt.datetime:
    """A script's local time as UTC."""
    return local.replace(tzinfo=practice.tz).astimezone(dt.UTC)
