"""Lists of contacts in a real browser: filters, a kept list, walking through it, a bulk action, an import."""

import pytest

from aesthetix.events.due import drain
from aesthetix.practices.actor import Actor
from contacts.custom_fields import Stored
from contacts.models import Contact
from contacts.services.custom_fields import FieldFacts, add_field, set_value

CSV = "Name,Phone,Email\nAnna Berg,602 555 0121,anna@x.example\nBen Dahl,602 555 0122,ben@x.example\nNobody,12,\n"


@pytest.mark.parametrize("width", [1440, 390])
def test_a_filter_becomes_a_list_that_one_walks_through(world, served, open_tab, width):
    tab = open_tab(served, world.admin, width)
    tab.goto("/contacts/")
    tab.click("summary >> text=Filter")
    tab.select_option("#filter_assigned", "me")
    tab.select_option("#filter_sort", "name")
    tab.click(".ax-flt >> text=Show")
    tab.wait_for_selector("text=Assigned to: Me")
    tab.click("text=Save as Smart List")
    tab.fill("[name=name]", "Mine")
    tab.click("text=Save list")
    tab.wait_for_selector("h1 >> text=Mine")
    tab.wait_for_selector(".ax-con-l2 .is-on .ax-num:not(:empty)")
    tab.click("tbody tr:nth-child(1) [data-row-link]")
    tab.wait_for_selector(".ax-walk >> text=/^1 of/")
    tab.click("[aria-label='Next in the list']")
    tab.wait_for_selector(".ax-walk >> text=/^2 of/")


@pytest.mark.parametrize("width", [1440, 390])
def test_words_of_a_filter_are_found_kept_and_never_in_the_address(world, served, open_tab, width):
    actor = Actor(practice=world.practice, staff=world.staff)
    field = add_field(actor=actor, kind="text", facts=FieldFacts(name="Pharmacy", group=""))
    set_value(actor=actor, contact=world.contact, field=field, stored=Stored("CVS on Main"))
    tab = open_tab(served, world.admin, width)
    tab.goto("/contacts/")
    tab.click("summary >> text=Filter")
    tab.fill("[name=cf-pharmacy-words]", "cvs")
    tab.fill("[name=cf-yearly_budget-first]", "")
    tab.click(".ax-flt >> text=Show")
    tab.wait_for_selector("text=Pharmacy: contains “cvs”")
    assert "cf-pharmacy=" in tab.url
    assert "cvs" not in tab.url.lower()
    assert tab.locator("tbody tr").count() == 1
    tab.click("text=Save as Smart List")
    tab.wait_for_selector("h1 >> text=Save as Smart List")
    assert "cvs" not in tab.url.lower()
    tab.fill("[name=name]", "At CVS")
    tab.click("text=Save list")
    tab.wait_for_selector("h1 >> text=At CVS")
    assert tab.locator("tbody tr").count() == 1
    tab.click("tbody tr:nth-child(1) [data-row-link]")
    tab.wait_for_selector(".ax-walk >> text=/^1 of 1/")
    assert "cvs" not in tab.url.lower()


@pytest.mark.parametrize("width", [1440, 390])
def test_ticked_contacts_are_tagged(world, served, open_tab, width):
    tab = open_tab(served, world.admin, width)
    tab.goto("/contacts/")
    for row in (2, 3):
        tab.check(f"tbody tr:nth-child({row}) [name=pick]")
    tab.wait_for_selector("text=2 ticked")
    tab.click("#picks >> text=Tag")
    tab.wait_for_selector("h1 >> text=Add a tag to 2 contacts")
    tab.fill("[name=tag]", "Recall")
    tab.click("button >> text=Add a tag to 2 contacts")
    tab.wait_for_selector("#job")
    drain("contact_jobs")
    tab.reload()
    tab.wait_for_selector("text=2 of 2")
    assert Contact.objects.for_practice(world.practice).filter(tags__name="Recall").count() == 2


@pytest.mark.parametrize("width", [1440, 390])
def test_a_file_is_imported_and_taken_back(world, served, open_tab, tmp_path, width):
    (tmp_path / "patients.csv").write_text(CSV)
    tab = open_tab(served, world.admin, width)
    tab.goto("/contacts/import/")
    tab.set_input_files("[name=file]", str(tmp_path / "patients.csv"))
    tab.click("text=Read the file")
    tab.wait_for_selector("h1 >> text=What is in each column?")
    assert tab.input_value("#id_column-0") == "full_name"
    tab.click("text=Check the rows")
    tab.wait_for_selector("text=Checking the rows")
    drain("contact_jobs")
    tab.reload()
    tab.wait_for_selector("text=“12” is not a telephone number.")
    tab.click("text=Import 2 contacts")
    tab.wait_for_selector("h2 >> text=Importing")
    drain("contact_jobs")
    tab.reload()
    tab.wait_for_selector("h2 >> text=Imported")
    assert Contact.objects.for_practice(world.practice).filter(last_name="Berg").exists()
    tab.click("text=Take it back")
    tab.click("dialog >> text=Take it back")
    tab.wait_for_selector("text=Taking it back")
    drain("contact_jobs")
    tab.reload()
    tab.wait_for_selector("h2 >> text=Taken back")
    assert not Contact.objects.for_practice(world.practice).filter(last_name="Berg").exists()
