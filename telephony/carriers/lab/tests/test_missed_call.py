"""A call that nobody answers, and the voicemail after it (reference §16)."""

from telephony.carriers.lab import Callee, Caller
from telephony.carriers.lab.tests.conftest import LINE, MOBILE, PATIENT

EVENTS = 'statusCallback="/leg" statusCallbackEvent="initiated ringing answered completed"'


def dial(noun=f"<Number {EVENTS}>{MOBILE}</Number>", attributes='timeout="20"'):
    return f'<Dial action="/dial" {attributes}>{noun}</Dial>'


VOICEMAIL = '<Say>Leave a message.</Say><Record action="/voicemail" recordingStatusCallback="/recording"/>'


def missed(app, lab, **kwargs):
    app.on("/voice", dial())
    app.on("/dial", VOICEMAIL)
    call = lab.place_call(PATIENT, LINE, **kwargs)
    assert lab.run_until_idle()
    return call


def test_a_missed_call_with_voicemail_leaves_the_trace_of_the_reference(app, lab):
    call = missed(app, lab, caller=Caller.leaves_voicemail(8))

    assert app.trace() == [
        "/voice ringing",
        "/leg initiated",
        "/leg ringing",
        "/leg no-answer",
        "/dial no-answer",
        "/voicemail hangup",
        "/status completed",
        "/recording completed",
    ]
    assert call.finished
    assert call.heard == ["Leave a message."]
    assert [one["SequenceNumber"] for one in app.all("/leg")] == ["0", "1", "2"]


def test_it_rings_exactly_as_long_as_the_dial_says_and_longer_with_the_buffer(app, lab):
    call = missed(app, lab, caller=Caller.leaves_voicemail(8))
    assert (call.legs[0].ended_at - call.legs[0].created_at).total_seconds() == 20

    lab.faults.switches.timeout_buffer = 5
    call = missed(app, lab, caller=Caller.leaves_voicemail(8))
    assert (call.legs[0].ended_at - call.legs[0].created_at).total_seconds() == 25


def test_the_action_of_an_unanswered_dial_has_no_duration_and_was_not_bridged(app, lab):
    missed(app, lab)
    action = app.last("/dial")
    assert action["DialBridged"] == "false"
    assert action["CallStatus"] == "in-progress"
    assert "DialCallDuration" not in action.fields
    assert action["DialCallSid"].startswith("CA")


def test_the_voicemail_is_a_sound_file_of_the_spoken_length(app, lab):
    call = missed(app, lab, caller=Caller.leaves_voicemail(8))
    done = app.last("/recording")
    assert done["RecordingDuration"] == "8"
    assert done["RecordingSource"] == "RecordVerb"
    assert done["CallSid"] == call.sid
    body, kind = call.recordings[0].media("wav")
    assert kind == "audio/x-wav"
    assert body[:4] == b"RIFF"


def test_a_silent_caller_leaves_no_recording_and_no_action_is_requested(app, lab):
    app.on("/voice", VOICEMAIL + "<Say>Goodbye.</Say>")
    call = lab.place_call(PATIENT, LINE, caller=Caller.stays_silent())
    assert lab.run_until_idle()
    assert not app.all("/voicemail")
    assert not app.all("/recording")
    assert call.heard[-1] == "Goodbye."


def test_an_absent_recording_is_reported_to_those_who_asked(app, lab):
    app.on("/voice", VOICEMAIL.replace("<Record", '<Record recordingStatusCallbackEvent="completed absent"'))
    lab.place_call(PATIENT, LINE, caller=Caller.hangs_up_at_beep())
    assert lab.run_until_idle()
    assert app.last("/recording")["RecordingStatus"] == "absent"
    assert app.last("/recording")["RecordingDuration"] == "0"


def test_a_key_ends_the_recording_and_its_action_is_followed(app, lab):
    app.on("/voicemail", "<Say>Thank you.</Say>")
    call = missed(app, lab, caller=Caller.leaves_voicemail(4, then="key", key="#"))
    assert app.last("/voicemail")["Digits"] == "#"
    assert app.last("/voicemail")["RecordingDuration"] == "4"
    assert call.heard[-1] == "Thank you."


def test_a_caller_who_gives_up_while_it_rings_is_told_once(app, lab):
    call = missed(app, lab, caller=Caller.hangs_up_while_ringing(6))
    assert app.trace() == [
        "/voice ringing",
        "/leg initiated",
        "/leg ringing",
        "/leg canceled",
        "/dial no-answer",
        "/status completed",
    ]
    assert app.last("/dial")["CallStatus"] == "completed"
    assert call.heard == []


def test_the_action_after_a_callers_hang_up_can_be_switched_off(app, lab):
    lab.faults.switches.action_on_caller_hangup = False
    missed(app, lab, caller=Caller.hangs_up_while_ringing(6))
    assert not app.all("/dial")
    assert app.all("/status")


def test_a_caller_who_leaves_in_the_greeting_leaves_no_recording(app, lab):
    missed(app, lab, caller=Caller.hangs_up_in_greeting(0.5))
    assert not app.all("/voicemail")
    assert app.trace()[-1] == "/status completed"


def test_a_number_that_nobody_owns_fails_without_a_request(app, lab):
    call = lab.place_call(PATIENT, "+16025550199")
    assert lab.run_until_idle()
    assert call.status == "failed"
    assert app.arrived == []


def test_a_number_without_a_voice_url_says_so_to_the_caller_and_the_operator(app, lab):
    lab.add_number("+16025550101")
    call = lab.place_call(PATIENT, "+16025550101")
    assert lab.run_until_idle()
    assert "not been set up" in call.heard[0]
    assert lab.account.alerts[0].code == 11100


def test_the_time_of_the_lab_moves_only_as_far_as_the_call_needs(app, lab):
    began = lab.now
    lab.set_callee(MOBILE, Callee.busy())
    missed(app, lab, caller=Caller.leaves_voicemail(8))
    assert 8 < (lab.now - began).total_seconds() < 15
