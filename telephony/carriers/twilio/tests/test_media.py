"""Recordings: fetched with credentials that never leave the account's own address."""

import pytest

from telephony.carriers.base import ProviderPermanent, ProviderTemporary
from telephony.carriers.twilio.media import delete_recording, fetch_recording
from telephony.carriers.twilio.tests import stand_in as rig
from telephony.carriers.twilio.tests.stand_in import ACCOUNT, TOKEN

PATH = f"/2010-04-01/Accounts/{ACCOUNT}/Recordings/RE{'1' * 32}"
SOUND = b"RIFF" + b"\0" * 200_000


def fetched(account, url, **limits):
    with fetch_recording(account, url, **limits) as media:
        return media.content_type, media.size, media.file.read()


def test_a_recording_is_fetched_with_the_accounts_credentials(carrier, account):
    carrier.reply(200, SOUND)
    assert fetched(account, carrier.url + PATH) == ("audio/x-wav", len(SOUND), SOUND)
    assert (carrier.asked[0].user, carrier.asked[0].password) == (ACCOUNT, TOKEN)


def test_an_address_at_twilio_is_asked_at_the_accounts_own_carrier(carrier, account):
    carrier.reply(200, SOUND)
    fetched(account, "https://api.twilio.com" + PATH + "?RequestedChannels=2")
    assert carrier.asked[0].path == PATH
    assert carrier.asked[0].query == {"RequestedChannels": ["2"]}


def test_a_path_in_front_of_the_carrier_is_not_doubled(carrier, account):
    account.base_url += "/lab/7/"
    carrier.reply(200, SOUND)
    fetched(account, f"{carrier.url}/lab/7{PATH}")
    fetched(account, "https://api.twilio.com" + PATH)
    assert [asked.path for asked in carrier.asked] == ["/lab/7" + PATH] * 2


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest/meta-data/",
        "https://evil.example" + PATH,
        "https://api.twilio.com.evil.example" + PATH,
        "https://user@evil.example" + PATH,
        "http://api.twilio.com" + PATH,
        "https://api.twilio.com:8443" + PATH,
        "https://api.twilio.com/2010-04-01/Accounts/AC" + "9" * 32 + "/Recordings/RE1",
        f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/../../x",
        f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/%2e%2e/x",
        "file:///etc/passwd",
        "",
    ],
)
def test_an_address_outside_the_account_is_never_asked(carrier, account, url):
    with pytest.raises(ProviderPermanent, match="media_address"):
        fetched(account, url)
    assert carrier.asked == []


def test_a_redirect_within_the_carrier_is_followed(carrier, account):
    carrier.reply(302, b"", Location="/files/1.wav")
    carrier.reply(200, SOUND)
    assert fetched(account, carrier.url + PATH)[1] == len(SOUND)
    assert carrier.asked[1].path == "/files/1.wav"


@pytest.mark.parametrize("target", ["http://evil.example/", "https://evil.example/", "http://media.twiliocdn.com/"])
def test_a_redirect_to_a_foreign_address_is_not_followed(carrier, account, target):
    carrier.reply(302, b"", Location=target)
    with pytest.raises(ProviderPermanent, match="media_address"):
        fetched(account, carrier.url + PATH)
    assert len(carrier.asked) == 1


def test_a_redirect_to_another_host_goes_without_credentials(carrier, account, monkeypatch):
    monkeypatch.setattr("telephony.carriers.twilio.media._check_hop", lambda account, target: None)
    with rig.listening() as content_network:
        carrier.reply(302, b"", Location=content_network.url + "/signed")
        content_network.reply(302, b"", Location=content_network.url + "/again")
        content_network.reply(200, SOUND)
        assert fetched(account, carrier.url + PATH)[1] == len(SOUND)
    assert [(asked.user, asked.password) for asked in content_network.asked] == [("", ""), ("", "")]


def test_endless_redirects_end(carrier, account):
    carrier.reply(302, b"", Location=PATH)
    with pytest.raises(ProviderTemporary):
        fetched(account, carrier.url + PATH)
    assert len(carrier.asked) == 5


def test_a_file_that_is_too_large_is_refused_while_it_comes(carrier, account):
    carrier.reply(200, SOUND)
    with pytest.raises(ProviderPermanent, match="media_too_large"):
        fetched(account, carrier.url + PATH, max_bytes=100_000)


def test_a_recording_that_is_not_written_yet_is_tried_again(carrier, account):
    carrier.reply(404, {"code": 20404})
    with pytest.raises(ProviderTemporary):
        fetched(account, carrier.url + PATH)


@pytest.mark.parametrize("reply", ["drop", (500, {}, {})])
def test_a_carrier_that_fails_is_tried_again(carrier, account, reply):
    carrier.replies.append(reply)
    with pytest.raises(ProviderTemporary):
        fetched(account, carrier.url + PATH)


def test_wrong_credentials_are_not_tried_again(carrier, account):
    carrier.reply(401, {"code": 20003})
    with pytest.raises(ProviderPermanent, match="20003"):
        fetched(account, carrier.url + PATH)


def test_the_carriers_copy_is_deleted_and_may_be_gone_already(carrier, account):
    carrier.reply(204, b"")
    carrier.reply(404, {"code": 20404})
    delete_recording(account, "RE" + "1" * 32)
    delete_recording(account, "RE" + "1" * 32)
    assert [asked.method for asked in carrier.asked] == ["DELETE", "DELETE"]


def test_a_copy_that_may_not_be_deleted_is_an_error(carrier, account):
    carrier.reply(401, {"code": 20003})
    with pytest.raises(ProviderPermanent):
        delete_recording(account, "RE" + "1" * 32)
