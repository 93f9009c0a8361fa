import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from aesthetix.audit.models import AuditEntry
from aesthetix.practices.actor import Actor
from aesthetix.practices.services.profile import update_profile
from telephony.models import Greeting
from telephony.profile import Switches
from telephony.services.profile import load_profile, touch, voice_settings
from telephony.services.voice_settings import set_call_settings, set_switches


def calls(actor, **fields):
    values = {"incoming_timeout": 20, "text_back_toggle": False}
    return set_call_settings(actor=actor, **values | fields)


def test_switches_are_saved_audited_and_read_by_the_next_call(cast, admin):
    load_profile(cast.glow)
    set_switches(actor=admin, switches=Switches(ring_contact_user=False))
    assert not load_profile(cast.glow).switches.ring_contact_user
    assert AuditEntry.objects.for_practice(cast.glow).get().changes == {"ring_contact_user": ["True", "False"]}


def test_a_switch_that_closes_a_circle_is_refused(cast, admin, lines):
    set_switches(actor=admin, switches=Switches(forward_to_business=False))
    lines.main.forwarding_number = lines.botox.number
    lines.main.save()
    cast.glow.company_phone = lines.main.number
    cast.glow.save()
    touch(cast.glow)
    with pytest.raises(ValidationError, match=r"Main line → Botox line → Main line \(Company Phone\)"):
        set_switches(actor=admin, switches=Switches())
    assert not voice_settings(cast.glow).forward_to_business


def test_a_company_phone_that_closes_a_circle_is_refused_in_the_business_profile(cast, admin, lines):
    lines.main.forwarding_number = lines.botox.number
    lines.main.save()
    touch(cast.glow)
    with pytest.raises(ValidationError) as caught:
        update_profile(actor=admin, name="Glow", company_phone=lines.main.number, time_zone="America/Phoenix")
    assert "circle" in caught.value.message_dict["company_phone"][0]
    cast.glow.refresh_from_db()
    assert cast.glow.company_phone == "+16025550190"


def test_a_new_company_phone_is_read_by_the_next_call(cast, admin, lines):
    load_profile(cast.glow)
    update_profile(actor=admin, name="Glow", company_phone="(602) 555-0177", time_zone="America/Phoenix")
    assert load_profile(cast.glow).company_phone == "+16025550177"


def test_call_settings_are_saved_with_a_greeting(cast, admin, files, sound):
    stored = calls(admin, incoming_timeout=15, greeting=sound("closed.mp3"))
    profile = load_profile(cast.glow)
    assert (profile.timeout, profile.greeting) == (15, stored.greeting.token)
    calls(admin, incoming_timeout=15, remove_greeting=True)
    assert load_profile(cast.glow).greeting == ""
    assert not Greeting.objects.for_practice(cast.glow).exists()


@pytest.mark.parametrize("seconds", [4, 61])
def test_a_timeout_out_of_range_is_refused(cast, admin, seconds):
    with pytest.raises(ValidationError) as caught:
        calls(admin, incoming_timeout=seconds)
    assert "incoming_timeout" in caught.value.message_dict
    assert voice_settings(cast.glow).incoming_timeout == 20


def test_a_refused_greeting_keeps_the_one_there_is(cast, admin, files, sound):
    kept = calls(admin, greeting=sound()).greeting
    with pytest.raises(ValidationError) as caught:
        calls(admin, incoming_timeout=10, greeting=sound("long.wav", seconds=181))
    assert caught.value.message_dict == {"greeting": ["The recording is longer than 3 minutes."]}
    assert (voice_settings(cast.glow).greeting, voice_settings(cast.glow).incoming_timeout) == (kept, 20)


def test_staff_change_nothing(cast):
    actor = Actor(practice=cast.glow, staff=cast.jordan)
    with pytest.raises(PermissionDenied):
        set_switches(actor=actor, switches=Switches())
    with pytest.raises(PermissionDenied):
        calls(actor)


def test_other_practices_keep_theirs(cast, admin):
    before = voice_settings(cast.other)
    set_switches(actor=admin, switches=Switches(False, False, False, False))
    calls(admin, incoming_timeout=9)
    after = voice_settings(cast.other)
    assert (after.version, after.incoming_timeout, after.ring_number_user) == (before.version, 20, True)
