"""Signing in as people do it: passkeys with Chromium's own virtual authenticator, an app with its picture."""

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache

PASSWORD = "a password of the tests"


@pytest.fixture(autouse=True)
def _no_limits_from_other_tests(db):
    cache.clear()


@pytest.fixture
def named(served):
    """Passkeys belong to a name: an address of digits has none."""
    return served.replace("127.0.0.1", "localhost")


def with_device(tab):
    """The tab's computer has a fingerprint reader that always says yes."""
    session = tab.context.new_cdp_session(tab)
    session.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True}
    options |= {"hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True}
    device = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]
    return session, device


def sign_in(tab, user, password=PASSWORD):
    tab.goto("/accounts/login/")
    tab.fill("[name=login]", user.email)
    tab.fill("[name=password]", password)
    tab.click("button:has-text('Sign in') >> nth=0")


def add_passkey(tab, name):
    tab.goto("/account/security/")
    tab.click("a:has-text('Add a passkey')")
    tab.fill("[name=name]", name)
    tab.click("button:has-text('Add the passkey')")
    tab.wait_for_selector("h1:has-text('Recovery codes')")


@pytest.mark.parametrize("width", [1440, 390])
def test_a_passkey_is_added_and_signs_in_without_a_password(world, named, open_tab, width):
    tab = open_tab(named, None, width)
    with_device(tab)
    sign_in(tab, world.admin)
    tab.wait_for_selector("#page")
    add_passkey(tab, "Front desk PC")
    tab.click("text=I have kept them")
    tab.wait_for_selector("text=Front desk PC")
    tab.context.clear_cookies()
    tab.goto(f"/accounts/login/?next=/contacts/{world.contact.pk}/")
    tab.click("text=Sign in with a passkey")
    tab.wait_for_selector(f"h1:has-text('{world.contact.name}')")


def test_after_the_password_the_passkey_is_asked_for(world, named, open_tab):
    tab = open_tab(named, None)
    with_device(tab)
    sign_in(tab, world.admin)
    add_passkey(tab, "Laptop")
    tab.context.clear_cookies()
    sign_in(tab, world.admin)
    tab.wait_for_selector("h1:has-text('Your second factor')")
    tab.goto("/contacts/")
    assert "/accounts/2fa/" in tab.url
    tab.click("text=Use your passkey")
    tab.wait_for_selector("#page")


def test_a_passkey_of_somebody_who_says_no_lets_nobody_in(world, named, open_tab):
    tab = open_tab(named, None)
    session, device = with_device(tab)
    sign_in(tab, world.admin)
    add_passkey(tab, "Laptop")
    tab.context.clear_cookies()
    session.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": False})
    tab.goto("/accounts/login/")
    tab.click("text=Sign in with a passkey")
    tab.wait_for_selector("[role=alert]:has-text('The passkey was not used')")
    assert Authenticator.objects.filter(type="webauthn", last_used_at=None).count() == 1


def test_at_an_address_of_digits_the_page_offers_no_passkey(world, served, open_tab):
    tab = open_tab(served.replace("localhost", "127.0.0.1"), None)
    tab.goto("/accounts/login/")
    tab.wait_for_load_state("networkidle")
    assert not tab.is_visible("text=Sign in with a passkey")
    assert tab.is_visible("button:has-text('Sign in')")


def test_an_app_is_added_from_its_picture_and_asked_for(world, served, open_tab):
    tab = open_tab(served, None)
    sign_in(tab, world.admin)
    tab.goto("/account/security/")
    tab.click("a:has-text('Add an authenticator app')")
    assert tab.evaluate("document.querySelector('.ax-qr img').naturalWidth > 0")
    secret = tab.inner_text(".ax-key")
    now = int(time.time()) // 30
    tab.fill("[name=code]", format_hotp_value(hotp_value(secret, now)))
    tab.click("button:has-text('Add the app')")
    tab.wait_for_selector(".ax-codes code")
    tab.context.clear_cookies()
    sign_in(tab, world.admin)
    tab.fill("[name=code]", format_hotp_value(hotp_value(secret, now + 1)))
    tab.click("button:has-text('Sign in') >> nth=0")
    tab.wait_for_selector("#page")
