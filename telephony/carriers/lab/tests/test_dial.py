"""Dial: who is connected, and what its action says (reference §2.4, §16)."""

import pytest

from telephony.carriers.lab import Callee, Caller
from telephony.carriers.lab.tests.conftest import LINE, MOBILE, PATIENT

EVENTS = 'statusCallback="/leg" statusCallbackEvent="initiated ringing answered completed"'
SCREENED = f'<Number url="/whisper" {EVENTS}>{MOBILE}</Number>'
WHISPER = (
    '<Gather numDigits="1" finishOnKey="" timeout="6" action="/accept"><Say>Press any key.</Say></Gather><Hangup/>'
)


@pytest.fixture
def play(app, lab):
    def play(nouns, *, attributes='timeout="20"', **kwargs):
        app.on("/voice", f'<Dial action="/dial" {attributes}>{nouns}</Dial>')
        app.on("/dial", "<Say>Nobody is free.</Say>")
        app.on("/whisper", WHISPER)
        call = lab.place_call(PATIENT, LINE, **kwargs)
        assert lab.run_until_idle()
        return call

    return play


def action(app):
    fields = app.last("/dial").fields
    return fields["DialCallStatus"], fields.get("DialBridged"), fields.get("DialCallDuration")


@pytest.mark.parametrize(
    ("callee", "expected"),
    [
        (Callee.answers(3, talk=42), ("completed", "true", "42")),
        (Callee.no_answer(), ("no-answer", "false", None)),
        (Callee.busy(), ("busy", "false", None)),
        (Callee.declines(), ("busy", "false", None)),
        (Callee.unreachable(), ("failed", "false", None)),
        (Callee.carrier_voicemail(12, talk=20), ("completed", "true", "20")),
        (Callee.phone_tree(talk=45), ("completed", "true", "45")),
    ],
)
def test_the_outcome_of_a_plain_dial(app, lab, play, callee, expected):
    lab.set_callee(MOBILE, callee)
    play(f"<Number>{MOBILE}</Number>")
    assert action(app) == expected
    assert app.last("/dial")["CallStatus"] == "in-progress"


@pytest.mark.parametrize(
    ("callee", "bridged"),
    [
        (Callee.answers(3, talk=20, presses="5"), "true"),
        (Callee.answers(3, talk=20), "false"),
        (Callee.answers(3, hang_up_in_whisper=2), "false"),
        (Callee.carrier_voicemail(12), "false"),
        (Callee.phone_tree(), "false"),
    ],
)
def test_an_answered_whisper_is_completed_but_bridged_only_after_a_key(app, lab, play, callee, bridged):
    lab.set_callee(MOBILE, callee)
    play(SCREENED)
    status, was_bridged, seconds = action(app)
    assert (status, was_bridged) == ("completed", bridged)
    assert seconds is not None


def test_an_accepted_whisper_leaves_the_trace_of_the_reference(app, lab, play):
    lab.set_callee(MOBILE, Callee.answers(3, talk=20, presses="5"))
    call = play(SCREENED)
    assert app.trace() == [
        "/voice ringing",
        "/leg initiated",
        "/leg ringing",
        "/leg in-progress",
        "/whisper in-progress",
        "/accept 5",
        "/leg completed",
        "/dial completed",
        "/status completed",
    ]
    whisper = app.last("/whisper")
    assert whisper["Direction"] == "outbound-dial"
    assert whisper["ParentCallSid"] == call.sid
    assert (whisper["From"], whisper["To"]) == (PATIENT, MOBILE)
    assert [one["SequenceNumber"] for one in app.all("/leg")] == ["0", "1", "2", "3"]


def test_the_caller_hears_nothing_of_a_whisper(app, lab, play):
    lab.set_callee(MOBILE, Callee.answers(3))
    call = play(SCREENED)
    assert call.heard == ["Nobody is free."]
    assert call.legs[0].person.hears == ["Press any key."]


def test_a_whisper_without_a_word_connects_at_once(app, lab, play):
    lab.set_callee(MOBILE, Callee.answers(3, talk=5))
    app.on("/empty", "")
    play(f'<Number url="/empty">{MOBILE}</Number>')
    assert action(app) == ("completed", "true", "5")


def test_a_dial_in_a_whisper_is_refused(app, lab, play):
    lab.set_callee(MOBILE, Callee.answers(3))
    app.on("/dialling", f"<Dial>{PATIENT}</Dial>")
    play(f'<Number url="/dialling">{MOBILE}</Number>')
    assert lab.account.alerts[0].code == 13201
    assert action(app)[:2] == ("completed", "false")


BROWSERS = f"<Client {EVENTS}>u_1</Client><Client {EVENTS}>u_2</Client>"


def test_the_first_to_pick_up_wins_and_the_others_stop(app, lab, play):
    lab.set_callee("client:u_1", Callee.answers(6, talk=30))
    lab.set_callee("client:u_2", Callee.answers(4, talk=30))
    call = play(BROWSERS)
    statuses = {leg.to: leg.status for leg in call.legs}
    assert statuses == {"client:u_1": "canceled", "client:u_2": "completed"}
    assert action(app) == ("completed", "true", "30")
    assert app.last("/dial")["DialCallSid"] == call.leg_to("client:u_2").sid
    assert [(one["To"], one["CallStatus"]) for one in app.all("/leg")][-2:] == [
        ("client:u_1", "canceled"),
        ("client:u_2", "completed"),
    ]


def test_a_carrier_voicemail_that_picks_up_silences_everybody_else_and_then_fails(app, lab, play):
    lab.set_callee(MOBILE, Callee.carrier_voicemail(2))
    lab.set_callee("client:u_1", Callee.answers(4))
    call = play(SCREENED + f"<Client {EVENTS}>u_1</Client>")
    assert action(app)[:2] == ("completed", "false")
    assert call.leg_to("client:u_1").status == "canceled"


def test_losers_may_ring_on_until_the_bridge(app, lab, play):
    lab.faults.switches.cancel_losers_at = "bridge"
    lab.set_callee(MOBILE, Callee.carrier_voicemail(2))
    lab.set_callee("client:u_1", Callee.answers(4, talk=10))
    call = play(SCREENED + f"<Client {EVENTS}>u_1</Client>")
    assert action(app)[:2] == ("completed", "true")
    assert call.leg_to("client:u_1").status == "completed"
    assert app.last("/dial")["DialCallSid"] == call.leg_to("client:u_1").sid


def test_sequential_nouns_ring_one_after_the_other(app, lab, play):
    lab.set_callee("client:u_1", Callee.declines(2))
    lab.set_callee("client:u_2", Callee.answers(2, talk=10))
    call = play(BROWSERS, attributes='sequential="true" timeout="10"')
    first, second = call.legs
    assert second.created_at == first.ended_at
    assert action(app) == ("completed", "true", "10")


def test_a_dial_ends_early_when_everybody_has_refused(app, lab, play):
    lab.set_callee("client:u_1", Callee.declines(2))
    lab.set_callee("client:u_2", Callee.unreachable(1))
    began = lab.now
    play(BROWSERS)
    assert action(app)[:2] == ("busy", "false")
    assert (lab.now - began).total_seconds() < 10


def test_the_caller_hanging_up_in_the_talk_still_requests_the_action(app, lab, play):
    lab.set_callee(MOBILE, Callee.answers(3, talk=None))
    call = play(f"<Number {EVENTS}>{MOBILE}</Number>", caller=Caller(talk=15))
    assert action(app) == ("completed", "true", "15")
    assert app.last("/dial")["CallStatus"] == "completed"
    assert call.heard == []
    assert app.trace()[-1] == "/status completed"


def test_answer_on_bridge_leaves_the_caller_unanswered_until_then(app, lab, play):
    lab.set_callee(MOBILE, Callee.answers(7, talk=10))
    call = play(f"<Number>{MOBILE}</Number>", attributes='answerOnBridge="true" timeout="20"')
    assert (call.leg.answered_at - call.leg.created_at).total_seconds() == 7


def test_answer_on_bridge_has_no_effect_after_words(app, lab):
    app.on("/voice", f'<Say>Recorded.</Say><Dial answerOnBridge="true" timeout="20">{MOBILE}</Dial>')
    lab.set_callee(MOBILE, Callee.answers(7, talk=10))
    call = lab.place_call(PATIENT, LINE)
    lab.run_until_idle()
    assert call.leg.answered_at == call.leg.created_at


def test_without_answer_on_bridge_the_caller_is_answered_at_once(app, lab, play):
    lab.set_callee(MOBILE, Callee.answers(7, talk=10))
    call = play(f"<Number>{MOBILE}</Number>")
    assert call.leg.answered_at == call.leg.created_at


def test_a_recorded_talk_is_reported_with_the_parents_sid(app, lab, play):
    lab.set_callee(MOBILE, Callee.answers(3, talk=42))
    attributes = 'record="record-from-answer-dual" recordingStatusCallback="/recording"'
    call = play(f"<Number>{MOBILE}</Number>", attributes=attributes)
    done = app.last("/recording")
    assert (done["RecordingSource"], done["RecordingDuration"], done["RecordingChannels"]) == ("DialVerb", "42", "2")
    assert done["CallSid"] == call.sid
    assert app.last("/dial")["RecordingUrl"] == done["RecordingUrl"]


def test_nothing_is_recorded_of_a_call_that_nobody_answers(app, lab, play):
    play(f"<Number>{MOBILE}</Number>", attributes='record="record-from-answer" recordingStatusCallback="/recording"')
    assert not app.all("/recording")
    assert "RecordingUrl" not in app.last("/dial").fields


def test_a_foreign_caller_id_is_refused(app, lab, play):
    play(f"<Number>{MOBILE}</Number>", attributes='callerId="+16025550177"')
    assert action(app) == ("failed", "false", None)
    assert lab.account.alerts[0].code == 13214


@pytest.mark.parametrize("caller", ["anonymous", "+266696687", "", "sip:desk@pbx.example", "4155"])
def test_a_caller_without_a_number_can_not_be_shown_to_a_phone(app, lab, caller):
    app.on("/voice", f'<Dial action="/dial"><Number>{MOBILE}</Number></Dial>')
    lab.place_call(caller, LINE)
    assert lab.run_until_idle()
    assert lab.account.alerts[0].code == 13214


def test_a_malformed_number_fails(app, lab, play):
    play("<Number>555</Number>")
    assert action(app) == ("failed", "false", None)
    assert lab.account.alerts[0].code == 13223


def test_a_dial_without_an_action_goes_on_with_the_next_verb(app, lab):
    app.on("/voice", f"<Dial timeout='5'>{MOBILE}</Dial><Say>Goodbye.</Say>")
    call = lab.place_call(PATIENT, LINE)
    assert lab.run_until_idle()
    assert call.heard == ["Goodbye."]


def test_dial_bridged_can_be_left_out(app, lab, play):
    lab.faults.switches.omit_dial_bridged = True
    lab.set_callee(MOBILE, Callee.answers(3))
    play(f"<Number>{MOBILE}</Number>")
    assert "DialBridged" not in app.last("/dial").fields


def test_a_time_limit_ends_the_talk(app, lab, play):
    lab.set_callee(MOBILE, Callee.answers(3, talk=None))
    play(f"<Number>{MOBILE}</Number>", attributes='timeLimit="60"')
    assert action(app) == ("completed", "true", "60")


def test_star_hangs_up_the_callee_for_the_caller(app, lab):
    app.on("/voice", f'<Dial action="/dial" hangupOnStar="true">{MOBILE}</Dial>')
    lab.set_callee(MOBILE, Callee.answers(3, talk=None))
    call = lab.place_call(PATIENT, LINE)
    lab.advance(10)
    call.press("*")
    assert lab.run_until_idle()
    assert action(app) == ("completed", "true", "7")


def test_more_than_ten_nouns_are_refused(app, lab, play):
    play("".join(f"<Client>u_{number}</Client>" for number in range(11)))
    assert action(app) == ("failed", "false", None)


def test_a_dial_to_another_line_of_ours_is_a_call_of_its_own_there(app, lab, play):
    lab.add_number("+16025550101", voice_url=app.url + "/second", status_callback=app.url + "/second-status")
    app.on("/second", f'<Dial action="/second-dial">{MOBILE}</Dial>')
    lab.set_callee(MOBILE, Callee.answers(3, talk=10))
    play("<Number>+16025550101</Number>")
    assert app.last("/second")["From"] == PATIENT
    assert app.last("/second")["CallSid"] != app.last("/voice")["CallSid"]
    assert action(app)[:2] == ("completed", "true")
    assert app.last("/second-status")["CallStatus"] == "completed"
    assert len(lab.calls) == 2
