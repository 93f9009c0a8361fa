"""Calls, conferences, recordings, numbers and the error log over REST, by Twilio's own library (reference §6, §16)."""

import pytest
import requests
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from telephony.carriers.lab import Callee, Caller
from telephony.carriers.lab.tests.conftest import LINE, MOBILE, PATIENT, SID, TOKEN, ToLab

EVENTS = ["initiated", "ringing", "answered", "completed"]


def hold_to_conference(name="c_9f3a", extra=""):
    return (
        f'<Dial action="/after"><Conference beep="false" waitUrl="" statusCallback="/conference" '
        f'statusCallbackEvent="start end join leave mute hold modify" {extra}>{name}</Conference></Dial>'
    )


@pytest.fixture
def talking(app, lab, client):
    """A caller and a mobile in conversation, both staying on the line."""
    app.on("/voice", f'<Dial action="/dial"><Number statusCallback="/leg">{MOBILE}</Number></Dial>')
    app.on("/dial", "<Hangup/>")
    lab.set_callee(MOBILE, Callee.answers(3, talk=None))
    call = lab.place_call(PATIENT, LINE)
    lab.advance(10)
    return call


# Calls


def test_a_call_of_ours_rings_is_answered_and_follows_its_document(app, lab, client):
    app.on("/out", "<Say>Hello.</Say>")
    lab.set_callee(MOBILE, Callee.answers(4))
    created = client.calls.create(
        to=MOBILE, from_=LINE, url=app.url + "/out", status_callback=app.url + "/s", status_callback_event=EVENTS
    )
    assert created.status == "queued"
    assert lab.run_until_idle()
    assert app.trace() == ["/s initiated", "/s ringing", "/s in-progress", "/out in-progress", "/s completed"]
    assert app.last("/out")["Direction"] == "outbound-api"
    done = client.calls(created.sid).fetch()
    assert (done.status, done.duration) == ("completed", "1")


@pytest.mark.parametrize(
    ("callee", "status"),
    [(Callee.busy(), "busy"), (Callee.no_answer(), "no-answer"), (Callee.unreachable(), "failed")],
)
def test_a_call_of_ours_that_is_not_answered_asks_for_no_document(app, lab, client, callee, status):
    lab.set_callee(MOBILE, callee)
    sid = client.calls.create(to=MOBILE, from_=LINE, url=app.url + "/out", timeout=15).sid
    assert lab.run_until_idle()
    assert client.calls(sid).fetch().status == status
    assert app.arrived == []


def test_calls_leave_one_a_second(app, lab, client):
    for _ in range(3):
        client.calls.create(to=MOBILE, from_=LINE, twiml="<Response/>", status_callback=app.url + "/s")
    lab.set_callee(MOBILE, Callee.no_answer())
    began = lab.now
    assert lab.run_until_idle()
    assert (lab.now - began).total_seconds() == 62


def test_a_call_cancelled_in_the_queue_reports_nothing(app, lab, client):
    sids = [
        client.calls.create(to=MOBILE, from_=LINE, twiml="<Response/>", status_callback=app.url + "/s").sid
        for _ in range(2)
    ]
    client.calls(sids[1]).update(status="canceled")
    lab.run_until_idle()
    assert {one["CallSid"] for one in app.all("/s")} == {sids[0]}
    assert client.calls(sids[1]).fetch().status == "canceled"


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"to": "555"}, 21211),
        ({"from_": "+16025550188"}, 21210),
        ({"twiml": ""}, 21205),
        ({"twiml": "<Response><Say>"}, 12100),
    ],
)
def test_impossible_calls_are_refused(lab, client, wanted, code):
    with pytest.raises(TwilioRestException) as refused:
        client.calls.create(**{"to": MOBILE, "from_": LINE, "twiml": "<Response/>"} | wanted)
    assert refused.value.code == code
    assert lab.legs == {}


def test_a_forwarded_leg_may_show_the_callers_number_with_its_token(app, lab, client):
    app.on("/voice", "<Pause length='30'/>")
    lab.place_call(PATIENT, LINE)
    lab.advance(1)
    token = app.last("/voice")["CallToken"]
    created = client.calls.create(to=MOBILE, from_=PATIENT, twiml="<Response/>", call_token=token)
    assert created._from == PATIENT


def test_a_machine_is_told_apart_when_asked(app, lab, client):
    lab.set_callee(MOBILE, Callee.carrier_voicemail(5))
    client.calls.create(to=MOBILE, from_=LINE, url=app.url + "/out", machine_detection="Enable")
    lab.run_until_idle()
    assert app.last("/out")["AnsweredBy"] == "machine_start"


def test_a_relative_address_in_inline_twiml_is_an_error(app, lab, client):
    lab.set_callee(MOBILE, Callee.answers(1))
    client.calls.create(to=MOBILE, from_=LINE, twiml="<Response><Redirect>/next</Redirect></Response>")
    lab.run_until_idle()
    assert [alert.code for alert in lab.account.alerts] == [15004]


def test_a_ringing_child_ended_by_rest_is_canceled(app, lab, client):
    app.on("/voice", f'<Dial action="/dial">{MOBILE}</Dial>')
    call = lab.place_call(PATIENT, LINE)
    lab.advance(4)
    client.calls(call.legs[0].sid).update(status="completed")
    lab.run_until_idle()
    assert (app.last("/dial")["DialCallStatus"], app.last("/dial")["DialBridged"]) == ("canceled", "false")


def test_a_finished_call_cannot_be_changed(app, lab, client):
    call = lab.place_call(PATIENT, LINE)
    lab.run_until_idle()
    with pytest.raises(TwilioRestException) as refused:
        client.calls(call.sid).update(twiml="<Response/>")
    assert refused.value.code == 21220


def test_redirecting_the_child_requests_the_action_and_frees_the_parent(app, lab, client, talking):
    child = talking.legs[0]
    app.on("/dial", "<Say>Back in the queue.</Say>")
    app.on("/transfer", "<Pause length='60'/>")
    client.calls(child.sid).update(url=app.url + "/transfer")
    lab.advance(2)
    action = app.last("/dial")
    assert (action["DialCallStatus"], action["DialBridged"]) == ("completed", "true")
    assert "DialCallDuration" not in action.fields
    assert action["CallStatus"] == "in-progress"
    assert app.last("/transfer")["CallSid"] == child.sid
    assert child.live
    assert talking.heard == ["Back in the queue."]


def test_redirecting_the_parent_drops_the_child_and_ignores_the_old_action(app, lab, client, talking):
    app.on("/new", "<Say>New document.</Say>")
    app.on("/dial", "<Say>Must not be heard.</Say>")
    client.calls(talking.sid).update(url=app.url + "/new")
    assert lab.run_until_idle()
    assert talking.legs[0].status == "completed"
    assert len(app.all("/dial")) == 1
    assert talking.heard == ["New document."]


# Conferences


def test_hold_on_demand_leaves_the_trace_of_the_reference(app, lab, client, talking):
    child = talking.legs[0]
    app.on("/to-conference", hold_to_conference())
    app.on("/dial", hold_to_conference())
    app.on("/silence", "<Pause length='10'/><Redirect>/silence</Redirect>")
    app.arrived.clear()
    client.calls(child.sid).update(url=app.url + "/to-conference")
    lab.advance(1)
    conference = client.conferences.list(friendly_name="c_9f3a", status="in-progress")[0]
    participants = client.conferences(conference.sid).participants
    participants(talking.sid).update(hold=True, hold_url=app.url + "/silence")
    lab.advance(25)
    assert participants(talking.sid).fetch().hold is True
    participants(talking.sid).update(hold=False)
    lab.advance(1)
    assert app.trace() == [
        "/to-conference in-progress",
        "/dial completed",
        "/conference participant-join",
        "/conference conference-start",
        "/conference participant-join",
        "/conference participant-hold",
        "/silence in-progress",
        "/silence in-progress",
        "/silence in-progress",
        "/conference participant-unhold",
    ]
    talking.hang_up()
    lab.advance(1)
    leave = app.all("/conference")[-1]
    assert leave["StatusCallbackEvent"] == "participant-leave"
    assert leave["ReasonParticipantLeft"] == "participant_hung_up"
    assert leave["ParticipantCallStatus"] == "completed"
    assert child.live


def test_the_last_to_leave_ends_the_conference(app, lab, client, talking):
    app.on("/to-conference", hold_to_conference())
    app.on("/dial", hold_to_conference())
    client.calls(talking.legs[0].sid).update(url=app.url + "/to-conference")
    lab.advance(1)
    talking.hang_up()
    lab.hang_up(talking.legs[0])
    lab.run_until_idle()
    assert app.last("/conference")["StatusCallbackEvent"] == "conference-end"
    assert app.last("/conference")["ReasonConferenceEnded"] == "last-participant-left"
    assert app.last("/after")["DialCallStatus"] == "answered"
    assert "DialBridged" not in app.last("/after").fields


def test_one_who_ends_the_conference_by_leaving_sends_the_others_to_their_action(app, lab, client):
    app.on("/voice", hold_to_conference(extra='endConferenceOnExit="true"'))
    app.on("/after", "<Say>The conference is over.</Say>")
    first = lab.place_call(PATIENT, LINE)
    lab.advance(1)
    app.on("/voice", hold_to_conference())
    second = lab.place_call("+14805550163", LINE)
    lab.advance(5)
    first.hang_up()
    assert lab.run_until_idle()
    assert second.heard == ["The conference is over."]
    reasons = [one.fields.get("ReasonParticipantLeft") for one in app.all("/conference")]
    assert reasons[-2:] == ["moderator_ended_conference", None]


def test_a_hub_waits_with_its_own_sound_until_somebody_called_in_accepts(app, lab, client):
    app.on("/voice", '<Dial><Conference beep="false" waitUrl="/ringback">hub_1</Conference></Dial>')
    app.on("/ringback", "<Pause length='2'/><Redirect>/ringback</Redirect>")
    accept = '<Dial><Conference beep="false" endConferenceOnExit="true">hub_1</Conference></Dial>'
    app.on("/out", '<Gather numDigits="1" finishOnKey="" action="/accepted"/><Hangup/>')
    app.on("/accepted", accept)
    lab.set_callee(MOBILE, Callee.answers(3, presses="1", talk=30))
    lab.set_callee("+16025550143", Callee.carrier_voicemail(2))
    call = lab.place_call(PATIENT, LINE)
    lab.advance(1)
    for number in (MOBILE, "+16025550143"):
        client.calls.create(to=number, from_=LINE, url=app.url + "/out")
    assert lab.run_until_idle()
    assert len(app.all("/accepted")) == 1
    assert 2 < len(app.all("/ringback")) < 5
    assert call.status == "completed"
    assert 30 < call.duration < 40


def test_a_participant_can_be_called_in_muted_labelled_and_kicked(app, lab, client):
    app.on("/voice", hold_to_conference())
    lab.set_callee(MOBILE, Callee.answers(2, talk=None))
    lab.place_call(PATIENT, LINE)
    lab.advance(1)
    added = client.conferences("c_9f3a").participants.create(from_=LINE, to=MOBILE, label="agent")
    assert added.label == "agent"
    lab.advance(5)
    people = client.conferences("c_9f3a").participants
    assert people("agent").update(muted=True).muted is True
    assert app.last("/conference")["ParticipantLabel"] == "agent"
    assert people("agent").delete()
    lab.advance(1)
    assert [one.call_sid for one in people.list()] != [added.call_sid]
    assert lab.legs[added.call_sid].status == "completed"


def test_end_on_exit_cannot_be_changed_while_on_hold(app, lab, client, talking):
    app.on("/to-conference", hold_to_conference())
    app.on("/dial", hold_to_conference())
    client.calls(talking.legs[0].sid).update(url=app.url + "/to-conference")
    lab.advance(1)
    person = client.conferences("c_9f3a").participants(talking.sid)
    person.update(hold=True)
    assert person.update(end_conference_on_exit=True).end_conference_on_exit is False
    person.update(hold=False)
    assert person.update(end_conference_on_exit=True).end_conference_on_exit is True


def test_a_conference_ended_by_rest_puts_everybody_out(app, lab, client, talking):
    app.on("/to-conference", hold_to_conference())
    app.on("/dial", hold_to_conference())
    client.calls(talking.legs[0].sid).update(url=app.url + "/to-conference")
    lab.advance(1)
    client.conferences(client.conferences.list()[0].sid).update(status="completed")
    assert lab.run_until_idle()
    assert app.last("/conference")["ReasonConferenceEnded"] == "conference-ended-via-api"
    assert talking.finished


def test_a_second_participant_with_the_same_label_falls_to_the_next_verb(app, lab):
    labelled = '<Dial><Conference waitUrl="" participantLabel="customer">room</Conference></Dial><Say>Taken.</Say>'
    app.on("/voice", labelled)
    lab.place_call(PATIENT, LINE)
    second = lab.place_call("+14805550163", LINE)
    lab.advance(5)
    assert second.heard == ["Taken."]
    assert lab.account.alerts[0].code == 16025


@pytest.mark.parametrize(("wait", "code"), [("<Gather/>", 13238), ((500, "", b""), 11200)])
def test_a_conference_with_an_unusable_wait_document_is_not_set_up(app, lab, wait, code):
    app.on("/voice", '<Dial><Conference waitUrl="/wait">room</Conference></Dial><Say>Next verb.</Say>')
    app.on("/wait", wait)
    call = lab.place_call(PATIENT, LINE)
    assert lab.run_until_idle()
    assert {alert.code for alert in lab.account.alerts} == {code}
    assert call.heard == ["Next verb."]


def test_a_hold_document_that_fails_leaves_the_participant_on_hold(app, lab, client, talking):
    app.on("/to-conference", hold_to_conference())
    app.on("/dial", hold_to_conference())
    app.on("/silence", (500, "", b""))
    client.calls(talking.legs[0].sid).update(url=app.url + "/to-conference")
    lab.advance(1)
    person = client.conferences("c_9f3a").participants(talking.sid)
    person.update(hold=True, hold_url=app.url + "/silence")
    lab.advance(5)
    assert person.fetch().hold is True
    assert talking.leg.live


# Recordings, numbers, errors


@pytest.fixture
def voicemail(app, lab, client):
    app.on("/voice", '<Record action="/done" recordingStatusCallback="/recording"/>')
    lab.place_call(PATIENT, LINE, caller=Caller.leaves_voicemail(8))
    lab.run_until_idle()
    return app.last("/recording")


def test_a_recording_can_be_fetched_with_a_login_and_deleted(client, voicemail):
    url = voicemail["RecordingUrl"]
    assert requests.get(url + ".wav", timeout=5).status_code == 401
    got = requests.get(url + ".wav", auth=(SID, TOKEN), timeout=5)
    assert got.headers["Content-Type"] == "audio/x-wav"
    assert len(got.content) == 44 + 8 * 8000 * 2
    assert requests.get(url + ".mp3", auth=(SID, TOKEN), timeout=5).headers["Content-Type"] == "audio/mpeg"
    sid = voicemail["RecordingSid"]
    assert client.recordings(sid).fetch().duration == "8"
    assert [one.sid for one in client.recordings.list(call_sid=voicemail["CallSid"])] == [sid]
    assert client.recordings(sid).delete()
    assert requests.get(url, auth=(SID, TOKEN), timeout=5).status_code == 404
    with pytest.raises(TwilioRestException) as gone:
        client.recordings(sid).fetch()
    assert (gone.value.status, gone.value.code) == (404, 20404)


def test_a_recording_is_not_there_before_it_is_complete(app, lab, client):
    app.on("/voice", '<Record action="/done" recordingStatusCallback="/recording"/>')
    call = lab.place_call(PATIENT, LINE, caller=Caller.leaves_voicemail(8))
    lab.advance(8.5)
    assert requests.get(call.recordings[0].url, auth=(SID, TOKEN), timeout=5).status_code == 404
    assert client.recordings(call.recordings[0].sid).fetch().status == "in-progress"


def test_webhook_urls_of_a_number_can_be_read_and_set_right(app, lab, client):
    number = client.incoming_phone_numbers.list(phone_number=LINE)[0]
    assert number.voice_url == app.url + "/voice"
    assert number.capabilities["sms"] is True
    changed = client.incoming_phone_numbers(number.sid).update(voice_url=app.url + "/new", sms_method="POST")
    assert changed.voice_url == app.url + "/new"
    app.on("/new", "<Reject/>")
    lab.place_call(PATIENT, LINE)
    lab.run_until_idle()
    assert app.all("/new")


def test_a_bad_webhook_url_changes_nothing(app, lab, client):
    sid = client.incoming_phone_numbers.list()[0].sid
    with pytest.raises(TwilioRestException):
        client.incoming_phone_numbers(sid).update(voice_url=app.url + "/new", sms_url="not a url")
    assert lab.number(LINE).voice_url == app.url + "/voice"


def test_the_error_log_is_listed_as_alerts(app, lab, client):
    app.on("/voice", (500, "", b""))
    lab.place_call(PATIENT, LINE)
    lab.run_until_idle()
    alerts = client.monitor.v1.alerts.list()
    assert "11200" in {alert.error_code for alert in alerts}
    assert client.monitor.v1.alerts(alerts[0].sid).fetch().log_level == "error"


def test_a_wrong_token_is_refused(server):
    stranger = Client(SID, "wrong", http_client=ToLab(server.url))
    with pytest.raises(TwilioRestException) as refused:
        stranger.calls("CA" + "0" * 32).fetch()
    assert (refused.value.status, refused.value.code) == (401, 20003)


def test_another_accounts_things_are_not_there(lab, server, client, talking):
    other = lab.add_account("AC" + "1" * 32, "another_token")
    theirs = Client(other.sid, "another_token", http_client=ToLab(server.url))
    for look in (theirs.calls(talking.sid).fetch, theirs.recordings("RE" + "0" * 32).fetch):
        with pytest.raises(TwilioRestException) as missing:
            look()
        assert missing.value.status == 404
    assert theirs.calls.list() == []
    with pytest.raises(TwilioRestException) as crossed:
        theirs.api.v2010.accounts(SID).calls(talking.sid).fetch()
    assert crossed.value.status == 404


def test_too_many_requests_are_not_processed(lab, client):
    lab.faults.fail_rest()
    with pytest.raises(TwilioRestException) as busy:
        client.messages.create(to=PATIENT, from_=LINE, body="Hello")
    assert (busy.value.status, busy.value.code) == (429, 20429)
    assert lab.texts.all == {}
    assert client.messages.create(to=PATIENT, from_=LINE, body="Hello").status == "queued"


def test_lists_come_in_pages(lab, client):
    for number in range(7):
        client.messages.create(to=PATIENT, from_=LINE, body=str(number))
    assert len(client.messages.list(page_size=3)) == 7
    assert len(client.messages.list(limit=4)) == 4
