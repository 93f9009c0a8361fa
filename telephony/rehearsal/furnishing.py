"""A script's `setup:` through the services that the settings pages use, so that what they refuse is refused here."""

import io
import wave

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.text import slugify

from aesthetix.lib import clock
from aesthetix.lib.phone import to_e164
from aesthetix.practices.actor import Actor
from aesthetix.practices.models import BusinessHours, Holiday, Practice, Staff, User
from telephony.models import Line, NumberPool, StaffCallSettings, VoiceSettings
from telephony.rehearsal.script import LineSetup, PracticeSetup, Setup, StaffSetup
from telephony.services.greetings import Upload
from telephony.services.lines import add_line, configure_line
from telephony.services.pools import save_pool
from telephony.services.staff_settings import save_staff_settings
from telephony.services.voice_settings import set_call_settings

PLAIN_FIELDS = ("incoming_timeout", "call_connect", "record_calls", "play_disclosure", "lead_source")


def a_greeting(wanted: bool, owner: str) -> Upload | None:
    """A second of quiet as a real WAV file; its name says whose greeting it is."""
    if not wanted:
        return None
    audio = io.BytesIO()
    with wave.open(audio, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(b"\0\0" * 8000)
    return SimpleUploadedFile(f"{owner}.wav", audio.getvalue(), content_type="audio/wav")


def furnish_practice(wanted: PracticeSetup, switches: dict[str, bool]) -> Practice:
    practice = Practice.objects.create(
        name=wanted.name, slug=slugify(wanted.name), time_zone=wanted.time_zone, company_phone=wanted.company_phone
    )
    BusinessHours.objects.bulk_create(
        BusinessHours(practice=practice, weekday=day, opens=opens, closes=closes) for day, opens, closes in wanted.hours
    )
    Holiday.objects.bulk_create(Holiday(practice=practice, date=date, name="Holiday") for date in wanted.holidays)
    VoiceSettings.objects.create(practice=practice, **switches)
    set_call_settings(
        actor=Actor.system(practice, "Rehearsal"),
        incoming_timeout=wanted.incoming_timeout,
        text_back_toggle=wanted.text_back_toggle,
        greeting=a_greeting(wanted.greeting, "practice"),
    )
    return practice


def furnish_staff(actor: Actor, wanted: StaffSetup) -> Staff:
    practice = actor.practice
    mailbox = f"{slugify(wanted.name)}-{User.objects.count() + 1}"
    user = User(email=f"{mailbox}@{practice.slug or 'practice'}.example", name=wanted.name, active_practice=practice)
    if wanted.elsewhere:
        user.active_practice = Practice.objects.get_or_create(slug="elsewhere", defaults={"name": "Elsewhere"})[0]
    user.set_unusable_password()
    user.save()
    staff = Staff.objects.create(practice=practice, user=user, role=wanted.role, data_access=wanted.access)
    settings = StaffCallSettings(
        staff=staff,
        web_app=wanted.web_app,
        mobile_app=wanted.mobile_app,
        personal_number=wanted.personal_number,
        incoming_timeout=wanted.incoming_timeout,
        ring_all_channel=wanted.ring_all_channel,
    )
    staff.call_settings = save_staff_settings(
        actor=actor, settings=settings, greeting=a_greeting(wanted.greeting, "staff")
    )
    return staff


def furnish_lines(actor: Actor, setup: Setup, staff: dict[str, Staff]) -> dict[str, Line]:
    """All numbers first, because they may forward to each other; then pools, then Edit Configuration."""
    lines = {line.name: add_line(actor=actor, number=line.number, name=line.name) for line in setup.lines}
    for pool in setup.pools:
        members = [lines[line.name] for line in setup.lines if line.pool == pool.name]
        save_pool(actor=actor, pool=NumberPool(practice=actor.practice, **vars(pool)), lines=members)
    for wanted in setup.lines:
        lines[wanted.name].refresh_from_db()
        _configure(actor, lines, wanted, staff)
    return lines


def _configure(actor: Actor, lines: dict[str, Line], wanted: LineSetup, staff: dict[str, Staff]) -> None:
    line = lines[wanted.name]
    target = lines.get(wanted.forwarding_number)
    line.assigned_to = staff.get(wanted.assigned_to)
    line.forwarding_number = target.number if target else to_e164(wanted.forwarding_number) or ""
    line.is_default_outbound = wanted.default_outbound or line.is_default_outbound
    for field in PLAIN_FIELDS:
        setattr(line, field, getattr(wanted, field))
    for field in ("whisper_message", "disclosure"):
        setattr(line, field, getattr(wanted, field) if getattr(wanted, field) is not None else getattr(line, field))
    configure_line(
        actor=actor,
        line=line,
        ring_members=[staff[name] for name in wanted.ring_all],
        greeting=a_greeting(wanted.greeting, "line"),
    )


def let_go(staff: dict[str, Staff], setup: Setup) -> None:
    """Who left, left after the lines were configured: their assignments and places in Ring All are still there."""
    for wanted in setup.staff:
        if wanted.left:
            staff[wanted.name].left_at = clock.now()
            staff[wanted.name].save(update_fields=["left_at"])
