import pytest
from django.urls import reverse

from aesthetix.events.models import Event
from aesthetix.practices.actor import Actor
from contacts.models import Contact
from conversations.models import Message, MessageEvent
from conversations.services.send import send_message
from telephony.models import CarrierAccount
from telephony.tests.conftest import MAIN, PATIENT, UNKNOWN

pytestmark = pytest.mark.django_db


@pytest.fixture
def text(carrier, phone):
    """A signed text from Grace; keyword arguments are form fields."""

    def _text(**fields):
        standard = {"MessageSid": "SM1", "From": PATIENT, "To": MAIN, "Body": "Hi", "NumMedia": 0}
        return carrier.post("message_inbound", **{**standard, **fields})

    return _text


@pytest.fixture
def sent(cast, phone):
    message = send_message(
        actor=Actor.system(cast.glow, "Workflow"), contact=cast.grace, body="Hello", key="k", origin="workflow"
    )
    Message.objects.for_practice(cast.glow).filter(pk=message.pk).update(state="sending")
    return message


@pytest.fixture
def report(carrier, sent):
    def _report(status, *, pk=None, **fields):
        standard = {"MessageSid": "SM" + "2" * 32, "MessageStatus": status, "SmsStatus": status}
        return carrier.post("message_status", args=[pk or sent.pk], **{**standard, **fields})

    return _report


def received(practice):
    return list(Message.objects.for_practice(practice).filter(inbound=True))


def test_a_text_is_taken_and_answered_with_nothing_to_say(cast, text):
    answer = text()
    assert (answer.status_code, answer["Content-Type"], answer.content) == (200, "text/xml", b"<Response/>")
    assert [message.body for message in received(cast.glow)] == ["Hi"]


def test_a_text_that_comes_twice_with_parameters_nobody_knows_is_one_text(cast, text):
    for _ in range(2):
        assert text(BrandNewParameter="x", FromCity="").status_code == 200
    assert len(received(cast.glow)) == 1


def test_pictures_come_along(cast, text):
    text(
        Body="",
        NumMedia=2,
        MediaUrl0="https://carrier.example/0",
        MediaContentType0="image/png",
        MediaUrl1="https://carrier.example/1",
    )
    assert received(cast.glow)[0].media == [
        {"url": "https://carrier.example/0", "content_type": "image/png"},
        {"url": "https://carrier.example/1", "content_type": ""},
    ]


@pytest.mark.parametrize("signature", ["", "nonsense"])
def test_an_unsigned_text_is_refused_and_leaves_nothing(cast, text, signature):
    assert text(signature=signature, From=UNKNOWN).status_code == 403
    assert not Message.objects.for_practice(cast.glow).exists()
    assert not Contact.objects.for_practice(cast.glow).filter(unverified_caller=True).exists()
    assert not Event.objects.for_practice(cast.glow).exists()


@pytest.mark.parametrize("broken", [{"MessageSid": ""}, {"From": ""}, {"To": ""}, {"NumMedia": "many"}])
def test_a_malformed_text_gets_400_and_changes_nothing(cast, text, broken):
    assert text(**broken).status_code == 400
    assert not received(cast.glow)


def test_another_channels_message_is_not_mistaken_for_a_text(cast, text):
    assert text(From=f"whatsapp:{PATIENT}", To=f"whatsapp:{MAIN}").status_code == 200
    assert not received(cast.glow)


def test_a_text_from_our_own_line_makes_no_contact(cast, text):
    text(From=MAIN)
    assert not Contact.objects.for_practice(cast.glow).filter(unverified_caller=True).exists()
    assert received(cast.glow)[0].thread.contact is None


def test_the_carrier_stop_verdict_is_obeyed(cast, text):
    text(Body="basta", OptOutType="STOP")
    message = send_message(
        actor=Actor.system(cast.glow, "Workflow"), contact=cast.grace, body="Hello", key="k", origin="workflow"
    )
    assert message.state == "withheld"


def test_a_report_before_our_own_answer_settles_the_message(cast, sent, report):
    assert report("delivered", RawDlrDoneDate="2611161004").status_code == 200
    sent.refresh_from_db()
    assert (sent.state, sent.provider_sid) == ("delivered", "SM" + "2" * 32)


def test_reports_late_repeated_and_unknown_change_nothing(cast, sent, report):
    for status in ("delivered", "sent", "delivered", "teleported"):
        assert report(status).status_code == 200
    sent.refresh_from_db()
    assert sent.state == "delivered"
    assert MessageEvent.objects.for_practice(cast.glow).filter(kind="status").count() == 2


def test_an_unsigned_report_changes_nothing(sent, report):
    assert report("failed", signature="nonsense").status_code == 403
    sent.refresh_from_db()
    assert sent.state == "sending"


def test_a_report_on_another_practices_message_is_not_found(cast, sent, report, carrier):
    CarrierAccount.objects.filter(practice=cast.glow).update(practice=cast.other)
    assert report("failed", ErrorCode="30003").status_code == 404
    sent.refresh_from_db()
    assert sent.state == "sending"


def test_a_report_on_a_message_that_is_gone_is_not_found(sent, report):
    assert report("sent", pk=10**9).status_code == 404


@pytest.mark.parametrize("name", ["message_inbound", "message_status"])
def test_a_browser_gets_nothing_here(client, cast, name):
    url = reverse(f"twilio:{name}", args=[1] if name == "message_status" else [])
    assert client.get(url).status_code == 405
