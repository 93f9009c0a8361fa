import pytest

from telephony.carriers.base import CallStatus, PlacedCall, ProviderPermanent, ProviderUnknown
from telephony.carriers.twilio.calls import end_call, place_call, redirect_call
from telephony.carriers.twilio.tests.stand_in import ACCOUNT

SID = "CA" + "1" * 32
LEG = {
    "to": "+16025550142",
    "from_number": "+16025550190",
    "answer_url": "https://crm.example.com/twilio/voice/whisper/?call=7",
    "status_url": "https://crm.example.com/twilio/voice/leg/?call=7",
    "timeout": 20,
}


def test_a_leg_is_placed_and_reports_every_step(carrier, account):
    carrier.reply(201, {"sid": SID, "status": "queued"})
    assert place_call(account, **LEG) == PlacedCall(SID, CallStatus.QUEUED)
    fields = carrier.asked[0].fields
    assert fields["To"] == ["+16025550142"]
    assert fields["Url"] == [LEG["answer_url"]]
    assert fields["StatusCallbackEvent"] == ["initiated", "ringing", "answered", "completed"]
    assert fields["Timeout"] == ["20"]
    assert "FallbackUrl" not in fields


def test_a_status_that_we_do_not_know_is_no_error(carrier, account):
    carrier.reply(201, {"sid": SID, "status": "levitating"})
    assert place_call(account, **LEG, fallback_url="https://crm.example.com/f/").status == CallStatus.QUEUED
    assert carrier.asked[0].fields["FallbackUrl"] == ["https://crm.example.com/f/"]


def test_a_leg_that_may_ring_is_not_placed_again(carrier, account):
    carrier.replies.append("drop")
    with pytest.raises(ProviderUnknown):
        place_call(account, **LEG)
    assert len(carrier.asked) == 1


def test_a_number_that_cannot_be_called_is_refused_with_its_reason(carrier, account):
    carrier.reply(400, {"code": 21215})
    with pytest.raises(ProviderPermanent, match="21215"):
        place_call(account, **LEG)


def test_a_live_call_is_sent_elsewhere(carrier, account):
    carrier.reply(200, {"sid": SID, "status": "in-progress"})
    assert redirect_call(account, SID, url="https://crm.example.com/twilio/voice/hub/")
    assert carrier.asked[0].path == f"/2010-04-01/Accounts/{ACCOUNT}/Calls/{SID}.json"
    assert carrier.asked[0].fields["Url"] == ["https://crm.example.com/twilio/voice/hub/"]


def test_a_call_is_ended_whatever_its_state(carrier, account):
    carrier.reply(200, {"sid": SID, "status": "completed"})
    assert end_call(account, SID)
    assert carrier.asked[0].fields == {"Status": ["completed"]}


@pytest.mark.parametrize(("status", "code"), [(400, 21220), (404, 20404)])
def test_a_call_that_is_over_cannot_be_ended_or_moved_and_that_is_no_error(carrier, account, status, code):
    carrier.reply(status, {"code": code})
    assert end_call(account, SID) is False
    assert redirect_call(account, SID, url="https://crm.example.com/") is False


def test_other_refusals_are_not_swallowed(carrier, account):
    carrier.reply(401, {"code": 20003})
    with pytest.raises(ProviderPermanent):
        end_call(account, SID)
