"""An empty desk in a real browser: the question, the blank page, all tabs at once, and nothing typed is lost."""

import datetime as dt

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

from contacts.models import Note


@pytest.fixture
def pace(world):
    """The practice logs off after five minutes, and the tab's clock can be moved on."""
    world.practice.idle_minutes = 5
    world.practice.save()

    def forward(tab, minutes):
        tab.wait_for_load_state("networkidle")  # the page's own clock starts with its script
        before = UserSession.objects.get().last_seen_at
        UserSession.objects.update(last_seen_at=before - dt.timedelta(minutes=minutes))
        tab.clock.fast_forward(minutes * 60_000)

    return forward


@pytest.fixture
def tab(world, served, open_tab):
    tab = open_tab(served, world.admin)
    tab.clock.install()
    return tab


def sign_in(tab, world):
    tab.fill("[name=login]", world.admin.email)
    tab.fill("[name=password]", "a password of the tests")
    tab.click("button:has-text('Sign in') >> nth=0")
    tab.wait_for_selector("#page", state="attached")


def record(world, more=""):
    return f"/contacts/{world.contact.pk}/{more}"


def test_it_asks_a_minute_before_and_a_key_is_enough(world, pace, tab):
    tab.goto(record(world))
    pace(tab, 4.5)
    tab.wait_for_selector("#idle[open] >> text=Still there?")
    assert "30 seconds" in tab.inner_text("#idle-text") or "29 seconds" in tab.inner_text("#idle-text")
    with tab.expect_request(lambda sent: sent.url.endswith("/account/session/") and sent.method == "POST"):
        tab.keyboard.press("Shift")
    tab.wait_for_selector("#idle", state="hidden")


@pytest.mark.parametrize("width", [1440, 390])
def test_then_the_page_goes_blank_and_back_shows_nothing(world, pace, served, open_tab, width):
    tab = open_tab(served, world.admin, width)
    tab.clock.install()
    tab.goto("/contacts/")
    tab.goto(record(world, "notes/?add=1"))
    with tab.expect_response("**/drafts/note/"):
        tab.fill("#note_body", "Half a sente")
    pace(tab, 6)
    tab.wait_for_url("**/accounts/login/**")
    assert world.contact.name not in tab.content()
    assert not Session.objects.exists()
    tab.go_back()
    tab.wait_for_url("**/accounts/login/**")
    assert world.contact.name not in tab.content()
    tab.go_forward()
    sign_in(tab, world)
    tab.wait_for_selector("#note_body")
    assert tab.input_value("#note_body") == "Half a sente"


def test_all_tabs_agree(world, pace, tab):
    other = tab.context.new_page()
    other.goto("/contacts/")
    tab.goto(record(world))
    pace(tab, 6)
    tab.wait_for_url("**/accounts/login/**")
    other.wait_for_url("**/accounts/login/**")


def test_what_is_done_in_one_tab_keeps_the_others(world, pace, tab):
    other = tab.context.new_page()
    other.goto("/contacts/")
    tab.goto(record(world))
    pace(tab, 4.5)
    tab.wait_for_selector("#idle[open]")
    other.bring_to_front()
    other.keyboard.press("Shift")
    tab.wait_for_selector("#idle", state="hidden")


def test_a_note_that_is_saved_too_late_is_covered_and_saved_after_signing_in(world, tab):
    tab.goto(record(world, "notes/?add=1"))
    tab.fill("#note_body", "Said on the phone")
    Session.objects.all().delete()
    tab.press("#note_body", "Control+Enter")
    tab.wait_for_selector("#idle[open] >> text=You were logged off")
    assert not tab.is_visible("#note_body")
    assert not tab.is_visible(f"text={world.contact.name}")
    tab.keyboard.press("Escape")
    assert tab.is_visible("#idle")
    with tab.context.expect_page() as opened:
        tab.click("#idle [data-again]")
    sign_in(opened.value, world)
    tab.wait_for_selector("#note_body")
    assert tab.input_value("#note_body") == "Said on the phone"
    tab.press("#note_body", "Control+Enter")
    tab.wait_for_selector(".ax-notes li >> text=Said on the phone")
    assert Note.objects.for_practice(world.practice).filter(body="Said on the phone").count() == 1


def test_a_text_that_has_no_draft_is_covered_and_there_again(world, pace, tab):
    tab.goto(record(world))
    tab.fill("#msg", "See you on Mon")
    pace(tab, 6)
    tab.wait_for_selector("#idle[open] >> text=You were logged off")
    assert not tab.is_visible(f"text={world.contact.name}")
    assert not Session.objects.exists()
    with tab.context.expect_page() as opened:
        tab.click("#idle [data-again]")
    sign_in(opened.value, world)
    tab.wait_for_selector("#msg")
    assert tab.input_value("#msg") == "See you on Mon"


def test_where_nothing_is_typed_the_page_simply_leads_to_sign_in(world, tab):
    tab.goto(record(world))
    Session.objects.all().delete()
    tab.click("nav >> text=Contacts >> nth=0")
    tab.wait_for_url("**/accounts/login/**")


def test_signing_out_in_one_tab_shows_nothing_in_another(world, streaming, open_tab):
    tab = open_tab(streaming, world.admin)
    tab.goto(record(world))
    tab.wait_for_selector("html[data-live-state=open]")
    other = tab.context.new_page()
    other.goto("/account/security/")
    from aesthetix.practices.services.sessions import end_sessions

    end_sessions(user=world.admin)
    tab.wait_for_url("**/accounts/login/**", timeout=20_000)
