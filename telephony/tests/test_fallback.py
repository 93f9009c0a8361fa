"""While the database is away: the last known route answers, and a machine still counts as nobody."""

import pytest

from telephony.models import StaffCallSettings
from telephony.services.profile import load_profile, touch

pytestmark = pytest.mark.django_db
MAIN = "+16025550100"


@pytest.fixture
def forwarded(cast, phone, settings):
    """The main line rings one outside phone, behind Call Connect."""
    phone.main.ring_members.clear()
    phone.main.forwarding_number = "+16025550175"
    phone.main.save()
    touch(cast.glow)
    load_profile(cast.glow)
    return settings.PUBLIC_BASE_URL


def test_an_outside_phone_is_still_asked_for_a_key(forwarded, carrier, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = carrier.call("fallback", ErrorUrl=f"{forwarded}/twilio/voice/inbound/", ErrorCode="11200")
        assert "/twilio/voice/fallback/whisper/" in answer.content.decode()
        asked = carrier.post("fallback_whisper", query={"line": MAIN}, CallSid="CA2", To="+16025550175")
        assert "<Gather" in asked.content.decode()
        assert "<Hangup" in asked.content.decode()
        pressed = carrier.post("fallback_whisper", query={"line": MAIN}, CallSid="CA2", To="+16025550175", Digits="5")
        assert "<Response />" in pressed.content.decode() or "<Response/>" in pressed.content.decode()


@pytest.mark.parametrize("line", [MAIN, "+16025550999", ""])
def test_an_unsigned_key_press_is_refused(forwarded, carrier, line):
    answer = carrier.post("fallback_whisper", signature="wrong", query={"line": line}, CallSid="CA2", Digits="5")
    assert answer.status_code == 403


def test_screened_phones_never_stop_the_apps(cast, phone, carrier, settings):
    StaffCallSettings.objects.filter(staff=cast.jordan).update(personal_number="+16025550119")
    touch(cast.glow)
    load_profile(cast.glow)
    answer = carrier.call("fallback", ErrorUrl=f"{settings.PUBLIC_BASE_URL}/twilio/voice/inbound/")
    text = answer.content.decode()
    assert f"s{cast.jordan.pk}_web" in text
    assert "+16025550119" not in text
