"""Webhooks with nonsense in them get an honest answer, and the phone outlives its helpers."""

import pytest

from conversations.models import Message, Thread
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
    assert carrier.post(name, signature="nonsense", **given | {field: "+1\0"}).status_code == 400


def test_a_zero_byte_in_a_signed_text_leaves_nothing(cast, phone, carrier):
    answer = carrier.post("message_inbound", MessageSid="SM1", From=PATIENT, To=MAIN, Body="Hi\0")
    assert answer.status_code == 400
    assert not Message.objects.for_practice(cast.glow).exists()


@pytest.mark.parametrize("index", ["1", "99", "9" * 5000, "²", "-1", ""])
@pytest.mark.parametrize("name", ["leg", "whisper", "accept"])
def test_a_phone_that_does_not_ring_gets_400_and_leaves_nothing(cast, phone, carrier, name, index):
    carrier.call("inbound")
    answer = carrier.post(name, query={"call": "CA1", "d": index}, CallSid="CA2", CallStatus="ringing")
    assert answer.status_code == 400
    assert not Leg.objects.for_practice(cast.glow).exists()
    assert not CallEvent.objects.for_practice(cast.glow).exists()


@pytest.mark.parametrize("seconds", ["²", "-5", "--5", "1.5", "9" * 30, "9" * 5000])
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


@pytest.mark.parametrize("field", ["CallSid", "MessageSid", "DialCallSid", "RecordingSid"])
@pytest.mark.parametrize("name", ["inbound", "dial", "leg", "recording", "message_inbound"])
def test_an_id_that_is_too_long_gets_400_and_leaves_nothing(cast, phone, carrier, name, field):
    given = {"CallSid": "CA1", "MessageSid": "SM1", "CallStatus": "ringing", "From": PATIENT, "To": MAIN}
    answer = carrier.post(name, query={"call": "CA1", "d": 0}, **given | {field: "C" * 300})
    assert (answer.status_code, answer["Content-Type"]) == (400, "text/plain")
    assert not Call.objects.for_practice(cast.glow).exists()
    assert not Message.objects.for_practice(cast.glow).exists()


@pytest.mark.parametrize("call", ["CA\0", "C" * 300])
def test_a_call_in_the_address_that_cannot_be_one_gets_400(phone, carrier, call):
    assert carrier.post("dial", query={"call": call}, CallSid="CA1").status_code == 400


@pytest.mark.parametrize(
    ("body", "content_type"),
    [(b'{"CallSid": "CA1"}', "application/json"), (b"x" * 3_000_000, "application/x-www-form-urlencoded")],
)
def test_what_is_no_form_or_too_large_gets_a_line_of_text(client, phone, body, content_type):
    answer = client.post("/twilio/voice/inbound/", body, content_type=content_type)
    assert (answer.status_code, answer["Content-Type"]) == (400, "text/plain")


def test_a_report_on_a_text_that_is_not_ours_gets_a_line_of_text(phone, carrier):
    answer = carrier.post("message_status", args=[999999], MessageSid="SM1", MessageStatus="sent")
    assert (answer.status_code, answer["Content-Type"]) == (404, "text/plain")


@pytest.mark.parametrize("caller", ["", "anonymous", "266696687", "client:16025550147", "sip:16025550147@example.com"])
def test_a_caller_without_a_number_of_their_own_is_nobodys_contact(cast, phone, carrier, caller):
    assert carrier.call("inbound", caller=caller).status_code == 200
    assert Call.objects.for_practice(cast.glow).get().contact is None


def test_the_same_ids_at_two_practices_are_two_things(cast, phone, carrier):
    Call.objects.create(practice=cast.other, sid="CA1", from_number=PATIENT, to_number="+14805550100")
    thread = Thread.objects.create(practice=cast.other, contact=cast.stranger)
    Message.objects.create(
        practice=cast.other, thread=thread, provider_sid="SM1", idempotency_key="in:SM1", due_at=None
    )
    for name in ("inbound", "status", "dial"):
        assert carrier.call(name, CallStatus="completed").status_code == 200
    assert carrier.post("message_inbound", MessageSid="SM1", From=PATIENT, To=MAIN, Body="Hi").status_code == 200
    assert Message.objects.for_practice(cast.glow).filter(provider_sid="SM1").count() == 1
    assert Call.objects.for_practice(cast.other).get().state == Call.State.RINGING


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
