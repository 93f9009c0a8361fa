"""Requests to the application: their signature, fields and transport; what happens when it fails (§1, §4, §15)."""

import datetime as dt

import pytest
from twilio.request_validator import RequestValidator

from telephony.carriers.lab import CallInfo, Geo, Lab
from telephony.carriers.lab.tests.conftest import LINE, PATIENT, SID, TOKEN
from telephony.carriers.lab.webhooks import sign

GEO = {f"{role}{part}" for role in ("From", "To", "Caller", "Called") for part in ("City", "State", "Zip", "Country")}


@pytest.mark.parametrize(
    ("token", "url", "fields", "signature"),
    [
        (
            "12345",
            "https://example.com/myapp.php?foo=1&bar=2",
            {
                "CallSid": "CA1234567890ABCDE",
                "Caller": "+12349013030",
                "Digits": "1234",
                "From": "+12349013030",
                "To": "+18005551212",
            },
            "vNe7KK2kJwCsxc9K3OLkkKB3qqI=",
        ),
        (
            "test_auth_token",
            "https://crm.example.com/twilio/voice",
            {"CallSid": "CA" + "0" * 32, "From": "+15555550100", "To": "+15555550101", "Body": ""},
            "B2H+fazr1IkzWunf+q7yzrz7rak=",
        ),
    ],
)
def test_the_signature_is_the_one_of_the_known_vectors(token, url, fields, signature):
    assert sign(token, url, fields) == signature


def place(lab, **kwargs):
    call = lab.place_call(PATIENT, LINE, **kwargs)
    assert lab.run_until_idle()
    return call


def test_every_request_is_signed_over_all_its_fields_blank_ones_included(app, lab):
    app.on("/voice", "<Say>Hello.</Say>")
    place(lab)
    for one in app.arrived:
        assert RequestValidator(TOKEN).validate(app.url + one.path, one.fields, one.headers["X-Twilio-Signature"])
    assert app.arrived[0]["FromCity"] == ""


def test_a_get_webhook_is_signed_with_its_query(app, lab):
    lab.add_number(LINE, voice_method="GET", voice_url=app.url + "/voice?line=3")
    app.on("/voice", "<Say>Hello.</Say>")
    place(lab)
    one = app.last("/voice")
    assert one.method == "GET"
    url = f"{app.url}/voice?{one.query}"
    assert RequestValidator(TOKEN).validate(url, {}, one.headers["X-Twilio-Signature"])
    assert one["line"] == "3"
    assert one["CallStatus"] == "ringing"


def test_the_first_request_carries_the_fields_of_the_reference(app, lab):
    app.on("/voice", "<Reject/>")
    info = CallInfo(Geo(state="TX"), caller_name="JANE DOE", forwarded_from="+15555550177")
    call = place(lab, info=info)
    fields = app.arrived[0].fields
    basic = {"AccountSid", "ApiVersion", "CallSid", "CallStatus", "Direction", "From", "To", "Caller", "Called"}
    assert set(fields) == basic | GEO | {
        "StirVerstat",
        "StirPassportToken",
        "CallToken",
        "CallerName",
        "ForwardedFrom",
    }
    assert fields["CallSid"] == call.sid
    assert (fields["FromState"], fields["CallerState"], fields["FromCountry"]) == ("TX", "TX", "US")
    assert app.arrived[0].headers["User-Agent"] == "TwilioProxy/1.1"
    assert len(app.arrived[0].headers["I-Twilio-Idempotency-Token"]) == 36


def test_the_final_status_carries_its_time_and_duration(app, lab):
    app.on("/voice", "<Pause length='49'/>")
    place(lab)
    final = app.last("/status")
    assert (final["CallDuration"], final["Duration"], final["CallStatus"]) == ("49", "1", "completed")
    assert final["CallbackSource"] == "call-progress-events"
    assert final["Timestamp"] == "Mon, 16 Nov 2026 17:00:49 +0000"


def test_a_failing_webhook_is_asked_for_again_at_the_fallback(app, lab):
    app.on("/voice", (500, "text/html", b"oops"))
    app.on("/fallback", "<Say>Please hold on.</Say>")
    call = place(lab)
    assert app.trace() == ["/voice ringing", "/fallback ringing", "/status completed"]
    assert app.last("/fallback")["ErrorCode"] == "11200"
    assert app.last("/fallback")["ErrorUrl"] == app.url + "/voice"
    assert call.heard == ["Please hold on."]


def test_when_both_are_down_the_caller_hears_an_apology_and_is_hung_up(app, lab):
    app.on("/voice", (500, "", b""))
    app.on("/fallback", (500, "", b""))
    call = place(lab)
    assert "application error" in call.heard[0]
    assert call.status == "completed"
    assert [alert.code for alert in lab.account.alerts] == [11200, 11200]


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ((200, "text/xml", b"<Response><Say>"), 12100),
        ((200, "text/xml", b"\n<?xml version='1.0'?><Response/>"), 12100),
        ((200, "text/xml", b"<response/>"), 12100),
        ((200, "application/json", b"{}"), 12300),
        ((200, "text/xml", b"<Response>" + b" " * 70000 + b"</Response>"), 11750),
        ((404, "text/html", b""), 11200),
    ],
)
def test_unusable_answers_have_their_error_code(app, lab, answer, code):
    app.on("/voice", answer)
    place(lab)
    assert lab.account.alerts[0].code == code
    assert app.all("/fallback")[0]["ErrorCode"] == str(code)


def test_plain_text_is_spoken_and_audio_is_played(app, lab):
    app.on("/voice", (200, "text/plain", b"Closed today."))
    assert place(lab).heard == ["Closed today."]
    app.on("/voice", (200, "audio/wav", b"RIFF"))
    assert place(lab).heard == [app.url + "/voice"]


def test_unknown_attributes_are_ignored_but_remembered(app, lab):
    app.on("/voice", "<Say vioce='alice'>Hello.</Say><Sing/><Message>no</Message>")
    call = place(lab)
    assert call.heard == ["Hello."]
    assert len(lab.strict_failures) == 3
    assert {alert.code for alert in lab.account.alerts} == {12200}


def test_nobody_listening_is_a_connection_error(app, lab):
    lab.add_number(LINE, voice_url="http://127.0.0.1:9/voice", voice_fallback_url="")
    place(lab)
    assert lab.account.alerts[0].code == 11205


def test_retries_follow_the_connection_overrides_with_the_same_token(app, lab):
    lab.add_number(LINE, voice_url=app.url + "/voice#rc=2&rp=5xx")
    app.on("/voice", (503, "", b""), (503, "", b""), "<Say>Third time.</Say>")
    call = place(lab)
    assert call.heard == ["Third time."]
    assert len({one.headers["I-Twilio-Idempotency-Token"] for one in app.all("/voice")}) == 1


def test_a_server_error_is_not_retried_by_default(app, lab):
    app.on("/voice", (500, "", b""))
    place(lab)
    assert len(app.all("/voice")) == 1


def test_a_refused_callback_is_only_a_warning(app, lab):
    app.on("/voice", "<Say>Hello.</Say>")
    app.on("/status", (403, "", b""))
    place(lab)
    assert [(alert.code, alert.level) for alert in lab.account.alerts] == [(15003, "warning")]
    assert len(app.all("/status")) == 1


def test_a_play_fetches_the_file_without_login_and_takes_its_length(app, lab):
    from telephony.carriers.lab.audio import tone_wav

    app.on("/greeting.wav", (200, "audio/wav", tone_wav(7)))
    app.on("/voice", "<Play>/greeting.wav</Play>")
    call = place(lab)
    one = app.last("/greeting.wav")
    assert one.method == "GET"
    assert "Authorization" not in one.headers
    assert one.fields == {}
    assert call.duration == 7


@pytest.mark.parametrize("answer", [(404, "text/html", b""), (200, "text/html", b"<p>login</p>")])
def test_a_play_that_cannot_be_fetched_ends_in_the_fallback_or_is_skipped(app, lab, answer):
    app.on("/greeting.wav", answer)
    app.on("/voice", "<Play>/greeting.wav</Play><Say>After.</Say>")
    app.on("/fallback", "<Say>Fallback.</Say>")
    assert place(lab).heard == ["Fallback."]
    lab.faults.switches.play_failure = "skip"
    assert place(lab).heard == ["After."]


def test_a_second_account_signs_with_its_own_token(app, lab):
    other = lab.add_account("AC" + "1" * 32, "another_token")
    lab.add_number("+14805550100", other, voice_url=app.url + "/other")
    lab.place_call(PATIENT, "+14805550100")
    lab.run_until_idle()
    one = app.last("/other")
    assert one["AccountSid"] == other.sid
    assert RequestValidator("another_token").validate(app.url + "/other", one.fields, one.headers["X-Twilio-Signature"])


def test_sids_have_twilios_shape_and_never_repeat():
    lab = Lab(SID, TOKEN)
    sids = {lab.sids.sid("CA") for _ in range(100)}
    assert len(sids) == 100
    assert all(len(sid) == 34 and int(sid[2:], 16) >= 0 for sid in sids)


def test_a_seed_makes_them_repeat():
    assert Lab(SID, TOKEN, seed=3).sids.sid("CA") == Lab(SID, TOKEN, seed=3).sids.sid("CA")


def test_the_clock_of_the_lab_is_aware_and_stands_still(lab):
    assert lab.clock().tzinfo is dt.UTC
    assert lab.clock() == lab.clock()
