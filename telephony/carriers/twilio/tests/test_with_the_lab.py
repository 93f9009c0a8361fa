"""Our side of the carrier against the Phone Lab's, over real HTTP: both know Twilio's interface on their own."""

import datetime as dt

import pytest

from telephony.carriers.base import CallStatus, ProviderPermanent, ProviderTemporary, ProviderUnknown
from telephony.carriers.lab import Callee, Caller, Lab, LabServer, VirtualClock
from telephony.carriers.lab.behaviours import Phone
from telephony.carriers.lab.tests.app import App
from telephony.carriers.twilio import calls, media, numbers, setup
from telephony.carriers.twilio.texts import TwilioTexts
from telephony.models import CarrierAccount, Line

SID, TOKEN = "AC" + "0" * 32, "c" * 32
MAIN, PATIENT, MOBILE = "+16025550190", "+16025550147", "+16025550142"
TEXT = {"from_number": MAIN, "to_number": PATIENT, "body": "Sorry we missed you"}


@pytest.fixture
def app():
    with App() as app:
        yield app


@pytest.fixture
def lab(app):
    lab = Lab(SID, TOKEN, VirtualClock(), seed=7)
    lab.add_number(MAIN, voice_url=app.url + "/voice")
    lab.set_callee(MOBILE, Callee.answers(after=2))
    return lab


@pytest.fixture
def account(cast, lab):
    with LabServer(lab) as server:
        yield CarrierAccount.objects.create(practice=cast.glow, account_sid=SID, auth_token=TOKEN, base_url=server.url)


def send(account, app, **changes):
    return TwilioTexts().send(account.practice, **{**TEXT, **changes}, status_url=app.url + "/status/7/")


def find(account, lab, **changes):
    since = lab.now - dt.timedelta(minutes=1)
    return TwilioTexts().find(account.practice, **TEXT, since=since, **changes)


def test_a_text_reaches_the_handset_once_and_reports_back(account, lab, app):
    sent = send(account, app)
    lab.run_until_idle()
    assert [text.body for text in lab.handset(PATIENT).received] == ["Sorry we missed you"]
    assert app.last("/status/7/")["MessageSid"] == sent.sid
    assert app.last("/status/7/")["MessageStatus"] == "delivered"


def test_a_text_is_found_again_until_it_is_claimed(account, lab, app):
    sent = send(account, app)
    assert find(account, lab).sid == sent.sid
    assert find(account, lab, known={sent.sid}) is None


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"body": ""}, "21602"), ({"to_number": "+1602"}, "21211"), ({"from_number": "+16025550111"}, "21606")],
)
def test_a_text_that_is_refused_says_why(account, app, changes, code):
    with pytest.raises(ProviderPermanent) as caught:
        send(account, app, **changes)
    assert caught.value.code == code
    assert caught.value.reason


@pytest.mark.parametrize(("status", "code", "error"), [(429, 20429, ProviderTemporary), (500, 20500, ProviderUnknown)])
def test_a_text_that_failed_on_the_way_was_not_delivered_twice(account, lab, app, status, code, error):
    lab.faults.fail_rest(status=status, code=code)
    with pytest.raises(error):
        send(account, app)
    lab.run_until_idle()
    assert lab.handset(PATIENT).received == []


def test_a_text_whose_answer_was_lost_is_unknown_and_then_found(account, lab, app):
    lab.set_phone(PATIENT, Phone.stalls_after_accepting(1))
    with pytest.raises(ProviderUnknown):
        send(account, app)
    lab.run_until_idle()
    assert find(account, lab).status == "delivered"
    assert len(lab.handset(PATIENT).received) == 1


def test_a_text_that_never_arrived_is_unknown_and_then_not_found(account, lab, app):
    lab.set_phone(PATIENT, Phone.stalls_before_accepting(1))
    with pytest.raises(ProviderUnknown):
        send(account, app)
    assert find(account, lab) is None


def test_wrong_credentials_are_refused_for_everything(account, app):
    account.auth_token = "d" * 32
    account.save()
    with pytest.raises(ProviderPermanent, match="20003"):
        send(account, app)
    with pytest.raises(ProviderPermanent, match="20003"):
        numbers.list_numbers(account)


def place(account, app, **changes):
    leg = {"to": MOBILE, "from_number": MAIN, "answer_url": app.url + "/whisper", "timeout": 20}
    return calls.place_call(account, **{**leg, "status_url": app.url + "/leg", **changes})


def test_a_leg_rings_answers_and_ends(account, lab, app):
    app.on("/whisper", "<Pause length='30'/>")
    placed = place(account, app)
    assert placed.status == CallStatus.QUEUED
    lab.advance(5)
    assert calls.end_call(account, placed.sid)
    lab.run_until_idle()
    assert [one["CallStatus"] for one in app.all("/leg")] == ["initiated", "ringing", "in-progress", "completed"]
    assert calls.end_call(account, placed.sid) is False


def test_a_live_leg_is_sent_to_other_instructions(account, lab, app):
    app.on("/whisper", "<Pause length='30'/>")
    app.on("/hub", "<Say>Welcome to the hub.</Say>")
    placed = place(account, app)
    lab.advance(5)
    assert calls.redirect_call(account, placed.sid, url=app.url + "/hub")
    lab.run_until_idle()
    assert app.all("/hub")
    assert calls.redirect_call(account, placed.sid, url=app.url + "/hub") is False


def test_a_number_that_is_not_ours_cannot_call(account, app):
    with pytest.raises(ProviderPermanent) as caught:
        place(account, app, from_number="+16025550111")
    assert caught.value.code == "21210"


@pytest.fixture
def recording(account, lab, app):
    """What the carrier says of a voicemail that a patient just left."""
    app.on("/voice", '<Record action="/done" recordingStatusCallback="/recording"/>')
    lab.place_call(PATIENT, MAIN, caller=Caller.leaves_voicemail(3))
    lab.run_until_idle()
    return app.last("/recording")


def test_a_voicemail_is_fetched_and_then_deleted_at_the_carrier(account, recording):
    with media.fetch_recording(account, recording["RecordingUrl"]) as sound:
        assert sound.content_type == "audio/x-wav"
        assert sound.file.read(4) == b"RIFF"
    media.delete_recording(account, recording["RecordingSid"])
    media.delete_recording(account, recording["RecordingSid"])
    with pytest.raises(ProviderTemporary), media.fetch_recording(account, recording["RecordingUrl"]):
        pass


def test_another_accounts_recording_is_out_of_reach(account, lab, recording):
    lab.add_account("AC" + "1" * 32, "e" * 32)
    account.account_sid, account.auth_token = "AC" + "1" * 32, "e" * 32
    with pytest.raises(ProviderPermanent), media.fetch_recording(account, recording["RecordingUrl"]):
        pass


def test_a_picture_in_a_text_is_fetched_through_the_carriers_redirect(account, lab, app):
    lab.add_number(MAIN, sms_url=app.url + "/sms")
    lab.send_text(PATIENT, MAIN, "Before", [(b"\x89PNG", "image/png")])
    lab.run_until_idle()
    with media.fetch_recording(account, app.last("/sms")["MediaUrl0"]) as picture:
        assert (picture.content_type, picture.file.read()) == ("image/png", b"\x89PNG")


def test_the_set_up_is_checked_and_repaired(account, lab, settings):
    settings.PUBLIC_BASE_URL = "https://crm.example.com"
    line = Line.objects.create(practice=account.practice, number=MAIN, name="Main line")
    wrong = [each for each in setup.check(account, [line]) if each.verdict == "wrong"]
    assert len(wrong) == 5
    assert len(list(setup.fix(account, [line]))) == 1
    assert [each.text for each in setup.check(account, [line]) if each.verdict == "wrong"] == []
    assert lab.number(MAIN).voice_url == "https://crm.example.com/twilio/voice/inbound/"
    assert lab.number(MAIN).sms_fallback_url == "https://crm.example.com/twilio/messages/inbound/"
