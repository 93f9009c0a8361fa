"""Whether the account's numbers call us, and setting them right."""

import pytest

from telephony.carriers.base import ProviderTemporary
from telephony.carriers.twilio import setup
from telephony.models import Line

US = "https://crm.example.com"


@pytest.fixture(autouse=True)
def _public_address(settings):
    settings.PUBLIC_BASE_URL = US


def findings(account):
    return setup.check(account, list(Line.objects.for_practice(account.practice)))


def wrong(account):
    return {(each.about, each.check): each for each in findings(account) if each.verdict == "wrong"}


def point_at_us(glow, number=0):
    list(glow.numbers.values())[number].update(
        voice_url=f"{US}/twilio/voice/inbound/",
        voice_fallback_url=f"{US}/twilio/voice/fallback/",
        status_callback=f"{US}/twilio/voice/status/",
        sms_url=f"{US}/twilio/messages/inbound/",
        sms_fallback_url=f"{US}/twilio/messages/inbound/",
    )


def main_line(glow):
    return glow.numbers["PN" + "0" * 32]


def test_a_number_that_calls_us_is_right(glow, account):
    point_at_us(glow)
    assert wrong(account) == {}


def test_a_fresh_number_lacks_every_address(glow, account):
    found = wrong(account)
    assert [check for _, check in found] == list(setup.LABELS.values())
    assert all(each.fixable for each in found.values())
    assert found["Main line", "A call comes in"].text == "Not set: calls to this line do not reach Aesthetix CRM."


def test_an_address_elsewhere_is_shown_without_its_secrets(glow, account):
    point_at_us(glow)
    main_line(glow)["voice_url"] = "https://user:pass@old.example/voice?key=secret"
    each = wrong(account)["Main line", "A call comes in"]
    assert each.found == "https://old.example/voice?…"
    assert each.expected == f"{US}/twilio/voice/inbound/"


def test_a_get_is_wrong_because_the_handlers_take_posts(glow, account):
    point_at_us(glow)
    main_line(glow)["status_callback_method"] = "GET"
    assert wrong(account)["Main line", "Call status changes"].text == "The method is GET; it must be POST."


@pytest.mark.parametrize(
    ("field", "check"),
    [("voice_application_sid", "TwiML app"), ("sms_application_sid", "TwiML app"), ("trunk_sid", "SIP trunk")],
)
def test_what_overrides_the_addresses_is_named_but_not_touched(glow, account, field, check):
    point_at_us(glow)
    main_line(glow)[field] = "AP" + "1" * 32
    assert not wrong(account)["Main line", check].fixable


def test_a_line_that_the_account_does_not_have_is_named(glow, account):
    point_at_us(glow)
    Line.objects.create(practice=account.practice, number="+16025550111", name="Old line")
    assert wrong(account)["Old line", "Number"].text == "(602) 555-0111 is not in this Twilio account."


def test_a_number_that_is_no_line_is_noted_and_left_alone(glow, account):
    point_at_us(glow)
    notes = [each.text for each in findings(account) if each.check == "Number"]
    assert notes == ["(602) 555-0199 is in the account, but not a line here."]


def test_a_number_without_texts_is_named(glow, account):
    point_at_us(glow)
    main_line(glow)["capabilities"]["sms"] = False
    assert wrong(account)["Main line", "Capability"].text == "This number cannot carry texts."


def test_a_suspended_account_is_named(glow, account):
    point_at_us(glow)
    glow.status = "suspended"
    assert ("Account", "Status") in wrong(account)


def test_a_trial_account_is_noted(glow, account):
    glow.type = "Trial"
    assert any(each.check == "Type" and each.verdict == "note" for each in findings(account))


def test_refused_credentials_are_the_only_finding(glow, account):
    glow.token = "f" * 32
    [only] = findings(account)
    assert (only.check, only.verdict) == ("Credentials", "wrong")


def test_a_carrier_that_cannot_be_reached_is_no_finding(glow, account, carrier):
    carrier.handle = lambda asked: "drop"
    with pytest.raises(ProviderTemporary):
        findings(account)


@pytest.mark.parametrize("address", ["http://crm.example.com", "https://localhost:8000", "https://127.0.0.1"])
def test_twilio_needs_a_public_https_address(settings, cast, address):
    from telephony.carriers.base import AccountInfo
    from telephony.models import CarrierAccount

    settings.PUBLIC_BASE_URL = address
    found = list(setup.check_account(CarrierAccount(), AccountInfo("AC1", "active", False)))
    assert [each.check for each in found if each.verdict == "wrong"] == ["Public address"]
    assert any(each.check == "HTTP basic auth for media" for each in found)


def test_fixing_changes_only_lines_that_are_wrong(glow, account, carrier):
    lines = list(Line.objects.for_practice(account.practice))
    [fix] = setup.fix(account, lines)
    assert fix.line == lines[0]
    assert wrong(account) == {}
    assert list(glow.numbers.values())[1]["voice_url"] == ""
    assert list(setup.fix(account, lines)) == []
