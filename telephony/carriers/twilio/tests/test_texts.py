"""Sending once, and finding out afterwards whether it was sent."""

import datetime as dt

import pytest

from conversations.channels.ports import SentText
from telephony.carriers.base import ProviderPermanent, ProviderUnknown
from telephony.carriers.twilio.tests.stand_in import ACCOUNT
from telephony.carriers.twilio.texts import TwilioTexts

TEXT = {"from_number": "+16025550190", "to_number": "+16025550147", "body": "Sorry we missed you"}
SENT_AT = dt.datetime(2026, 11, 16, 17, 0, tzinfo=dt.UTC)


@pytest.fixture
def texts(cast, account):
    account.practice = cast.glow
    account.save()
    return TwilioTexts()


def row(number, **fields):
    return {
        "sid": f"SM{number:032}",
        "status": "sent",
        "direction": "outbound-api",
        "body": TEXT["body"],
        "date_created": "Mon, 16 Nov 2026 17:00:01 +0000",
        "date_sent": None,
        "error_code": None,
        **fields,
    }


def found(texts, cast, carrier, *rows, **fields):
    carrier.reply(200, {"messages": list(rows), "next_page_uri": None})
    return texts.find(cast.glow, **{**TEXT, "since": SENT_AT, **fields})


def test_a_text_goes_out_with_its_status_address(texts, cast, carrier):
    carrier.reply(201, row(1, status="queued"))
    status_url = "https://crm.example.com/twilio/messages/status/7/"
    assert texts.send(cast.glow, **TEXT, status_url=status_url) == SentText(f"SM{1:032}", "queued")
    assert carrier.asked[0].fields == {
        "From": [TEXT["from_number"]],
        "To": [TEXT["to_number"]],
        "Body": [TEXT["body"]],
        "StatusCallback": [status_url],
    }


def test_a_text_that_may_be_out_is_not_sent_again(texts, cast, carrier):
    carrier.replies.append("drop")
    with pytest.raises(ProviderUnknown):
        texts.send(cast.glow, **TEXT, status_url="https://crm.example.com/")
    assert len(carrier.asked) == 1


def test_a_practice_without_an_account_sends_nothing(texts, cast, carrier):
    assert texts.available(cast.glow)
    assert not texts.available(cast.other)
    with pytest.raises(ProviderPermanent, match="no_account"):
        texts.send(cast.other, **TEXT, status_url="https://crm.example.com/")
    assert carrier.asked == []


def test_a_text_that_the_carrier_took_is_found(texts, cast, carrier):
    assert found(texts, cast, carrier, row(1)) == SentText(f"SM{1:032}", "sent")
    assert carrier.asked[0].path == f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    query = carrier.asked[0].query
    assert (query["To"], query["From"]) == ([TEXT["to_number"]], [TEXT["from_number"]])


def test_a_text_still_in_the_queue_is_found_though_it_has_no_date_sent(texts, cast, carrier):
    assert found(texts, cast, carrier, row(1, status="queued")).status == "queued"
    assert not [name for name in carrier.asked[0].query if name.startswith("DateSent")]


def test_a_failed_text_is_found_with_its_error(texts, cast, carrier):
    assert found(texts, cast, carrier, row(1, status="undelivered", error_code=30003)).error_code == "30003"


def test_the_carriers_clock_may_be_a_little_behind(texts, cast, carrier):
    assert found(texts, cast, carrier, row(1, date_created="Mon, 16 Nov 2026 16:59:58 +0000"))


@pytest.mark.parametrize(
    "other",
    [
        {"body": "Something else"},
        {"body": "We said: Sorry we missed you"},
        {"date_created": "Mon, 16 Nov 2026 16:40:00 +0000"},
        {"direction": "inbound"},
    ],
)
def test_another_text_is_not_taken_for_it(texts, cast, carrier, other):
    assert found(texts, cast, carrier, row(1, **other)) is None


def test_a_text_that_another_message_of_ours_claims_is_not_taken_for_it(texts, cast, carrier):
    assert found(texts, cast, carrier, row(2), row(1), known={f"SM{1:032}"}).sid == f"SM{2:032}"


def test_when_all_such_texts_are_claimed_it_was_not_taken(texts, cast, carrier):
    assert found(texts, cast, carrier, row(1), known={f"SM{1:032}"}) is None


def test_of_two_equal_texts_the_older_one_is_taken(texts, cast, carrier):
    late = row(2, date_created="Mon, 16 Nov 2026 17:05:00 +0000")
    assert found(texts, cast, carrier, late, row(1)).sid == f"SM{1:032}"


def test_a_trial_accounts_sentence_in_front_does_not_hide_it(texts, cast, carrier):
    assert found(texts, cast, carrier, row(1, body="Sent from your Twilio trial account - Sorry we missed you"))


def test_a_page_full_of_other_texts_does_not_prove_that_ours_is_missing(texts, cast, carrier):
    others = [row(number, body="Another text") for number in range(1000)]
    with pytest.raises(ProviderUnknown):
        found(texts, cast, carrier, *others)
    carrier.replies.clear()
    assert found(texts, cast, carrier, *others[1:], row(1)) == SentText(f"SM{1:032}", "sent")
