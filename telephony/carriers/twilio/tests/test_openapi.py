"""Every REST request that our code makes is one that Twilio describes."""

import datetime as dt

import pytest

from telephony.carriers.twilio import calls, media, numbers, setup
from telephony.carriers.twilio.tests import openapi
from telephony.carriers.twilio.tests.stand_in import Asked
from telephony.carriers.twilio.texts import TwilioTexts

CA, RE, PN = "CA" + "1" * 32, "RE" + "1" * 32, "PN" + "1" * 32
URL = "https://crm.example.com/twilio/voice/hub/?call=7"
TEXT = {"from_number": "+16025550190", "to_number": "+16025550147", "body": "Hello"}
SINCE = dt.datetime(2026, 11, 16, 17, 0, tzinfo=dt.UTC)
REQUESTS = {
    "send a text": lambda a: TwilioTexts().send(a.practice, **TEXT, status_url=URL),
    "find a text": lambda a: TwilioTexts().find(a.practice, **TEXT, since=SINCE),
    "place a call": lambda a: calls.place_call(
        a, to="+16025550142", from_number="+16025550190", answer_url=URL, status_url=URL, timeout=20, fallback_url=URL
    ),
    "redirect a call": lambda a: calls.redirect_call(a, CA, url=URL),
    "end a call": lambda a: calls.end_call(a, CA),
    "ask about a call": lambda a: calls.report_on(a, CA),
    "ask about its phones": lambda a: calls.report_on_phones(a, CA),
    "ask about its recordings": lambda a: calls.report_on_recordings(a, CA),
    "delete a recording": lambda a: media.delete_recording(a, RE),
    "read the account": numbers.fetch_account,
    "list the numbers": numbers.list_numbers,
    "update a number": lambda a: numbers.update_number(a, PN, setup.expected_webhooks()),
}


def _listing(asked):
    kinds = {"Messages.json": "messages", "IncomingPhoneNumbers.json": "incoming_phone_numbers"}
    kinds |= {"Calls.json": "calls", "Recordings.json": "recordings"}
    kind = kinds.get(asked.path.rsplit("/")[-1])
    return {kind: [], "next_page_uri": None} if kind and asked.method == "GET" else None


@pytest.mark.parametrize("what", REQUESTS)
def test_a_request_is_described_by_twilio(what, cast, carrier, account):
    openapi.description()
    account.practice = cast.glow
    account.save()
    carrier.handle = lambda asked: (200, _listing(asked) or {"sid": "x", "phone_number": "+16025550190"}, {})
    REQUESTS[what](account)
    assert carrier.asked
    for asked in carrier.asked:
        assert openapi.complaints(asked) == []


def test_every_function_that_asks_the_carrier_is_in_the_list():
    import ast
    import inspect

    from telephony.carriers.twilio import texts

    asking = {
        node.name
        for module in (calls, media, numbers, texts)
        for node in ast.walk(ast.parse(inspect.getsource(module)))
        if isinstance(node, ast.FunctionDef) and "client_for(" in ast.unparse(node)
    }
    covered = {"_change", "place_call", "delete_recording", "fetch_account", "list_numbers", "update_number"}
    covered |= {"report_on", "report_on_phones", "report_on_recordings"}
    assert asking == covered | {"send", "find"}


def _asked(method="POST", path=f"/2010-04-01/Accounts/AC{'0' * 32}/Calls.json", body=b"", **fields):
    return Asked(method, path, {}, {k: [v] for k, v in fields.items()}, "", "", {}, body)


def test_the_check_itself_finds_a_misspelt_field_and_a_bad_value():
    body = b"To=%2B16025550142&From=%2B16025550190&Methode=GET&StatusCallbackMethod=PUSH"
    fields = {"To": "x", "From": "x", "Methode": "GET", "StatusCallbackMethod": "PUSH"}
    problems = openapi.complaints(_asked(body=body, **fields))
    assert "unknown field Methode" in problems
    assert len(problems) > 1


def test_the_check_itself_finds_a_missing_field():
    assert openapi.complaints(_asked(body=b"From=%2B16025550190", From="x"))
