"""The parts of the shell that only a browser can show: confirming, toasts, the command search, lists that go on."""

import pytest

from contacts.models import Contact


@pytest.fixture
def tab(world, served, open_tab):
    return open_tab(served, world.admin)


def visit(tab, path):
    tab.goto(path)
    tab.wait_for_load_state("networkidle")


def wait_until(tab, expression):
    """Asked from here: the page's own security policy lets nothing be evaluated in it later."""
    for _ in range(100):
        if tab.evaluate(expression):
            return
        tab.wait_for_timeout(100)
    raise AssertionError(f"never: {expression}")


def test_what_has_an_effect_is_confirmed_first(tab, world):
    visit(tab, f"/workflows/{world.workflow.pk}/")
    tab.click("button:has-text('Stop')")
    tab.wait_for_selector("#confirm[open]")
    assert tab.evaluate("document.activeElement.textContent") == "Cancel"
    tab.keyboard.press("Enter")
    tab.wait_for_selector("#confirm", state="hidden")
    world.workflow.refresh_from_db()
    assert world.workflow.state == "published"

    tab.click("button:has-text('Stop')")
    tab.click("#confirm [data-confirm-yes]")
    tab.wait_for_selector("#toasts .ax-toast")
    world.workflow.refresh_from_db()
    assert world.workflow.state != "published"


def test_a_toast_is_said_and_can_be_dismissed(tab, world):
    visit(tab, "/account/")
    tab.click("text=Save")
    tab.wait_for_selector("#toasts >> text=Saved.")
    tab.wait_for_selector("#say-polite:text('Saved.')", state="attached")
    tab.click("#toasts [data-dismiss]")
    assert tab.locator("#toasts .ax-toast").count() == 0


def test_the_command_search_works_by_keyboard_and_leaves_no_trace_in_the_address(tab, world):
    visit(tab, "/account/")
    tab.keyboard.press("/")
    tab.keyboard.type(world.contact.name.lower())
    tab.wait_for_selector("#found [role=option]")
    tab.keyboard.press("ArrowDown")
    option = tab.get_attribute("#q", "aria-activedescendant")
    assert tab.get_attribute(f"#{option}", "aria-selected") == "true"
    tab.keyboard.press("Enter")
    tab.wait_for_selector(f"h1:has-text('{world.contact.name}')")
    assert tab.url.endswith(f"/contacts/{world.contact.pk}/")


def test_a_number_that_nobody_has_leads_to_a_new_contact(tab, world):
    visit(tab, "/account/")
    tab.fill("#q", "602 555 0188")
    tab.click("#found >> text=Add (602) 555-0188 as a contact")
    tab.wait_for_selector("h1:has-text('New contact')")
    assert tab.input_value("[name=numbers-0-number]") == "(602) 555-0188"
    assert "0188" not in tab.url


def test_the_contact_list_goes_on_as_one_scrolls(tab, world):
    Contact.objects.bulk_create(
        Contact(practice=world.practice, last_name=f"Row{number:03}", search_text=f"row{number:03}")
        for number in range(120)
    )
    visit(tab, "/contacts/")
    assert tab.locator("tr[data-row]").count() == 50
    for shown in (50, 100, 150):
        tab.locator("tr").last.scroll_into_view_if_needed()
        wait_until(tab, f"document.querySelectorAll('tr[data-row]').length > {shown}")


def test_a_refused_form_moves_the_focus_to_what_is_to_correct(tab, world):
    visit(tab, "/contacts/new/")
    tab.click("button[form=contact]")
    tab.wait_for_selector(".ax-summary")
    assert tab.evaluate("document.activeElement.className") == "ax-summary"
    tab.fill("[name=numbers-0-number]", "12")
    tab.click("button[form=contact]")
    tab.wait_for_selector("#id_numbers-0-number_error")
    assert tab.get_attribute("[name=numbers-0-number]", "aria-describedby") == "id_numbers-0-number_error"
    assert tab.get_attribute("[name=numbers-0-number]", "aria-invalid") == "true"


def test_more_numbers_are_added_up_to_six(tab, world):
    visit(tab, "/contacts/new/")
    for _ in range(5):
        tab.click("[data-add]")
    assert not tab.is_visible("[data-add]")
    assert tab.locator("[data-number] input").count() == 6
    assert tab.evaluate("document.activeElement.name") == "numbers-5-number"


def test_tags_change_in_place(tab, world):
    visit(tab, f"/contacts/{world.contact.pk}/")
    tab.click("summary:has-text('Add')")
    tab.fill("#tag-name", "Moved from a friend")
    tab.keyboard.press("Enter")
    tab.wait_for_selector("#contact-tags >> text=Moved from a friend")
    tab.click("[aria-label='Remove tag Moved from a friend']")
    tab.wait_for_selector("#contact-tags >> text=Moved from a friend", state="detached")


def test_a_voicemail_plays(tab, world):
    visit(tab, f"/inbox/{world.contact.pk}/")
    tab.click("[data-play] >> nth=0")
    wait_until(tab, "[...document.querySelectorAll('audio')].some((a) => a.currentTime > 0)")
    assert tab.get_attribute("[data-play] >> nth=0", "aria-label").startswith("Pause")
