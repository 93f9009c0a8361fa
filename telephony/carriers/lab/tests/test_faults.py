"""Faults on purpose, the uncertain points as switches, and the lab's two kinds of time."""

import datetime as dt
import threading
import time

import pytest

from telephony.carriers.lab import Callee, Caller, Lab, LabServer, Log, RealClock
from telephony.carriers.lab.tests.conftest import LINE, MOBILE, PATIENT, SID, TOKEN

EVENTS = 'statusCallback="/leg" statusCallbackEvent="initiated ringing answered completed"'


@pytest.fixture
def ring(app, lab):
    def ring(**kwargs):
        app.on("/voice", f'<Dial action="/dial" timeout="20"><Number {EVENTS}>{MOBILE}</Number></Dial>')
        app.on("/dial", "<Hangup/>")
        call = lab.place_call(PATIENT, LINE, **kwargs)
        assert lab.run_until_idle()
        return call

    return ring


def test_a_dropped_callback_never_arrives_and_the_call_goes_on(app, lab, ring):
    lab.faults.drop("status")
    assert ring().status == "completed"
    assert not app.all("/status")
    ring()
    assert len(app.all("/status")) == 1


def test_a_doubled_webhook_arrives_twice_with_one_token(app, lab, ring):
    lab.faults.duplicate("action")
    ring()
    first, second = app.all("/dial")
    assert first.headers["I-Twilio-Idempotency-Token"] == second.headers["I-Twilio-Idempotency-Token"]
    assert first.fields == second.fields


def test_a_delayed_callback_comes_late_and_holds_nothing_up(app, lab, ring):
    lab.faults.delay("leg", 300, skip=1)
    ring()
    assert [one["CallStatus"] for one in app.all("/leg")] == ["initiated", "no-answer", "ringing"]
    assert app.trace()[-1] == "/leg ringing"


def test_a_delayed_answer_holds_the_call_up(app, lab, ring):
    lab.faults.delay("action", 10)
    assert ring().duration == 30


def test_a_dropped_question_is_a_timeout_after_fifteen_seconds(app, lab, ring):
    app.on("/fallback", "<Say>Fallback.</Say>")
    lab.faults.drop("voice")
    call = ring()
    assert not app.all("/voice")
    assert app.last("/fallback")["ErrorCode"] == "11200"
    assert (call.leg.answered_at - call.leg.created_at).total_seconds() == 15


def test_a_lost_reply_reached_us_and_still_goes_to_the_fallback(app, lab, ring):
    lab.faults.lose_reply("voice")
    ring()
    assert [one.path for one in app.arrived][:2] == ["/voice", "/fallback"]


def test_a_refused_connection_has_its_own_code(app, lab, ring):
    lab.faults.refuse("voice")
    ring()
    assert app.arrived[0]["ErrorCode"] == "11205"


def test_shuffled_callbacks_are_the_same_ones_in_another_order(app, lab):
    clients = "".join(f"<Client {EVENTS}>u_{number}</Client>" for number in range(6))
    app.on("/voice", f'<Dial action="/dial">{clients}</Dial>')

    def play(shuffled):
        app.arrived.clear()
        lab.faults.shuffle(shuffled)
        lab.place_call(PATIENT, LINE)
        lab.run_until_idle()
        return [(one["To"], one["CallStatus"]) for one in app.all("/leg")]

    straight, mixed = play(False), play(True)
    assert straight != mixed
    assert sorted(straight) == sorted(mixed)


def test_chance_is_seeded(app):
    def play():
        lab = Lab(SID, TOKEN, seed=11)
        lab.add_number(LINE, voice_url=app.url + "/voice", status_callback=app.url + "/status")
        lab.faults.drop("status", None, chance=0.5)
        app.arrived.clear()
        for number in range(12):
            lab.place_call(f"+160255501{number:02}", LINE)
            lab.run_until_idle()
        return [one["From"] for one in app.all("/status")]

    first = play()
    assert first == play()
    assert 0 < len(first) < 12


def test_clear_makes_the_carrier_healthy_again(app, lab, ring):
    lab.faults.drop("*", None)
    lab.faults.switches.omit_dial_bridged = True
    lab.faults.clear()
    ring()
    assert app.last("/dial")["DialBridged"] == "false"
    assert app.all("/status")


@pytest.mark.parametrize(
    ("switch", "value", "field", "seen"),
    [
        ("refused_whisper_status", "no-answer", "DialCallStatus", "no-answer"),
        ("omit_dial_bridged", True, "DialBridged", None),
    ],
)
def test_a_switch_changes_what_a_refused_whisper_says(app, lab, switch, value, field, seen):
    setattr(lab.faults.switches, switch, value)
    lab.set_callee(MOBILE, Callee.answers(2))
    app.on("/voice", f'<Dial action="/dial"><Number url="/whisper">{MOBILE}</Number></Dial>')
    app.on("/whisper", "<Gather timeout='4'/><Hangup/>")
    lab.place_call(PATIENT, LINE)
    lab.run_until_idle()
    assert app.last("/dial").fields.get(field) == seen


@pytest.mark.parametrize(("moment", "seconds"), [("answer", "13"), ("bridge", "10")])
def test_whether_the_whisper_is_on_the_recording_is_a_switch(app, lab, moment, seconds):
    lab.faults.switches.record_from = moment
    lab.set_callee(MOBILE, Callee.answers(2, presses="1", press_after=3, talk=10))
    dial = 'action="/dial" record="record-from-answer" recordingStatusCallback="/recording"'
    app.on("/voice", f'<Dial {dial}><Number url="/whisper">{MOBILE}</Number></Dial>')
    app.on("/whisper", "<Gather numDigits='1' action='/ok'/><Hangup/>")
    lab.place_call(PATIENT, LINE)
    lab.run_until_idle()
    assert app.last("/recording")["RecordingDuration"] == seconds


def test_silence_may_be_kept_as_a_recording(app, lab):
    lab.faults.switches.keep_silent_recordings = True
    app.on("/voice", '<Record action="/done" trim="do-not-trim"/>')
    app.on("/done", "<Hangup/>")
    lab.place_call(PATIENT, LINE, caller=Caller.stays_silent())
    lab.run_until_idle()
    assert app.last("/done")["RecordingDuration"] == "5"


# Time


def test_the_settle_hook_runs_before_time_moves_on(app, lab, ring):
    moments = []
    lab.on_settle = lambda: moments.append(lab.now)
    ring()
    assert moments == sorted(moments)
    assert len(set(moments)) == 2


def test_rest_from_the_settle_hook_belongs_to_the_same_moment(app, lab, client, ring):
    began, sent = lab.now, []

    def answer_missed_calls():
        if app.all("/status") and not sent:
            sent.append(client.messages.create(to=PATIENT, from_=LINE, body="Sorry we missed you"))

    lab.on_settle = answer_missed_calls
    ring()
    assert (lab.texts.all[sent[0].sid].created_at - began).total_seconds() == 20
    assert len(lab.handset(PATIENT).received) == 1


def test_virtual_time_stops_where_the_application_wants_to_wake(app, lab):
    began, woken = lab.now, []
    wake = began.replace(minute=20)
    lab.next_wake = lambda: wake if not woken else None
    lab.on_settle = lambda: woken.append(lab.now) if lab.now >= wake and not woken else None
    assert lab.run_until_idle(limit=7200)
    assert woken == [wake]


def test_endless_waiting_stops_at_the_limit(app, lab):
    app.on("/voice", "<Pause length='10'/><Redirect>/voice</Redirect>")
    lab.place_call(PATIENT, LINE)
    assert lab.run_until_idle(limit=120) is False
    assert len(app.all("/voice")) == 12 + 1


def test_a_loop_that_takes_no_time_is_cut_off_with_an_alert(app, lab):
    app.on("/voice", "<Redirect>/voice</Redirect>")
    lab.place_call(PATIENT, LINE)
    assert lab.run_until_idle(limit=60)
    assert lab.account.alerts[-1].code == 12400
    assert len(app.all("/voice")) <= 101


def test_a_lab_in_real_time_cannot_be_advanced_and_a_virtual_one_not_started(lab):
    with pytest.raises(RuntimeError):
        lab.start()
    with pytest.raises(RuntimeError):
        Lab(SID, TOKEN, RealClock()).advance(1)


def test_in_real_time_a_person_answers_presses_and_hangs_up_by_hand(app):
    lab = Lab(SID, TOKEN, RealClock())
    lab.add_number(LINE, voice_url=app.url + "/voice", status_callback=app.url + "/status")
    app.on("/voice", f'<Dial action="/dial" timeout="20"><Number url="/whisper">{MOBILE}</Number></Dial>')
    app.on("/whisper", '<Gather numDigits="1" finishOnKey="" action="/accept"/><Hangup/>')
    app.on("/dial", '<Record action="/done" recordingStatusCallback="/recording"/>')
    lab.recorder.delay = 0.1
    lab.start()
    try:
        call = lab.place_call(PATIENT, LINE, caller=Caller.by_hand())
        until(lambda: call.legs and call.legs[0].status == "ringing")
        lab.pick_up(call.legs[0])
        until(lambda: app.all("/whisper"))
        lab.press(call.legs[0], "1")
        until(lambda: call.leg.bridged_to is not None)
        lab.hang_up(call.legs[0])
        until(lambda: call.recordings)
        call.speak(30)
        time.sleep(0.3)
        call.hang_up()
        until(lambda: app.all("/recording") and app.all("/status"))
    finally:
        lab.stop()
    assert app.last("/dial")["DialBridged"] == "true"
    assert call.recordings[0].duration < 5


def test_many_calls_at_once_in_real_time_all_end(app):
    lab = Lab(SID, TOKEN, RealClock())
    lab.add_number(LINE, voice_url=app.url + "/voice", status_callback=app.url + "/status")
    app.on("/voice", "<Pause length='1'/>")
    lab.start()
    try:
        calls = [lab.place_call(f"+160255501{number:02}", LINE) for number in range(60)]
        until(lambda: len(app.all("/status")) == 60)
    finally:
        lab.stop()
    assert all(call.status == "completed" for call in calls)


def test_a_long_log_forgets_its_first_lines_and_its_numbers_go_on():
    log, at = Log(most=3), dt.datetime(2026, 11, 16, tzinfo=dt.UTC)
    for number in range(1, 6):
        log.add(at, at, "call", f"line {number}", call=f"CA{number % 2}")
    assert [entry.number for entry in log] == [3, 4, 5]
    assert [entry.number for entry in log.since(4)] == [5]
    assert [entry.number for entry in log.since(1, call="CA1")] == [3, 5]
    assert log.since(5) == []
    assert log.last == 5


def test_the_log_can_be_read_while_calls_run(app, lab, ring):
    seen, stop = [], threading.Event()

    def read():
        while not stop.is_set():
            seen.extend(lab.log.since(len(seen)))

    reader = threading.Thread(target=read)
    reader.start()
    call = ring()
    lab.log.wait(lab.log.last, 0.01)
    time.sleep(0.05)
    stop.set()
    reader.join()
    assert [entry.number for entry in seen] == list(range(1, lab.log.last + 1))
    assert {"call", "leg", "twiml", "webhook"} <= {entry.kind for entry in call.trace()}
    assert any(entry.data.get("status") == 200 and "ms" in entry.data for entry in call.trace())


def test_numbers_and_words_can_be_reached_over_a_path_prefix(lab):
    from telephony.carriers.lab import lab_app

    answers = []
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/v1/Alerts", "SCRIPT_NAME": "/phone-lab", "QUERY_STRING": ""}
    lab_app(lab)(environ, lambda status, headers: answers.append(status))
    assert answers == ["401 Unauthorized"]


def until(true, seconds=8.0):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.01)


def test_a_server_gives_the_lab_its_address(lab):
    with LabServer(lab) as server:
        assert lab.api_url == server.url
