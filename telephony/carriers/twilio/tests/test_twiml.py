"""Documents as the carrier reads them."""

from telephony.carriers.twilio import twiml


def xml(document):
    return str(document).removeprefix('<?xml version="1.0" encoding="UTF-8"?>')


def test_a_dial_rings_apps_and_reports_their_legs():
    r = twiml.response()
    d = twiml.dial(r, action="/a/?x=1&y=2", timeout=20)
    twiml.add_client(d, "u_1", status_url="/leg/", parameters={"line": "Main line"})
    twiml.add_sip(d, "sip:desk@glow.example", status_url="/leg/")
    assert xml(r) == (
        '<Response><Dial action="/a/?x=1&amp;y=2" answerOnBridge="true" timeout="20">'
        '<Client statusCallback="/leg/" statusCallbackEvent="initiated ringing answered completed">'
        '<Identity>u_1</Identity><Parameter name="line" value="Main line" /></Client>'
        '<Sip statusCallback="/leg/" statusCallbackEvent="initiated ringing answered completed">'
        "sip:desk@glow.example</Sip></Dial></Response>"
    )


def test_a_screened_number_has_a_whisper_and_a_plain_one_has_none():
    r = twiml.response()
    d = twiml.dial(r, action="/a/", timeout=20, caller_id="+16025550190", answer_on_bridge=False)
    twiml.add_number(d, "+16025550142", status_url="/leg/", whisper_url="/whisper/")
    assert 'callerId="+16025550190"' in xml(r)
    assert 'url="/whisper/"' in xml(r)
    assert "answerOnBridge" not in xml(r)
    assert "record" not in xml(r)


def test_a_recorded_dial_says_where_the_recording_is_announced():
    r = twiml.response()
    twiml.dial(r, action="/a/", timeout=20, recording_status_url="/recording/")
    assert 'record="record-from-answer-dual"' in xml(r)
    assert 'recordingStatusCallbackEvent="completed absent"' in xml(r)


def test_any_key_counts_and_without_one_the_document_goes_on():
    r = twiml.response()
    twiml.say(twiml.gather_key(r, action="/accept/", timeout=8), "Press any key")
    twiml.hang_up(r)
    assert xml(r) == (
        '<Response><Gather action="/accept/" finishOnKey="" numDigits="1" timeout="8">'
        "<Say>Press any key</Say></Gather><Hangup /></Response>"
    )


def test_text_is_escaped():
    r = twiml.response()
    twiml.say(r, "Lasers & <Hangup/>", loop=0)
    assert xml(r) == '<Response><Say loop="0">Lasers &amp; &lt;Hangup/&gt;</Say></Response>'


def test_voicemail_never_loops_onto_its_own_address():
    r = twiml.response()
    twiml.play(r, "/greeting/")
    twiml.record(r, action="/voicemail/", recording_status_url="/recording/")
    assert 'action="/voicemail/"' in xml(r)
    assert 'playBeep="true"' in xml(r)


def test_a_conference_waits_silently_and_without_a_beep():
    r = twiml.response()
    twiml.join_conference(r, "c_1", action="/hub/", start_on_enter=False)
    assert xml(r) == (
        '<Response><Dial action="/hub/"><Conference beep="false" endConferenceOnExit="false" '
        'startConferenceOnEnter="false" waitUrl="">c_1</Conference></Dial></Response>'
    )


def test_a_conference_can_be_recorded_and_reported():
    r = twiml.response()
    twiml.join_conference(r, "c_1", action="/hub/", status_url="/s/", recording_status_url="/r/", wait_url="/w/")
    assert 'record="record-from-start"' in xml(r)
    assert 'statusCallback="/s/"' in xml(r)
    assert 'waitUrl="/w/"' in xml(r)


def test_the_answer_is_xml():
    r = twiml.response()
    twiml.pause(r, 2)
    twiml.redirect(r, "/next/")
    twiml.reject(r, busy=True)
    answer = twiml.answer(r)
    assert answer["Content-Type"].startswith("text/xml")
    assert b'<Pause length="2" /><Redirect method="POST">/next/</Redirect><Reject reason="busy" />' in answer.content
