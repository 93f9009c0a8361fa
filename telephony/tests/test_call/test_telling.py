"""The carrier's log in people's words."""

import pytest

from telephony.rehearsal.telling import Fact, tell

LABELS = {"client:s1_web": "Maya Chen, web app", "+16025550119": "Maya Chen, (602) 555-0119"}


@pytest.mark.parametrize(
    ("kind", "text", "data", "said"),
    [
        ("leg", "leg to client:s1_web ringing", {"status": "ringing"}, "Maya Chen, web app rings"),
        ("leg", "leg to +16025550119 no-answer", {"status": "no-answer"}, "Maya Chen, (602) 555-0119 does not answer"),
        ("leg", "caller +16025550199 ringing", {"status": "ringing"}, "The caller hears it ring"),
        (
            "leg",
            "caller +16025550199 completed (hung up by the far end)",
            {"status": "completed"},
            "The caller hangs up (hung up by the far end)",
        ),
        ("leg", "leg to client:s1_web and caller anonymous meet", {}, "Maya Chen, web app and the caller meet"),
        ("call", "+16025550199 calls +16025550100", {}, "(602) 555-0199 calls (602) 555-0100"),
        ("recording", "RecordVerb recording ends: 8 s", {}, "The recording ends: 8 s"),
        (
            "rest",
            "DELETE /2010-04-01/Accounts/AC" + "0" * 32 + "/Recordings/RE" + "a" * 32 + ".json",
            {},
            "DELETE …/Recordings/REaaaa….json",
        ),
        (
            "audio",
            "caller +16025550199 hears https://x (6 s)",
            {"played": "https://x", "seconds": 6.0},
            "The caller hears the greeting (6 s)",
        ),
        ("key", "leg to +16025550119 presses 1", {}, "Maya Chen, (602) 555-0119 presses 1"),
    ],
)
def test_a_fact_in_words(kind, text, data, said):
    assert tell(Fact(0.0, kind, text, data), LABELS).text == said


def test_a_webhook_says_whose_phone_its_answer_and_how_long_it_took():
    data = {"status": 200, "ms": 12.4, "fields": {"To": "client:s1_web"}}
    line = tell(Fact(65.2, "webhook", "POST /twilio/voice/leg/ [leg ringing] → 200", data), LABELS)
    assert (line.at, line.chip, line.is_bad) == ("1:05.2", "200 in 12 ms", False)
    assert line.text == "POST /twilio/voice/leg/ [leg ringing] Maya Chen, web app"


@pytest.mark.parametrize("status", [0, 403, 500])
def test_a_webhook_that_failed_is_marked(status):
    line = tell(Fact(0.0, "webhook", "POST /x → no", {"status": status, "ms": 1.0}), {})
    assert line.is_bad


def test_what_opens_a_greeting_without_signing_in_is_not_shown():
    xml = "<Response><Play>https://crm.example/calls/greetings/s3cret-Token_x</Play></Response>"
    line = tell(Fact(0.0, "twiml", "Play[https://crm.example/calls/greetings/s3cret-Token_x]", {"xml": xml}), {})
    assert "s3cret" not in line.text + line.detail
    assert line.detail.endswith("/calls/greetings/…</Play></Response>")
