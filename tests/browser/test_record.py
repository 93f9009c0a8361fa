"""The record in a real browser: notes, on a desk and on a phone, and with a colleague at the same record."""

import pytest

from aesthetix.practices.actor import Actor
from contacts.models import Draft, Note, Task
from contacts.services import notes
from contacts.services.custom_fields import FieldFacts, add_field
from contacts.services.tags import add_tag


@pytest.fixture(autouse=True)
def _nothing_yet(world):
    """The demo has notes and tasks of its own."""
    for kind in (Note, Task):
        kind.objects.for_practice(world.practice).filter(contact=world.contact).delete()


@pytest.fixture
def note(world):
    actor = Actor(practice=world.practice, staff=world.staff)
    return notes.add_note(actor=actor, contact=world.contact, body="Prefers mornings")


@pytest.mark.parametrize("width", [1440, 390])
def test_a_note_is_added_changed_pinned_deleted_and_brought_back(world, served, open_tab, width):
    tab = open_tab(served, world.admin, width)
    tab.goto(f"/contacts/{world.contact.pk}/")
    with tab.expect_response("**/notes/"):
        tab.click("#tool-notes")
    tab.wait_for_selector(".ax-rec[data-view=tool]")
    tab.click("#tool >> text=Add")
    tab.fill("#note_body", "Allergic to lidocaine")
    tab.press("#note_body", "Control+Enter")
    tab.wait_for_selector(".ax-notes li >> text=Allergic to lidocaine")
    tab.click("[aria-label='Edit note']")
    tab.fill(".ax-notes textarea", "Allergic to lidocaine and latex")
    tab.click(".ax-notes >> text=Save")
    tab.wait_for_selector(".ax-notes li >> text=Edited")
    tab.click("[aria-label='Pin note']")
    tab.wait_for_selector(".ax-notes li.is-pin")
    tab.click("[aria-label='Delete note']")
    tab.wait_for_selector(".ax-toast >> text=Note deleted.")
    assert not tab.is_visible(".ax-notes li")
    tab.click(".ax-toast >> text=Undo")
    tab.wait_for_selector(".ax-notes li >> text=Allergic to lidocaine and latex")
    assert Note.objects.for_practice(world.practice).filter(contact=world.contact).standing().get().version == 2


def test_what_was_begun_is_there_again(world, served, open_tab):
    tab = open_tab(served, world.admin)
    tab.goto(f"/contacts/{world.contact.pk}/notes/?add=1")
    with tab.expect_response("**/drafts/note/"):
        tab.fill("#note_body", "Half a sente")
    tab.goto("/contacts/")
    tab.goto(f"/contacts/{world.contact.pk}/")
    assert tab.input_value("#note_body") == "Half a sente"
    with tab.expect_response("**/drafts/note/"):
        tab.click("#tool >> text=Cancel")
    tab.goto(f"/contacts/{world.contact.pk}/")
    assert not tab.is_visible("#note_body")


def test_a_colleagues_note_appears_and_a_note_being_changed_stays(world, note, streaming, open_tab):
    tab = open_tab(streaming, world.admin)
    tab.goto(f"/contacts/{world.contact.pk}/")
    tab.wait_for_selector("html[data-live-state=open]")
    tab.click("[aria-label='Edit note']")
    tab.fill(".ax-notes textarea", "Prefers evenings")
    colleague = Actor.system(world.practice, "A colleague")
    notes.add_note(actor=colleague, contact=world.contact, body="Came in just now")
    notes.edit_note(actor=colleague, note=note, body="Prefers afternoons", version=1)
    tab.wait_for_selector(".ax-notes li >> text=Came in just now")
    assert tab.input_value(".ax-notes textarea") == "Prefers evenings"
    tab.click(".ax-notes >> text=Save")
    tab.wait_for_selector("text=changed this note while you were writing")
    tab.wait_for_selector("blockquote >> text=Prefers afternoons")
    tab.click("text=Save mine")
    tab.wait_for_selector(".ax-notes li > p >> text=Prefers evenings")
    assert note.versions.count() == 3


@pytest.mark.parametrize("width", [1440, 390])
def test_a_task_is_added_done_reopened_and_deleted(world, served, open_tab, width):
    tab = open_tab(served, world.admin, width)
    tab.goto(f"/contacts/{world.contact.pk}/tasks/")
    tab.click("#tool >> text=Add")
    tab.fill("#task_title", "Confirm touch-up")
    tab.fill("#task_due_on", "2026-01-05")
    tab.click("#tool >> text=Save")
    tab.wait_for_selector(".ax-tasks >> text=Overdue")
    assert "1" in tab.text_content("#tool-tasks .ax-dot-n")
    tab.click("[aria-label='Done: Confirm touch-up']")
    tab.wait_for_selector(".ax-tasks-d summary")
    tab.click(".ax-tasks-d summary")
    tab.click("[aria-label='Done: Confirm touch-up']")
    tab.wait_for_selector(".ax-tasks-d", state="detached")
    tab.click("[aria-label='Edit task: Confirm touch-up']")
    tab.fill(".ax-tasks [name=title]", "Confirm the touch-up")
    tab.click(".ax-tasks >> text=Save")
    tab.wait_for_selector(".ax-tasks li >> text=Confirm the touch-up")
    tab.goto("/tasks/?view=overdue")
    tab.wait_for_selector(".ax-tasks-p >> text=Confirm the touch-up")
    tab.click("[aria-label='Done: Confirm the touch-up']")
    tab.wait_for_selector(".ax-tasks-p .is-done")


@pytest.mark.parametrize("width", [1440, 390])
def test_a_field_of_their_own_is_filled_in_where_it_stands(world, served, open_tab, width):
    tab = open_tab(served, world.admin, width)
    tab.goto("/settings/custom-fields/")
    tab.click("text=Add Field")
    tab.click(".ax-kinds >> text=Dropdown")
    tab.fill("[name=name]", "Fitzpatrick")
    tab.fill("[name=options]", "I\nII\nIII")
    tab.click("button >> text=Save")
    tab.wait_for_selector("td >> text=fitzpatrick")
    tab.goto(f"/contacts/{world.contact.pk}/")
    if width < 900:
        tab.click("[data-show=facts]")
    tab.click("[aria-label='Add Fitzpatrick']")
    tab.select_option(".ax-edit-f select", label="II")
    tab.click(".ax-edit-f >> text=Save")
    tab.wait_for_selector("[aria-label='Fitzpatrick: II, edit']")


@pytest.mark.parametrize("width", [1440, 390])
def test_facts_are_changed_where_they_stand(world, served, open_tab, width):
    tab = open_tab(served, world.admin, width)
    tab.goto(f"/contacts/{world.contact.pk}/")
    if width < 900:
        tab.click("[data-show=facts]")
    tab.click("#fact-source a")
    tab.fill("#fact-source input[name=lead_source]", "Billboard")
    tab.keyboard.press("Escape")
    tab.wait_for_selector("#fact-source a")
    tab.click("#fact-numbers a")
    tab.click("#fact-numbers >> text=Add another number")
    tab.fill("#fact-numbers [name='numbers-2-number']", "602 555 0190")
    tab.click("#fact-numbers >> text=Save")
    tab.wait_for_selector("#fact-numbers >> text=(602) 555-0190")
    tab.click("#fact-birthday a")
    tab.fill("#fact-birthday input[name=birthday]", "2999-01-01")
    tab.click("#fact-birthday >> text=Save")
    tab.wait_for_selector("#fact-birthday >> text=A birthday lies between 1900 and today.")


def test_a_field_being_changed_stays_while_a_colleague_changes_the_record(world, streaming, open_tab):
    actor = Actor(practice=world.practice, staff=world.staff)
    field = add_field(actor=actor, kind="text", facts=FieldFacts(name="Pharmacy", group=""))
    tab = open_tab(streaming, world.admin)
    tab.goto(f"/contacts/{world.contact.pk}/")
    tab.wait_for_selector("html[data-live-state=open]")
    tab.wait_for_timeout(500)  # the first refresh of a page
    tab.click(f"#field-{field.pk} a")
    tab.fill(f"#field-{field.pk} input[name=value]", "Corner of Main St")
    with tab.expect_response("**/facts/"):
        add_tag(actor=Actor.system(world.practice, "A colleague"), contact=world.contact, name="From afar")
    tab.wait_for_timeout(300)
    assert tab.input_value(f"#field-{field.pk} input[name=value]") == "Corner of Main St"
    tab.click(f"#field-{field.pk} >> text=Save")
    tab.wait_for_selector("#contact-tags >> text=From afar")
    tab.wait_for_selector(f"#field-{field.pk} >> text=Corner of Main St")


def test_a_saved_note_leaves_no_draft(world, served, open_tab):
    tab = open_tab(served, world.admin)
    tab.goto(f"/contacts/{world.contact.pk}/notes/?add=1")
    tab.fill("#note_body", "Said in a hurry")
    tab.press("#note_body", "Control+Enter")
    tab.wait_for_selector(".ax-notes li >> text=Said in a hurry")
    tab.wait_for_timeout(1200)
    assert not Draft.objects.for_practice(world.practice).exists()
