"""From rows to the plain data that routing reads, compiled once per change of the settings."""

from collections import defaultdict

from django.db import transaction

from aesthetix.practices.models import Practice, Staff
from telephony.models import CarrierAccount, Line, RingMember, StaffCallSettings, VoiceSettings
from telephony.models.settings import Greeting, new_version
from telephony.profile import LineConfig, Person, PhoneProfile, Switches
from telephony.services import last_known

_compiled: dict[int, tuple[int, PhoneProfile]] = {}


def load_profile(practice: Practice, settings: VoiceSettings | None = None) -> PhoneProfile:
    """The practice's phone configuration. No query while `VoiceSettings.version` stays the same, if the
    caller has read `settings` in this transaction (webhooks read it with the line)."""
    settings = settings or voice_settings(practice)
    version, profile = _compiled.get(practice.pk, (0, None))
    if profile is None or version != settings.version:
        profile = _compile(practice, settings)
        last_known.remember_routes(practice, profile)
        _compiled[practice.pk] = (settings.version, profile)
    return profile


def profile_as_read(practice: Practice) -> PhoneProfile:
    """As `load_profile`, without a query where the version came with the practice when the request began."""
    read = practice._state.fields_cache.get("voice_settings")
    version, profile = _compiled.get(practice.pk, (0, None))
    return profile if profile and read and read.version == version else load_profile(practice)


def voice_settings(practice: Practice) -> VoiceSettings:
    """The practice's account-level voice settings; made with the defaults where there are none yet."""
    return VoiceSettings.objects.select_related("greeting").get_or_create(practice=practice)[0]


def touch(practice: Practice) -> None:
    """Call this in the transaction of every change to anything that routing reads. Compiled at once, so that
    the fallback knows the change even if the database is gone before the next call."""
    VoiceSettings.objects.filter(practice=practice).update(version=new_version())
    transaction.on_commit(lambda: load_profile(practice) and None, robust=True)


def _compile(practice: Practice, settings: VoiceSettings) -> PhoneProfile:
    # Read again: the caller's copy may be older than the version that this is kept under.
    practice = Practice.objects.get(pk=practice.pk)
    return PhoneProfile(
        practice_name=practice.name,
        company_phone=practice.company_phone,
        switches=Switches(
            ring_number_user=settings.ring_number_user,
            ring_contact_user=settings.ring_contact_user,
            forward_to_line_number=settings.forward_to_line_number,
            forward_to_business=settings.forward_to_business,
        ),
        timeout=settings.incoming_timeout,
        greeting=_token(settings.greeting),
        people={person.id: person for person in map(person_config, _staff(practice))},
        lines=_lines(practice),
        has_carrier=CarrierAccount.objects.filter(practice=practice).exists(),
    )


def _token(greeting: Greeting | None) -> str:
    return greeting.token if greeting else ""


def _staff(practice: Practice) -> list[Staff]:
    return list(Staff.objects.for_practice(practice).select_related("user", "call_settings__greeting"))


def person_config(staff: Staff) -> Person:
    settings = getattr(staff, "call_settings", None) or StaffCallSettings(staff=staff)
    return Person(
        id=staff.pk,
        name=staff.user.name,
        current=staff.is_current,
        here=staff.user.active_practice_id in (None, staff.practice_id),
        web=settings.web_app,
        mobile=settings.mobile_app,
        personal_number=settings.personal_number,
        ring_all_channel=settings.ring_all_channel,
        timeout=settings.incoming_timeout,
        greeting=_token(settings.greeting),
    )


def _lines(practice: Practice) -> dict[int, LineConfig]:
    members = defaultdict(list)
    for member in RingMember.objects.filter(line__practice=practice).order_by("position", "id"):
        members[member.line_id].append(member.staff_id)
    lines = Line.objects.for_practice(practice).select_related("pool", "greeting")
    return {line.pk: line_config(line, tuple(members[line.pk])) for line in lines}


def line_config(line: Line, ring_all: tuple[int, ...]) -> LineConfig:
    return LineConfig(
        id=line.pk,
        number=line.number,
        name=line.name,
        pool_name=line.pool.name if line.pool else "",
        pool_forward=line.pool.forwarding_number if line.pool else "",
        assigned_to=line.assigned_to_id,
        ring_all=ring_all,
        forwarding_number=line.forwarding_number,
        timeout=line.incoming_timeout,
        call_connect=line.call_connect,
        whisper_message=line.whisper_message,
        record_calls=line.record_calls,
        play_disclosure=line.play_disclosure,
        disclosure=line.disclosure,
        greeting=_token(line.greeting),
        lead_source=line.lead_source or (line.pool.lead_source if line.pool else ""),
        is_default=line.is_default_outbound,
    )
