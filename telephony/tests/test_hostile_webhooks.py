"""Webhooks with nonsense in them get an honest answer, and the phone outlives its helpers."""

import pytest

from conversations.models import Message
from telephony.models import Call, CallEvent, Leg, Recording
from telephony.services import last_known
from telephony.services.profile import touch
from telephony.tests.conftest import MAIN, PATIENT, SID

pytestmark = pytest.mark.django_db

NOBODY_LISTENS = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"}
}


@pytest.mark.parametrize("field", ["To", "AccountSid"])
@pytest.mark.parametrize("name", ["inbound", "status", "message_inbound"])
def test_a_zero_byte_from_anybody_is_refused_before_the_database_sees_it(cast, phone, carrier, name, field):
    given = {"AccountSid": SID, "To": MAIN, "From": PATIENT, "CallSid": "CA1", "CallStatus": "completed"}
    assert carrier.post(name, signature="nonsense", **given | {field: "+1\0"}).status_code == 403


def test_a_zero_byte_in_a_signed_text_leaves_nothing(cast, phone, carrier):
    answer = carrier.post("message_inbound", MessageSid="SM1", From=PATIENT, To=MAIN, Body="Hi\0")
    assert answer.status_code == 403
    assert not Message.objects.for_practice(cast.glow).exists()


@pytest.mark.parametrize("index", ["1", "99", "²", "-1", ""])
@pytest.mark.parametrize("name", ["leg", "whisper", "accept"])
def test_a_phone_that_does_not_ring_gets_400_and_leaves_nothing(cast, phone, carrier, name, index):
    carrier.call("inbound")
    answer = carrier.post(name, query={"call": "CA1", "d": index}, CallSid="CA2", CallStatus="ringing")
    assert answer.status_code == 400
    assert not Leg.objects.for_practice(cast.glow).exists()
    assert not CallEvent.objects.for_practice(cast.glow).exists()


@pytest.mark.parametrize("seconds", ["²", "-5", "--5", "1.5", "9" * 30])
def test_a_length_that_is_no_number_gets_400_and_leaves_nothing(cast, phone, carrier, seconds):
    carrier.call("inbound")
    answer = carrier.post(
        "recording",
        query={"call": "CA1", "kind": "voicemail"},
        RecordingSid="RE1",
        RecordingStatus="completed",
        RecordingDuration=seconds,
    )
    assert answer.status_code == 400
    assert not Recording.objects.for_practice(cast.glow).exists()


def test_the_phone_rings_while_the_cache_is_away(cast, phone, carrier, settings):
    settings.CACHES = NOBODY_LISTENS
    touch(cast.glow)  # the configuration is compiled and remembered anew
    assert carrier.call("inbound").status_code == 200
    assert Call.objects.for_practice(cast.glow).count() == 1


def test_the_fallback_answers_while_the_cache_is_away(phone, carrier, settings):
    settings.CACHES = NOBODY_LISTENS
    assert last_known.SORRY in carrier.call("fallback").content.decode()


def test_a_call_from_the_company_phone_makes_no_contact(cast, phone, carrier):
    cast.glow.company_phone = "+16025550199"
    cast.glow.save()
    touch(cast.glow)
    carrier.call("inbound", caller="+16025550199")
    assert Call.objects.for_practice(cast.glow).get().contact is None


def test_somebody_who_left_the_practice_calls_as_a_patient(cast, phone, carrier, clock):
    cast.jordan.call_settings.personal_number = "+16025550188"
    cast.jordan.call_settings.save()
    cast.jordan.left_at = clock()
    cast.jordan.save()
    touch(cast.glow)
    carrier.call("inbound", caller="+16025550188")
    assert Call.objects.for_practice(cast.glow).get().contact is not None
