"""Texts in both directions, over REST with Twilio's own library (reference §3.3–3.5)."""

import pytest
import requests
from twilio.base.exceptions import TwilioRestException
from twilio.request_validator import RequestValidator

from telephony.carriers.lab import Phone
from telephony.carriers.lab.tests.conftest import LINE, PATIENT, SID, TOKEN


@pytest.fixture
def send(app, client):
    def send(body="Sorry we missed you", **kwargs):
        wanted = {"from_": LINE, "to": PATIENT, "status_callback": app.url + "/message/17"} | kwargs
        return client.messages.create(body=body, **wanted)

    return send


def states(app):
    return [one["MessageStatus"] for one in app.all("/message/17")]


def test_a_text_is_queued_sent_and_delivered(app, lab, client, send):
    message = send()
    assert message.status == "queued"
    assert lab.handset(PATIENT).received == []
    assert lab.run_until_idle()
    assert states(app) == ["sending", "sent", "delivered"]
    assert [text.body for text in lab.handset(PATIENT).received] == ["Sorry we missed you"]
    assert client.messages(message.sid).fetch().status == "delivered"


def test_its_callbacks_are_signed_and_carry_the_fields_of_the_reference(app, lab, send):
    message = send()
    lab.run_until_idle()
    last = app.last("/message/17")
    assert set(last.fields) == {
        "MessageSid",
        "SmsSid",
        "MessageStatus",
        "SmsStatus",
        "From",
        "To",
        "AccountSid",
        "ApiVersion",
        "RawDlrDoneDate",
    }
    assert last["MessageSid"] == last["SmsSid"] == message.sid
    url, signature = app.url + "/message/17", last.headers["X-Twilio-Signature"]
    assert RequestValidator(TOKEN).validate(url, last.fields, signature)


@pytest.mark.parametrize(("phone", "code"), [(Phone.undelivered(), "30003"), (Phone.landline(), "30006")])
def test_a_text_that_does_not_arrive_says_why(app, lab, send, phone, code):
    lab.set_phone(PATIENT, phone)
    send()
    lab.run_until_idle()
    assert states(app)[-1] == "undelivered"
    assert app.last("/message/17")["ErrorCode"] == code
    assert lab.handset(PATIENT).received == []


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"to": "555"}, 21211),
        ({"from_": "+16025550188"}, 21606),
        ({"body": ""}, 21602),
        ({"body": "x" * 1601}, 21617),
    ],
)
def test_the_api_refuses_what_twilio_refuses(lab, send, wanted, code):
    with pytest.raises(TwilioRestException) as refused:
        send(**wanted)
    assert (refused.value.status, refused.value.code) == (400, code)
    assert lab.texts.all == {}


@pytest.mark.parametrize(("phone", "code"), [(Phone.opted_out(), 21610), (Phone.refused(21614), 21614)])
def test_a_handset_may_be_refused_at_once(lab, send, phone, code):
    lab.set_phone(PATIENT, phone)
    with pytest.raises(TwilioRestException) as refused:
        send()
    assert refused.value.code == code


def test_a_timeout_after_accepting_leaves_one_delivered_text_to_be_found(lab, client, send):
    lab.set_phone(PATIENT, Phone.stalls_after_accepting())
    with pytest.raises((requests.RequestException, ConnectionError)):
        send()
    lab.run_until_idle()
    assert len(lab.handset(PATIENT).received) == 1
    assert [found.body for found in client.messages.list(to=PATIENT, from_=LINE)] == ["Sorry we missed you"]


def test_a_timeout_before_accepting_leaves_nothing_and_the_next_try_works(lab, client, send):
    lab.set_phone(PATIENT, Phone.stalls_before_accepting(times=1))
    with pytest.raises((requests.RequestException, ConnectionError)):
        send()
    lab.run_until_idle()
    assert client.messages.list(to=PATIENT) == []
    send()
    lab.run_until_idle()
    assert len(lab.handset(PATIENT).received) == 1


def test_texts_are_found_by_recipient_sender_and_day(lab, client, send):
    send()
    lab.run_until_idle()
    day = lab.now.date()
    assert len(client.messages.list(to=PATIENT, date_sent=day)) == 1
    assert client.messages.list(to=PATIENT, date_sent_after=lab.now.replace(year=2030)) == []
    assert client.messages.list(to=LINE) == []


def test_an_inbound_text_is_posted_to_the_sms_url(app, lab):
    lab.send_text(PATIENT, LINE, "Can I move my appointment?")
    lab.run_until_idle()
    one = app.last("/sms")
    assert (one["From"], one["To"], one["Body"]) == (PATIENT, LINE, "Can I move my appointment?")
    assert (one["NumMedia"], one["NumSegments"], one["SmsStatus"]) == ("0", "1", "received")
    assert one["MessageSid"] == one["SmsSid"] == one["SmsMessageSid"]
    assert one["FromCity"] == ""
    assert RequestValidator(TOKEN).validate(app.url + "/sms", one.fields, one.headers["X-Twilio-Signature"])


def test_a_failing_sms_url_goes_to_its_fallback(app, lab):
    app.on("/sms", (500, "", b""))
    lab.send_text(PATIENT, LINE, "Hello")
    lab.run_until_idle()
    assert app.last("/sms-fallback")["ErrorCode"] == "11200"
    assert app.last("/sms-fallback")["MessageSid"] == app.last("/sms")["MessageSid"]


def test_a_reply_in_twiml_reaches_the_handset(app, lab):
    app.on("/sms", "<Message>Thank you.</Message>")
    lab.send_text(PATIENT, LINE, "Hello")
    lab.run_until_idle()
    assert [text.body for text in lab.handset(PATIENT).received] == ["Thank you."]


def test_stop_is_answered_by_the_carrier_and_blocks_further_texts_until_start(app, lab, send):
    lab.send_text(PATIENT, LINE, " Stop ")
    lab.run_until_idle()
    assert app.last("/sms")["Body"] == " Stop "
    assert "unsubscribed" in lab.handset(PATIENT).received[0].body
    with pytest.raises(TwilioRestException) as refused:
        send()
    assert refused.value.code == 21610
    lab.send_text(PATIENT, LINE, "START")
    lab.run_until_idle()
    send()
    lab.run_until_idle()
    assert lab.handset(PATIENT).received[-1].body == "Sorry we missed you"


def test_pictures_of_an_inbound_text_need_a_login_and_then_come_from_a_signed_address(app, lab, server):
    lab.send_text(PATIENT, LINE, "Before and after", media=[(b"\xff\xd8jpeg", "image/jpeg"), (b"png", "image/png")])
    lab.run_until_idle()
    one = app.last("/sms")
    assert one["NumMedia"] == "2"
    assert one["MessageSid"].startswith("MM")
    assert one["MediaContentType1"] == "image/png"
    assert requests.get(one["MediaUrl0"], timeout=5).status_code == 401
    first = requests.get(one["MediaUrl0"], auth=(SID, TOKEN), allow_redirects=False, timeout=5)
    assert first.status_code == 307
    got = requests.get(first.headers["Location"], timeout=5)
    assert (got.content, got.headers["Content-Type"]) == (b"\xff\xd8jpeg", "image/jpeg")
    forged = first.headers["Location"][:-4] + "0000"
    assert requests.get(forged, timeout=5).status_code == 404


def test_our_own_pictures_are_fetched_and_arrive(app, lab, send):
    app.on("/map.png", (200, "image/png", b"map"))
    send(media_url=[app.url + "/map.png"])
    lab.run_until_idle()
    assert [media.content for media in lab.handset(PATIENT).received[0].media] == [b"map"]


def test_a_text_between_two_of_our_lines_comes_in_at_the_other(app, lab, send):
    lab.add_number("+16025550101", sms_url=app.url + "/second-sms")
    send(to="+16025550101")
    lab.run_until_idle()
    assert app.last("/second-sms")["From"] == LINE


def test_a_text_to_a_number_that_nobody_owns_is_an_error_of_the_script(lab):
    with pytest.raises(LookupError):
        lab.send_text(PATIENT, "+16025550199", "Hello")


@pytest.mark.parametrize(
    ("body", "segments"), [("a" * 160, 1), ("a" * 161, 2), ("é" * 160, 1), ("日" * 70, 1), ("日" * 71, 2)]
)
def test_segments_are_counted_as_the_network_does(app, lab, body, segments):
    assert lab.send_text(PATIENT, LINE, body).segments == segments
