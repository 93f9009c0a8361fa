"""The verbs other than Dial, and calls that start in a browser (reference §2.3, §16)."""

import time

import pytest

from telephony.carriers.lab import Callee, Caller
from telephony.carriers.lab.audio import silent_mp3, tone_wav
from telephony.carriers.lab.tests.conftest import LINE, MOBILE, PATIENT


@pytest.fixture
def run(app, lab):
    def run(document, **kwargs):
        app.on("/voice", document)
        call = lab.place_call(PATIENT, LINE, **kwargs)
        assert lab.run_until_idle()
        return call

    return run


# Gather

MENU = '<Gather action="/keys" numDigits="2" timeout="4"><Say>Press two keys.</Say></Gather><Say>Nothing pressed.</Say>'


@pytest.mark.parametrize(
    ("attributes", "pressed", "digits"),
    [
        ('numDigits="1" finishOnKey=""', "#", "#"),
        ('numDigits="3"', "12", "12"),
        ('numDigits="3"', "12#", "12"),
        ('finishOnKey="*"', "4711*", "4711"),
        ("", "7", "7"),
    ],
)
def test_keys_are_gathered_until_they_are_enough(app, run, attributes, pressed, digits):
    run(f'<Gather action="/keys" {attributes}/>', caller=Caller(presses=(pressed,)))
    assert app.last("/keys")["Digits"] == digits


def test_a_key_cuts_the_prompt_short(app, lab, run):
    began = lab.now
    call = run(MENU, caller=Caller(presses=("42",), press_after=0.2))
    assert call.heard == ["Press two keys."]
    assert (lab.now - began).total_seconds() < 1


def test_nothing_pressed_goes_on_to_the_next_verb_after_the_prompt_and_the_timeout(app, run):
    call = run(MENU)
    assert call.heard == ["Press two keys.", "Nothing pressed."]
    assert not app.all("/keys")
    assert call.duration == 6


def test_nothing_pressed_may_request_the_action_all_the_same(app, run):
    run(MENU.replace("<Gather", '<Gather actionOnEmptyResult="true"'))
    assert app.last("/keys")["Digits"] == ""


def test_the_finishing_key_alone_counts_as_nothing(app, run):
    call = run('<Gather action="/keys"/><Say>Nothing pressed.</Say>', caller=Caller(presses=("#",)))
    assert call.heard == ["Nothing pressed."]
    assert not app.all("/keys")


def test_keys_without_a_gather_are_lost(app, lab):
    app.on("/voice", '<Say>A sentence of some length, long enough.</Say><Gather action="/keys" timeout="2"/>')
    call = lab.place_call(PATIENT, LINE)
    lab.advance(1)
    call.press("5")
    lab.run_until_idle()
    assert not app.all("/keys")


# Record


def test_a_message_ends_at_its_maximum_length(app, run):
    run('<Record action="/done" maxLength="10"/>', caller=Caller.leaves_voicemail(60, then="silence"))
    assert app.last("/done")["RecordingDuration"] == "10"
    assert app.last("/done")["Digits"] == ""
    assert app.last("/done")["CallStatus"] == "in-progress"


@pytest.mark.parametrize(("trim", "seconds"), [("trim-silence", "6"), ("do-not-trim", "11")])
def test_silence_ends_a_message_and_is_trimmed(app, run, trim, seconds):
    run(f'<Record action="/done" trim="{trim}"/>', caller=Caller.leaves_voicemail(6, then="silence"))
    assert app.last("/done")["RecordingDuration"] == seconds


def test_a_key_that_does_not_finish_is_part_of_the_message(app, run):
    run('<Record action="/done" finishOnKey="*"/>', caller=Caller.leaves_voicemail(6, then="key", key="1"))
    assert app.last("/done")["RecordingDuration"] == "6"
    assert app.last("/done")["Digits"] == ""


def test_without_an_action_the_document_is_asked_for_again(app, lab):
    app.on("/voice", "<Record/>", "<Say>Second time.</Say>")
    call = lab.place_call(PATIENT, LINE, caller=Caller.leaves_voicemail(3, then="key"))
    lab.run_until_idle()
    assert len(app.all("/voice")) == 2
    assert call.heard == ["Second time."]


def test_the_answer_to_the_action_of_a_caller_who_hung_up_has_no_effect(app, run):
    app.on("/done", "<Say>Must not be heard.</Say>")
    call = run('<Record action="/done"/>', caller=Caller.leaves_voicemail(3))
    assert app.last("/done")["CallStatus"] == "completed"
    assert call.heard == []


def test_the_start_of_a_recording_is_reported_to_those_who_asked(app, run):
    events = 'recordingStatusCallback="/r" recordingStatusCallbackEvent="in-progress completed absent"'
    run(f'<Record action="/done" {events}/>', caller=Caller.leaves_voicemail(3))
    assert [one["RecordingStatus"] for one in app.all("/r")] == ["in-progress", "completed"]
    assert "RecordingDuration" not in app.all("/r")[0].fields


def test_a_started_recording_goes_on_through_the_documents_to_the_end(app, run):
    app.on("/next", "<Pause length='20'/>")
    run('<Start><Recording recordingStatusCallback="/r"/></Start><Pause length="5"/><Redirect>/next</Redirect>')
    done = app.last("/r")
    assert (done["RecordingDuration"], done["RecordingChannels"]) == ("25", "2")
    assert (done["RecordingSource"], done["RecordingTrack"]) == ("StartCallRecordingAPI", "both")


def test_a_started_recording_can_be_stopped_by_name(app, run):
    start = '<Start><Recording name="mine" channels="mono" recordingStatusCallback="/r"/></Start>'
    run(f'{start}<Pause length="5"/><Stop><Recording name="mine"/></Stop><Pause length="20"/>')
    assert (app.last("/r")["RecordingDuration"], app.last("/r")["RecordingChannels"]) == ("5", "1")


def test_sound_files_have_the_length_they_say():
    assert len(tone_wav(2, channels=2)) == 44 + 2 * 8000 * 2 * 2
    assert len(silent_mp3(10)) == 144 * 278


# The rest


def test_a_rejected_call_is_never_answered(app, run):
    call = run('<Reject reason="busy"/>')
    assert (call.status, call.leg.answered, call.duration) == ("busy", False, 0)
    assert app.last("/status")["CallStatus"] == "busy"


def test_an_empty_document_hangs_up(app, run):
    call = run("")
    assert call.status == "completed"
    assert app.trace() == ["/voice ringing", "/status completed"]


def test_verbs_after_a_hangup_do_not_run(app, run):
    assert run("<Hangup/><Say>Must not be heard.</Say>").heard == []


def test_say_and_play_can_be_repeated(app, run):
    app.on("/beep.wav", (200, "audio/wav", tone_wav(1)))
    call = run("<Say loop='3'>Hello.</Say><Play loop='2'>/beep.wav</Play>")
    assert call.heard == ["Hello."] * 3 + [app.url + "/beep.wav"] * 2


def test_a_callers_patience_ends_whatever_happens(app, run):
    assert run("<Say loop='0'>Hold on.</Say>", caller=Caller(hang_up_after=30)).duration == 30


def test_a_slow_application_is_given_up_on(app, lab, run):
    lab.transport.read_timeout = 0.1

    def slowly(arrived):
        time.sleep(0.4)
        return "<Say>Too late.</Say>"

    app.on("/fallback", "<Say>Fallback.</Say>")
    assert run(slowly).heard == ["Fallback."]
    assert app.last("/fallback")["ErrorCode"] == "11200"


# From a browser


def test_a_web_dialer_calls_out_through_its_application(app, lab):
    app.on("/app", f'<Dial action="/dial" callerId="{LINE}"><Number statusCallback="/leg">{MOBILE}</Number></Dial>')
    lab.set_callee(MOBILE, Callee.answers(3, talk=12))
    lab.place_app_call("u_42", app.url + "/app", {"phoneNumber": MOBILE, "from_number_id": "7"})
    lab.run_until_idle()
    first = app.arrived[0]
    assert (first["From"], first["Caller"], first["To"], first["Called"]) == ("client:u_42", "client:u_42", "", "")
    assert (first["phoneNumber"], first["from_number_id"]) == (MOBILE, "7")
    assert first["ApplicationSid"].startswith("AP")
    assert "CallToken" not in first.fields
    assert app.trace() == ["/app ringing", "/leg completed", "/dial completed"]
    assert app.last("/leg")["From"] == LINE


def test_a_web_dialer_without_an_own_caller_id_is_refused(app, lab):
    app.on("/app", f'<Dial action="/dial">{MOBILE}</Dial>')
    lab.place_app_call("u_42", app.url + "/app")
    lab.run_until_idle()
    assert app.last("/dial")["DialCallStatus"] == "failed"
    assert [alert.code for alert in lab.account.alerts][0] == 13214


def test_a_desk_phone_reports_its_sip_code(app, lab, run):
    lab.set_callee("sip:desk1@glow.example", Callee.busy())
    run('<Dial action="/dial"><Sip>sip:desk1@glow.example?X-call=7</Sip></Dial>')
    assert (app.last("/dial")["DialCallStatus"], app.last("/dial")["DialSipResponseCode"]) == ("busy", "486")
