"""Two records of one patient in a real browser: found, compared, merged, and taken apart again."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from contacts.models import Contact, DuplicatePair
from tests.browser.test_accessibility import OPTIONS

BOTH = ["bea.lindquist@example.com", "bea.lindqvist@example.com"]


def records(world):
    return sorted(Contact.objects.for_practice(world.practice).filter(email__in=BOTH).values_list("email", flat=True))


def violations(tab):
    return [one["id"] for one in Axe().run(tab, options=OPTIONS).response["violations"]]


@pytest.mark.parametrize("width", [1440, 390])
def test_a_duplicate_is_found_merged_and_taken_apart(world, served, open_tab, width):
    tab = open_tab(served, world.admin, width)
    tab.goto("/contacts/")
    tab.click("text=Duplicates")
    tab.click(".ax-dup:has-text('Lindquist') >> text=Compare and merge")
    tab.wait_for_selector("h1 >> text=Merge two records")
    tab.check("input[name=v-last_name][value=other]")
    tab.check("input[name=v-main_number][value=other]")
    tab.click("text=Merge the records")
    tab.wait_for_selector("h1 >> text=Bea Lindquist")
    assert records(world) == ["bea.lindqvist@example.com"]
    assert violations(tab) == []
    tab.click("#toasts >> text=Undo")
    tab.wait_for_selector("text=They are two records again")
    assert records(world) == BOTH
    tab.goto("/contacts/merges/")
    tab.wait_for_selector("text=Undone by Maya Chen")
    assert violations(tab) == []


@pytest.mark.parametrize("width", [1440, 390])
def test_it_can_be_undone_from_the_list_of_merges(world, served, open_tab, width):
    pair = DuplicatePair.objects.for_practice(world.practice).get(first__email=BOTH[1])
    tab = open_tab(served, world.admin, width)
    tab.goto(f"/contacts/{pair.first_id}/merge/{pair.second_id}/")
    tab.click("text=Swap")
    tab.wait_for_url(f"**/{pair.second_id}/merge/{pair.first_id}/")
    tab.click("text=Merge the records")
    tab.wait_for_selector("h1 >> text=Bea Lindquist")
    tab.goto("/contacts/merges/")
    tab.click(".ax-dup >> text=Undo")
    tab.wait_for_selector("h1 >> text=Bea Lindqvist")
    assert records(world) == BOTH


@pytest.mark.parametrize("width", [1440, 390])
def test_two_who_are_no_duplicates_are_not_asked_about_again(world, served, open_tab, width):
    tab = open_tab(served, world.admin, width)
    tab.goto("/contacts/duplicates/?show=household")
    tab.click(".ax-dup:has-text('Hannah') >> text=Not a duplicate")
    tab.wait_for_selector("text=Kept as two records")
    tab.wait_for_selector(".ax-dup", state="detached")
    tab.reload()
    tab.wait_for_selector("text=No two contacts share")
    tab.goto("/contacts/duplicates/")
    assert tab.locator(".ax-dup").count() == 2
