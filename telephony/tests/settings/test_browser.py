"""The settings in a real browser: live preview from unsaved values, saving, errors, uploads, axe."""

import os
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as django_settings
from django.urls import reverse
from playwright.sync_api import expect, sync_playwright

from aesthetix.lib.tests.sounds import wav
from telephony.models import Line
from telephony.services.profile import voice_settings

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FLAGS = [
    f"--{name}"
    for name in (
        "no-sandbox",
        "disable-gpu",
        "disable-quic",
        "no-first-run",
        "disable-background-networking",
        "disable-component-update",
        "disable-sync",
    )
]
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
}


@pytest.fixture(scope="module")
def chromium():
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright keeps a loop; the tests themselves are sync
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def open_page(chromium, live_server, cast, client):
    """`open_page(path, width=1440)`: Maya's browser at a page; scripts that fail fail the test."""
    contexts, problems = [], []

    def opened(path, width=1440):
        client.force_login(cast.maya.user)
        context = chromium.new_context(viewport={"width": width, "height": 900}, base_url=live_server.url)
        cookie = client.cookies[django_settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": django_settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert problems == []


def violations(page):
    found = Axe().run(page, options=RULES).response["violations"]
    return [(rule["id"], rule["nodes"][0]["html"]) for rule in found]


def edit_path(line):
    return reverse("telephony:line_edit", args=[line.pk])


def test_the_preview_follows_every_keystroke_and_saving_keeps_it(open_page, cast, lines):
    page = open_page(edit_path(lines.main))
    why = page.locator("#why")
    expect(why).to_contain_text("Rings 2 people at the same time.")
    page.get_by_role("checkbox", name="Maya Chen").check()
    expect(why).to_contain_text("Rings 3 people at the same time.")
    expect(page.locator("#ring-count")).to_have_text("3")
    page.get_by_label("Incoming Call Timeout").fill("45")
    expect(why).to_contain_text("If no one answers in 45 seconds")
    expect(page.locator("#warn-incoming_timeout")).to_contain_text("Over 20 seconds")
    page.get_by_label("Caller", exact=True).select_option(label="Grace Park, assigned to Priya Nair")
    expect(why).to_contain_text("The caller’s contact is assigned to Priya Nair.")
    assert lines.main.ring_members.count() == 2
    page.get_by_role("button", name="Save changes").click()
    expect(page.locator("#toasts")).to_contain_text("Saved.")
    assert lines.main.ring_members.count() == 3


def test_turning_recording_on_without_a_disclosure_warns_at_once(open_page, lines):
    page = open_page(edit_path(lines.main))
    page.get_by_role("switch", name="Call Recording Saved").check()
    expect(page.locator("#warn-record_calls")).to_contain_text("Callers are not told")
    page.get_by_label("Play Call Recording Message").check()
    expect(page.locator("#warn-record_calls")).to_be_empty()


@pytest.mark.parametrize("width", [1440, 390])
def test_an_error_is_shown_at_its_field_and_takes_the_focus(open_page, lines, width):
    page = open_page(edit_path(lines.main), width)
    page.get_by_label("Forwarding Number").fill("12")
    page.get_by_role("button", name="Save changes").first.click()
    summary = page.locator("[data-focus-first]")
    expect(summary).to_contain_text("One thing to correct")
    expect(summary).to_be_focused()
    field = page.get_by_label("Forwarding Number")
    expect(page.locator(f"#{field.get_attribute('id')}_error")).to_contain_text("is not a telephone number")
    assert violations(page) == []


def test_calls_that_would_drop_are_saved_only_after_asking(open_page, cast, lines):
    cast.glow.company_phone = ""
    cast.glow.save()
    voice_settings(cast.glow)
    page = open_page(edit_path(lines.main))
    for name in ("Jordan Lee", "Priya Nair"):
        page.get_by_role("checkbox", name=name).uncheck()
    expect(page.locator("#why")).to_contain_text("The call drops.")
    page.get_by_role("button", name="Save changes").click()
    expect(page.locator("[data-focus-first]")).to_contain_text("calls would drop")
    assert lines.main.ring_members.count() == 2
    page.get_by_role("button", name="Save and drop calls").click()
    expect(page.locator("#toasts")).to_contain_text("Saved.")
    assert lines.main.ring_members.count() == 0


def test_a_greeting_is_uploaded_played_and_removed(open_page, cast, files, tmp_path):
    sound = tmp_path / "front desk.wav"
    sound.write_bytes(wav(2.0))
    page = open_page("/settings/business-profile/")
    page.get_by_label("Upload a voicemail file").set_input_files(sound)
    page.get_by_role("button", name="Save Call Settings").click()
    play = page.get_by_role("button", name="Play voicemail greeting, 0:02")
    expect(play).to_be_visible()
    play.click()
    expect(page.locator("#calls audio")).to_have_js_property("paused", False)
    page.get_by_label("Remove this greeting").check()
    page.get_by_role("button", name="Save Call Settings").click()
    expect(page.get_by_text("The spoken default plays")).to_be_visible()
    assert voice_settings(cast.glow).greeting is None


def test_the_effect_on_a_persons_phones_is_said_while_typing(open_page, cast):
    page = open_page(reverse("practices:staff_edit", args=[cast.jordan.pk]))
    page.get_by_label("Mobile app").check()
    page.get_by_label("Personal phone number").fill("(602) 555-0119")
    said = page.locator("#effect")
    expect(said).to_contain_text("Rings: web app (web app always wins). Also rings (602) 555-0119.")


def test_the_menu_of_a_row_opens_edit_configuration(open_page, lines):
    page = open_page("/settings/phone-numbers/")
    page.get_by_role("button", name="Actions for Botox line").click()
    page.get_by_role("link", name="Edit Configuration").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Botox line")
    expect(page).to_have_url(re.compile(edit_path(lines.botox)))


@pytest.mark.parametrize("width", [1440, 390])
def test_the_settings_pages_have_no_accessibility_violation(open_page, cast, lines, width):
    Line.objects.for_practice(cast.glow).filter(pk=lines.botox.pk).update(record_calls=True)
    paths = [
        "/settings/phone-numbers/",
        "/settings/phone-numbers/add/",
        "/settings/phone-numbers/pools/add/",
        "/settings/phone-numbers/advanced/voice-calls/",
        edit_path(lines.main),
        edit_path(lines.botox),
        "/settings/business-profile/",
        "/settings/staff/",
        "/settings/staff/add/",
        reverse("practices:staff_edit", args=[cast.jordan.pk]),
        reverse("practices:staff_leave", args=[cast.priya.pk]),
    ]
    page = open_page(paths[0], width)
    for path in paths:
        page.goto(path)
        assert violations(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
