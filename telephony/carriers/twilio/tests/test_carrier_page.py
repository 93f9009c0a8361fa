"""Settings → Carrier: who may open it, what is kept, what is never shown, what is changed at the carrier."""

import pytest
from django.db import connection

from aesthetix.audit.models import AuditEntry
from telephony.carriers.twilio.tests.stand_in import ACCOUNT, TOKEN
from telephony.models import CarrierAccount, Line

PAGE = "/settings/phone-numbers/carrier/"
OTHER_SID, OTHER_TOKEN = "AC" + "a" * 32, "b" * 32


@pytest.fixture(autouse=True)
def _public_address(settings):
    settings.PUBLIC_BASE_URL = "https://crm.example.com"


@pytest.fixture
def maya(cast, client):
    client.force_login(cast.maya.user)
    return client


@pytest.fixture
def no_account(cast, carrier, monkeypatch):
    """Glow has no account yet, and what is meant for Twilio goes to the stand-in."""
    from telephony.carriers.twilio.client import CarrierHttpClient

    plain = CarrierHttpClient.__init__
    monkeypatch.setattr(CarrierHttpClient, "__init__", lambda self, base_url: plain(self, base_url or carrier.url))
    return cast.glow


def saved(practice):
    return CarrierAccount.objects.get(practice=practice)


def test_the_page_offers_the_form_and_the_addresses(maya):
    html = maya.get(PAGE).content.decode()
    assert "Account SID" in html
    assert "https://crm.example.com/twilio/voice/inbound/" in html
    assert "Check the account" not in html


@pytest.mark.parametrize("who", ["jordan", "priya"])
def test_staff_who_are_not_admins_are_refused(cast, client, glow, who):
    client.force_login(getattr(cast, who).user)
    for path in (PAGE, PAGE + "check/", PAGE + "fix/"):
        assert client.post(path).status_code == 403
    assert client.get(PAGE).status_code == 403


def test_strangers_are_sent_to_sign_in(db, client):
    assert client.get(PAGE).headers["Location"].startswith("/accounts/login/")


def test_another_practices_account_is_out_of_reach(cast, client, glow, carrier):
    client.force_login(cast.outsider.user)
    assert client.post(PAGE + "check/").status_code == 404
    assert client.post(PAGE + "fix/").status_code == 404
    assert ACCOUNT not in client.get(PAGE).content.decode()
    assert carrier.asked == []


def test_check_and_fix_are_posts(maya, glow):
    assert maya.get(PAGE + "check/").status_code == 405
    assert maya.get(PAGE + "fix/").status_code == 405


def test_credentials_are_kept_once_the_carrier_accepts_them(maya, no_account, carrier):
    carrier.reply(200, {"sid": ACCOUNT, "status": "active", "type": "Full"})
    assert maya.post(PAGE, {"account_sid": ACCOUNT, "auth_token": TOKEN}).status_code == 302
    account = saved(no_account)
    assert (account.account_sid, account.auth_token, account.base_url) == (ACCOUNT, TOKEN, "")
    assert (carrier.asked[0].user, carrier.asked[0].password) == (ACCOUNT, TOKEN)


def test_the_token_is_encrypted_in_the_table(maya, no_account, carrier):
    carrier.reply(200, {"sid": ACCOUNT, "status": "active", "type": "Full"})
    maya.post(PAGE, {"account_sid": ACCOUNT, "auth_token": TOKEN})
    with connection.cursor() as cursor:
        cursor.execute("SELECT auth_token FROM telephony_carrieraccount")
        assert TOKEN not in cursor.fetchone()[0]


def test_the_token_is_never_shown_nor_audited(maya, no_account, carrier):
    carrier.reply(200, {"sid": ACCOUNT, "status": "active", "type": "Full"})
    maya.post(PAGE, {"account_sid": ACCOUNT, "auth_token": TOKEN})
    assert TOKEN not in maya.get(PAGE).content.decode()
    entry = AuditEntry.objects.for_practice(no_account).get()
    assert entry.action == "create"
    assert entry.changes == {"account_sid": ["", "…0000"], "auth_token": ["", "(hidden)"]}


def test_a_refused_token_changes_nothing_and_is_not_echoed(maya, glow, account, cast):
    answer = maya.post(PAGE, {"account_sid": ACCOUNT, "auth_token": "f" * 32})
    assert answer.status_code == 422
    assert "Twilio refused the account SID or the auth token" in answer.content.decode()
    assert "f" * 32 not in answer.content.decode()
    assert saved(cast.glow).auth_token == TOKEN
    assert not AuditEntry.objects.for_practice(cast.glow).exists()


def test_a_carrier_that_cannot_be_reached_changes_nothing(maya, no_account, carrier):
    carrier.replies.append("drop")
    answer = maya.post(PAGE, {"account_sid": ACCOUNT, "auth_token": TOKEN})
    assert answer.status_code == 422
    assert "cannot be reached" in answer.content.decode()
    assert not CarrierAccount.objects.filter(practice=no_account).exists()


@pytest.mark.parametrize(
    ("sid", "token"),
    [
        ("", TOKEN),
        ("AC1", TOKEN),
        ("SK" + "0" * 32, TOKEN),
        (OTHER_SID, "short"),
        (OTHER_SID, ""),
        ("AC" + "z" * 32, TOKEN),
    ],
)
def test_malformed_credentials_are_refused_before_anybody_is_asked(maya, glow, carrier, cast, sid, token):
    assert maya.post(PAGE, {"account_sid": sid, "auth_token": token}).status_code == 422
    assert carrier.asked == []
    assert saved(cast.glow).account_sid == ACCOUNT


def test_an_empty_token_keeps_the_stored_one(maya, glow, cast):
    assert maya.post(PAGE, {"account_sid": ACCOUNT, "auth_token": ""}).status_code == 302
    assert saved(cast.glow).auth_token == TOKEN


@pytest.mark.django_db(transaction=True)
def test_the_fallback_knows_a_new_token_at_once(maya, glow, account, cast):
    from telephony.services import last_known

    glow.token = OTHER_TOKEN
    maya.post(PAGE, {"account_sid": ACCOUNT, "auth_token": OTHER_TOKEN})
    assert last_known.recall("+16025550190")[0] == OTHER_TOKEN


def test_another_practices_account_is_refused_before_its_token_is_tried(maya, glow, carrier, cast):
    CarrierAccount.objects.create(practice=cast.other, account_sid=OTHER_SID, auth_token=OTHER_TOKEN)
    answer = maya.post(PAGE, {"account_sid": OTHER_SID, "auth_token": OTHER_TOKEN})
    assert answer.status_code == 422
    assert "subaccount" in answer.content.decode()
    assert carrier.asked == []


def test_a_real_account_does_not_go_to_the_phone_labs_address(maya, glow, no_account, carrier, cast):
    carrier.handle = lambda asked: (200, {"sid": OTHER_SID, "status": "active", "type": "Full"}, {})
    maya.post(PAGE, {"account_sid": OTHER_SID, "auth_token": OTHER_TOKEN})
    assert saved(cast.glow).base_url == ""


def test_the_check_names_what_is_wrong_and_keeps_the_report(maya, glow, clock, cast):
    page = maya.post(PAGE + "check/", follow=True).content.decode()
    assert "Not set: calls to this line do not reach Aesthetix CRM." in page
    assert "Point lines here" in page
    assert saved(cast.glow).checked_at == clock()


def test_checking_changes_nothing_at_the_carrier(maya, glow, carrier):
    maya.post(PAGE + "check/")
    assert {asked.method for asked in carrier.asked} == {"GET"}


def test_a_check_that_cannot_reach_the_carrier_keeps_the_last_report(maya, glow, carrier, cast):
    maya.post(PAGE + "check/")
    report = saved(cast.glow).check_report
    carrier.handle = lambda asked: "drop"
    assert "cannot be reached" in maya.post(PAGE + "check/", follow=True).content.decode()
    assert saved(cast.glow).check_report == report


def test_fixing_points_the_line_here_and_is_audited(maya, glow, cast):
    glow.numbers["PN" + "0" * 32]["voice_url"] = "https://old.example/voice?key=secret"
    page = maya.post(PAGE + "fix/", follow=True).content.decode()
    assert "1 line was pointed here." in page
    assert "Nothing to correct" in page
    assert "5 settings are as needed" in page
    entry = AuditEntry.objects.for_practice(cast.glow).get()
    assert entry.staff == cast.maya
    assert entry.changes["A call comes in"] == [
        "POST https://old.example/voice?…",
        "POST https://crm.example.com/twilio/voice/inbound/",
    ]
    assert Line.objects.for_practice(cast.glow).get().provider_sid == "PN" + "0" * 32


def test_fixing_twice_changes_once(maya, glow, carrier, cast):
    maya.post(PAGE + "fix/")
    maya.post(PAGE + "fix/")
    assert sum(asked.method == "POST" for asked in carrier.asked) == 1
    assert AuditEntry.objects.for_practice(cast.glow).count() == 1


def test_an_interrupted_fix_says_so_and_leaves_nothing_half_audited(maya, glow, carrier, cast):
    carrier.handle = lambda asked: "drop" if asked.method == "POST" else glow.answer(asked)
    page = maya.post(PAGE + "fix/", follow=True).content.decode()
    assert "Run the check again" in page
    assert not AuditEntry.objects.for_practice(cast.glow).exists()


def test_a_practice_in_the_phone_lab_is_told_so(maya, glow):
    assert "Phone Lab" in maya.get(PAGE).content.decode()
