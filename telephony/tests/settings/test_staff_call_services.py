import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from aesthetix.audit.models import AuditEntry
from aesthetix.practices.actor import Actor
from aesthetix.practices.hooks import holdings_of
from aesthetix.practices.services.staff import mark_left
from contacts.models import Contact
from telephony.models import RingMember, StaffCallSettings
from telephony.profile import Caller
from telephony.routing import decide
from telephony.services.profile import load_profile, touch
from telephony.services.staff_settings import effect_in_words, save_staff_settings


def settings_of(member, **fields):
    return StaffCallSettings(staff=member, **fields)


def save(actor, member, greeting=None, **fields):
    return save_staff_settings(actor=actor, settings=settings_of(member, **fields), greeting=greeting)


def effect(member, **fields):
    return effect_in_words(settings_of(member, **fields))


def test_settings_are_saved_audited_and_read_by_the_next_call(cast, admin):
    load_profile(cast.glow)
    save(admin, cast.jordan, web_app=False, mobile_app=True, personal_number="+16025550119", incoming_timeout=12)
    save(admin, cast.jordan, web_app=False, mobile_app=True, incoming_timeout=12)
    person = load_profile(cast.glow).people[cast.jordan.pk]
    assert (person.web, person.mobile, person.personal_number, person.timeout) == (False, True, "", 12)
    assert StaffCallSettings.objects.get(staff=cast.jordan).mobile_app
    assert AuditEntry.objects.for_practice(cast.glow).first().changes == {"personal_number": ["+16025550119", ""]}


def test_a_greeting_of_their_own(cast, admin, files, sound):
    stored = save(admin, cast.jordan, greeting=sound("jordan.mp3"))
    assert load_profile(cast.glow).people[cast.jordan.pk].greeting == stored.greeting.token
    assert save(admin, cast.jordan).greeting == stored.greeting


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        ({"incoming_timeout": 4}, "incoming_timeout"),
        ({"ring_all_channel": "fax"}, "ring_all_channel"),
        ({"ring_all_channel": "personal"}, "ring_all_channel"),
        ({"personal_number": "+16025550100"}, "personal_number"),
    ],
)
def test_bad_settings_are_refused_at_their_field(cast, admin, lines, bad, field):
    with pytest.raises(ValidationError) as caught:
        save(admin, cast.jordan, **bad)
    assert field in caught.value.message_dict
    assert not StaffCallSettings.objects.filter(staff=cast.jordan).exists()


def test_staff_and_other_practices_are_kept_out(cast, admin):
    with pytest.raises(PermissionDenied):
        save(Actor(practice=cast.glow, staff=cast.jordan), cast.jordan)
    with pytest.raises(PermissionDenied):
        save(admin, cast.outsider)


def test_the_effect_is_said_in_words(cast):
    assert effect(cast.jordan, mobile_app=True, personal_number="+16025550119") == [
        "Rings: web app (web app always wins). Also rings (602) 555-0119.",
        "Ring All rings: web app and (602) 555-0119.",
    ]
    assert effect(cast.jordan, web_app=False, mobile_app=True, ring_all_channel="web") == [
        "Rings: mobile app.",
        "Ring All rings: web app.",
    ]
    assert effect(cast.jordan, web_app=False)[0] == (
        "Rings nothing: has no app and no phone number chosen. Their calls go to voicemail at once."
    )


def test_a_person_switched_to_another_practice_is_told_apart(cast):
    cast.jordan.user.active_practice = cast.other
    said = effect(cast.jordan, personal_number="+16025550119")
    assert said[0] == "Rings: (602) 555-0119. Jordan Lee is switched to another practice."


def test_what_stops_ringing_is_known_before_somebody_leaves(cast, lines):
    assert [(holding.label, holding.effect) for holding in holdings_of(cast.priya)] == [
        ("1 contact is assigned to them", "Their calls no longer ring anyone by “Ring user assigned to contact”."),
        ("Ring All on Main line rings them", "1 other still rings."),
    ]
    RingMember.objects.filter(staff=cast.priya).delete()
    assert holdings_of(cast.jordan)[-1].effect == "Ring All has nobody left."
    assert holdings_of(cast.maya)[0].effect == "Then the line goes on: Forwards to (602) 555-0190."
    cast.glow.company_phone = ""
    cast.glow.save()
    touch(cast.glow)
    assert holdings_of(cast.maya)[0].effect == "Calls to the line drop: no other rule matches."


def test_an_heir_gets_contacts_lines_and_places_in_ring_all(cast, admin, lines):
    lines.botox.assigned_to = cast.priya
    lines.botox.save()
    mark_left(actor=admin, member=cast.priya, heir=cast.maya)
    lines.botox.refresh_from_db()
    assert lines.botox.assigned_to == cast.maya
    assert Contact.objects.for_practice(cast.glow).get().assigned_to == cast.maya
    assert [ring.staff for ring in RingMember.objects.filter(line=lines.main)] == [cast.jordan, cast.maya]
    entry = AuditEntry.objects.for_practice(cast.glow).filter(contact_id=cast.grace.pk).get()
    assert entry.changes == {"assigned_to": ["Priya Nair", "Maya Chen"]}


def test_an_heir_who_rings_already_rings_once(cast, admin, lines):
    mark_left(actor=admin, member=cast.priya, heir=cast.jordan)
    assert [ring.staff for ring in RingMember.objects.filter(line=lines.main)] == [cast.jordan]


def test_without_an_heir_nothing_points_to_them_and_calls_do_not_ring_them(cast, admin, lines):
    mark_left(actor=admin, member=cast.priya, heir=None)
    assert Contact.objects.for_practice(cast.glow).get().assigned_to is None
    profile = load_profile(cast.glow)
    route = decide(profile, profile.lines[lines.main.pk], Caller("+16025550147", known=True))
    assert {phone.staff_id for phone in route.destinations} == {cast.jordan.pk}
