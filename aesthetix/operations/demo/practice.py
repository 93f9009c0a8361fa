"""The demo practice: who works there, its lines and settings, its patients."""

import datetime as dt
import secrets

from django.conf import settings
from django.core.files.base import ContentFile

from aesthetix.operations.demo.people import ADS, PATIENTS, STAFF, Colleague, Patient
from aesthetix.operations.demo.sound import spoken_wav
from aesthetix.operations.setup import setup_practice
from aesthetix.practices.models import BusinessHours, Holiday, Practice, Role, Staff, User
from contacts.models import Consent, Contact, ContactPhone, Tag
from contacts.services.duplicates import store_pairs
from telephony.models import CarrierAccount, Greeting, Line, RingMember, StaffCallSettings, VoiceSettings
from telephony.rehearsal.live import PREFIX
from telephony.services.profile import touch

SLUG, SECOND_SLUG = "glow-scottsdale", "glow-tempe"
GREETING_SECONDS = 6.0


def build_practice(password: str) -> tuple[Practice, dict[str, Staff]]:
    first = STAFF[0]
    admin = setup_practice(
        name="Glow Med Spa, Scottsdale",
        slug=SLUG,
        time_zone="America/Phoenix",
        company_phone="+16025550190",
        admin_email=first.email,
        admin_name=first.name,
    )
    practice = admin.practice
    staff = {first.key: admin} | {person.key: _join(practice, person) for person in STAFF[1:]}
    for person in STAFF:
        _equip(staff[person.key], person, password)
    BusinessHours.objects.create(practice=practice, weekday=5, opens=dt.time(10), closes=dt.time(15))
    _next_holiday(practice)
    return practice, staff


def build_second_practice(maya: Staff) -> None:
    """A small one, so that there is a practice to switch to."""
    admin = setup_practice(
        name="Glow Med Spa, Tempe",
        slug=SECOND_SLUG,
        time_zone="America/Phoenix",
        company_phone="+14805550191",
        admin_email=maya.user.email,
        admin_name=maya.user.name,
    )
    _open_account(admin.practice)
    Line.objects.create(
        practice=admin.practice,
        number="+14805550102",
        name="Tempe line",
        is_default_outbound=True,
        provider_sid=_sid("PN"),
    )
    contact = Contact.objects.create(
        practice=admin.practice, first_name="Iris", last_name="Tempest", search_text="iris tempest 14805550160"
    )
    ContactPhone.objects.create(practice=admin.practice, contact=contact, number="+14805550160")


def build_lines(practice: Practice, staff: dict[str, Staff]) -> dict[str, Line]:
    """The main line rings three people, a provider has a direct line, an ad's line forwards to the main line."""
    _open_account(practice)
    main = Line(name="Main line", number="+16025550100", is_default_outbound=True, forwarding_number="+16025550175")
    direct = Line(name="Dr. Okafor direct", number="+16025550101", assigned_to=staff["ada"])
    ads = Line(name="Google Ads line", number="+16025550102", forwarding_number=main.number, lead_source=ADS)
    for line in (main, direct, ads):
        line.practice, line.provider_sid = practice, _sid("PN")
        line.save()
    for position, key in enumerate(["maya", "jordan", "priya"]):
        RingMember.objects.create(line=main, staff=staff[key], position=position)
    VoiceSettings.objects.filter(practice=practice).update(ring_contact_user=False, greeting=_greeting(practice))
    touch(practice)
    return {line.name: line for line in (main, direct, ads)}


def build_contacts(practice: Practice, staff: dict[str, Staff], now: dt.datetime) -> dict[str, Contact]:
    names = {tag for patient in PATIENTS for tag in patient.tags}
    tags = {name: Tag.objects.create(practice=practice, name=name) for name in sorted(names)}
    contacts = {patient.name: _add_patient(practice, staff, tags, patient, now) for patient in PATIENTS}
    unknown = "+14805550163"
    caller = Contact.objects.create(practice=practice, unverified_caller=True, search_text=unknown[1:])
    ContactPhone.objects.create(practice=practice, contact=caller, number=unknown)
    store_pairs(practice, [contact.pk for contact in [*contacts.values(), caller]])
    return contacts | {unknown: caller}


def _join(practice: Practice, person: Colleague) -> Staff:
    user = User.objects.create_user(email=person.email, name=person.name, is_staff=person.role == Role.ADMIN)
    joined: Staff = Staff.objects.create(practice=practice, user=user, role=person.role, data_access=person.data_access)
    return joined


def _equip(member: Staff, person: Colleague, password: str) -> None:
    user = member.user
    user.set_password(password)
    user.active_practice = member.practice
    user.save(update_fields=["password", "active_practice"])
    StaffCallSettings.objects.create(
        staff=member,
        web_app=person.web_app,
        mobile_app=person.mobile_app,
        personal_number=person.personal_number,
    )


def _next_holiday(practice: Practice) -> None:
    year = practice.created_at.astimezone(practice.tz).year
    Holiday.objects.create(practice=practice, date=dt.date(year, 12, 25), name="Christmas Day")
    Holiday.objects.create(practice=practice, date=dt.date(year + 1, 1, 1), name="New Year’s Day")


def _open_account(practice: Practice) -> None:
    """At the Phone Lab of this machine, which finds the account again on whatever port it starts."""
    CarrierAccount.objects.create(
        practice=practice,
        account_sid=_sid("AC"),
        auth_token=secrets.token_hex(16),
        base_url=f"http://127.0.0.1:{settings.PORT}{PREFIX}",
    )


def _greeting(practice: Practice) -> Greeting:
    sound, token = spoken_wav(GREETING_SECONDS, voice=3), secrets.token_urlsafe(32)
    greeting = Greeting(
        practice=practice,
        name="Front desk greeting.wav",
        content_type="audio/wav",
        size=len(sound),
        seconds=GREETING_SECONDS,
        token=token,
    )
    greeting.file.save(f"{token}.wav", ContentFile(sound), save=False)
    greeting.save()
    return greeting


def _add_patient(
    practice: Practice, staff: dict[str, Staff], tags: dict[str, Tag], patient: Patient, now: dt.datetime
) -> Contact:
    first, _, last = patient.name.partition(" ")
    email = patient.email or f"{first}.{last}@example.com".lower().replace(" ", "")
    contact: Contact = Contact.objects.create(
        practice=practice,
        first_name=first,
        last_name=last,
        email=email,
        birthday=patient.birthday or None,
        assigned_to=staff.get(patient.assigned_to),
        lead_source=patient.lead_source,
        search_text=f"{patient.name} {email} {patient.number[1:]}".casefold(),
        created_at=now - dt.timedelta(days=90),
    )
    shared = ContactPhone.objects.for_practice(practice).filter(number=patient.number).exists()
    ContactPhone.objects.create(practice=practice, contact=contact, number=patient.number, is_shared=shared)
    contact.tags.set([tags[name] for name in patient.tags])
    Consent.objects.create(
        practice=practice, contact=contact, channel=Consent.Channel.TEXT, granted=True, source="Intake form", at=now
    )
    return contact


def _sid(kind: str) -> str:
    return kind + secrets.token_hex(16)
