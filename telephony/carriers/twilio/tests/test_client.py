"""What each failure at the carrier means for us: done, surely not done, or nobody knows."""

import logging
import socket

import pytest

from telephony.carriers.base import ProviderPermanent, ProviderTemporary, ProviderUnknown
from telephony.carriers.twilio import client, numbers
from telephony.carriers.twilio.client import client_for
from telephony.carriers.twilio.tests.stand_in import ACCOUNT, TOKEN
from telephony.models import CarrierAccount

MESSAGE = {"sid": "SM" + "1" * 32, "status": "queued"}


def send(account):
    return client_for(account).messages.create(to="+16025550147", from_="+16025550190", body="Hello")


def listing(account):
    return client_for(account).messages.list(limit=1)


def test_requests_go_to_the_accounts_own_address_with_its_credentials(carrier, account):
    carrier.reply(201, MESSAGE)
    assert send(account).sid == MESSAGE["sid"]
    asked = carrier.asked[0]
    assert (asked.method, asked.path) == ("POST", f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json")
    assert (asked.user, asked.password) == (ACCOUNT, TOKEN)
    assert asked.headers["X-Twilio-Host"] == "api.twilio.com"
    assert asked.fields == {"To": ["+16025550147"], "From": ["+16025550190"], "Body": ["Hello"]}


def test_a_path_in_front_is_kept(carrier, account):
    account.base_url += "/lab/7/"
    carrier.reply(201, MESSAGE)
    send(account)
    assert carrier.asked[0].path == f"/lab/7/2010-04-01/Accounts/{ACCOUNT}/Messages.json"


def test_without_an_address_of_its_own_the_account_is_at_twilio():
    http = client_for(CarrierAccount(account_sid=ACCOUNT, auth_token=TOKEN)).http_client
    assert http.address("https://api.twilio.com/x?y=1") == "https://api.twilio.com/x?y=1"


def test_every_request_has_a_connect_and_a_read_timeout():
    assert client_for(CarrierAccount(account_sid=ACCOUNT, auth_token=TOKEN)).http_client.timeout == (5, 15)


def test_numbers_and_texts_are_never_logged(carrier, account, caplog):
    carrier.reply(200, {"messages": [], "next_page_uri": None})
    with caplog.at_level(logging.DEBUG, logger="twilio.http_client"):
        client_for(account).messages.list(to="+16025550147", limit=1)
    assert "6025550147" not in caplog.text


def test_nobody_listening_is_surely_not_sent(account):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        account.base_url = f"http://127.0.0.1:{free.getsockname()[1]}"
        with pytest.raises(ProviderTemporary):
            send(account)


def test_a_host_without_an_address_is_surely_not_sent(account, monkeypatch):
    def no_name(*args, **kwargs):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", no_name)
    account.base_url = "http://carrier.example"
    with pytest.raises(ProviderTemporary):
        send(account)


def test_a_connection_lost_after_sending_is_unknown_and_not_repeated(carrier, account):
    carrier.replies.append("drop")
    with pytest.raises(ProviderUnknown):
        send(account)
    assert len(carrier.asked) == 1


def test_no_answer_in_time_is_unknown_and_not_repeated(carrier, account, monkeypatch):
    monkeypatch.setattr(client, "READ_SECONDS", 0.05)
    carrier.replies.append("hang")
    with pytest.raises(ProviderUnknown):
        send(account)
    assert len(carrier.asked) == 1


def test_a_lost_answer_to_a_question_is_only_temporary(carrier, account):
    carrier.replies.append("drop")
    with pytest.raises(ProviderTemporary):
        listing(account)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_server_error_after_a_send_is_unknown(carrier, account, status):
    carrier.reply(status, {"code": 20500, "message": "Internal Server Error"})
    with pytest.raises(ProviderUnknown):
        send(account)


def test_a_server_error_that_is_not_json_is_unknown_too(carrier, account):
    carrier.reply(502, b"<html>Bad gateway</html>")
    with pytest.raises(ProviderUnknown):
        send(account)


def test_a_server_error_to_a_question_is_only_temporary(carrier, account):
    carrier.reply(503, {"code": 20503}, Retry_After="7")
    with pytest.raises(ProviderTemporary) as caught:
        listing(account)
    assert caught.value.retry_after == 7


def test_a_success_that_cannot_be_read_is_unknown(carrier, account):
    carrier.reply(201, b"{cut off")
    with pytest.raises(ProviderUnknown):
        send(account)


@pytest.mark.parametrize(("headers", "seconds"), [({}, 2), ({"Retry_After": "30"}, 30), ({"Retry_After": "soon"}, 2)])
def test_too_many_requests_were_surely_not_processed(carrier, account, headers, seconds):
    carrier.reply(429, {"code": 20429, "message": "Too many requests"}, **headers)
    with pytest.raises(ProviderTemporary) as caught:
        send(account)
    assert caught.value.retry_after == seconds


def test_a_full_queue_is_tried_again_much_later(carrier, account):
    carrier.reply(429, {"code": 21611})
    with pytest.raises(ProviderTemporary) as caught:
        send(account)
    assert caught.value.retry_after == 600


@pytest.mark.parametrize(
    ("status", "code", "words"),
    [
        (400, 21610, "opted out"),
        (400, 21614, "not a mobile number"),
        (400, 21211, "not a telephone number"),
        (401, 20003, "account SID or the auth token"),
        (400, 99999, "error 99999"),
    ],
)
def test_a_refusal_says_why_in_the_words_of_staff(carrier, account, status, code, words):
    carrier.reply(status, {"code": code, "message": "The 'To' number +16025550147 is not …", "status": status})
    with pytest.raises(ProviderPermanent) as caught:
        send(account)
    assert caught.value.code == str(code)
    assert words in caught.value.reason
    assert "6025550147" not in caught.value.reason


def test_a_refusal_without_a_code_goes_by_its_status(carrier, account):
    carrier.reply(401, b"")
    with pytest.raises(ProviderPermanent) as caught:
        send(account)
    assert caught.value.code == "401"
    assert "auth token" in caught.value.reason


def test_a_redirect_is_not_followed_with_our_credentials(carrier, account):
    carrier.reply(307, b"", Location="http://evil.example/")
    with pytest.raises(ProviderPermanent):
        send(account)
    assert len(carrier.asked) == 1


def test_an_error_in_the_newer_form_of_twilio_is_understood(carrier, account):
    carrier.reply(404, {"type": "https://x", "title": "Not found", "status": 404, "code": 20404})
    with pytest.raises(ProviderPermanent) as caught:
        numbers.fetch_account(account)
    assert caught.value.code == "20404"
