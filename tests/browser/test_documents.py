"""Documents in a real browser: files chosen, sent with their progress, looked at, renamed, deleted and brought back."""

import pytest
from django.core.files.base import ContentFile

from aesthetix.practices.actor import Actor
from documents.models import Document
from documents.services.storing import store_file
from documents.tests import samples

THREE = [
    {"name": "Treatment plan.pdf", "mimeType": "application/pdf", "buffer": samples.pdf("Botox plan", "Aftercare")},
    {"name": "before.jpg", "mimeType": "image/jpeg", "buffer": samples.picture(size=(800, 600))},
    {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"Prefers mornings"},
]


def documents(world):
    return Document.objects.for_practice(world.practice).filter(contact=world.contact).standing()


def wait_for(tab, true):
    """Asked from outside: in the page, the content security policy forbids to evaluate a string."""
    for _ in range(100):
        if tab.evaluate(true):
            return
        tab.wait_for_timeout(50)
    raise AssertionError(true)


def open_adding(tab, world):
    tab.goto(f"/contacts/{world.contact.pk}/documents/")
    tab.click("#tool summary >> text=Add")
    tab.click("#tool >> text=New File")
    tab.wait_for_selector("#upload")


@pytest.mark.parametrize("width", [1440, 390])
def test_three_files_are_uploaded_shown_renamed_deleted_and_brought_back(world, served, open_tab, width):
    tab = open_tab(served, world.admin, width)
    open_adding(tab, world)
    tab.set_input_files("#upload-files", THREE)
    tab.wait_for_selector("#upload li >> nth=2")
    assert tab.locator("#upload progress").count() == 3
    tab.click("#upload >> text=Upload")
    tab.wait_for_selector("#upload", state="detached")
    assert tab.locator("#documents li").count() == 3
    assert documents(world).count() == 3

    tab.click("#documents >> text=before.jpg")
    tab.wait_for_selector("#panel[open] figure img")
    wait_for(tab, "document.querySelector('#panel img').naturalWidth === 800")
    tab.fill("#document_name", "Before, left side")
    tab.click("#panel >> text=Save name and folder")
    tab.wait_for_selector("#panel h2 >> text=Before, left side.jpg")
    tab.keyboard.press("Escape")
    tab.wait_for_selector("#documents >> text=Before, left side.jpg")

    tab.click("#documents >> text=Treatment plan.pdf")
    tab.wait_for_selector("#panel[open] figcaption >> text=Page 2 of 2")
    wait_for(tab, "document.querySelector('#panel img').naturalWidth > 600")
    with tab.expect_download() as download:
        tab.click("#panel >> text=Download")
    assert download.value.suggested_filename == "Treatment plan.pdf"
    tab.keyboard.press("Escape")

    tab.click("[aria-label='Delete notes.txt']")
    tab.wait_for_selector(".ax-toast >> text=Document deleted.")
    assert documents(world).count() == 2
    tab.click(".ax-toast >> text=Undo")
    tab.wait_for_selector("#documents >> text=notes.txt")
    with tab.expect_download() as all_of_them:
        tab.click("text=Download all as zip")
    assert all_of_them.value.suggested_filename.endswith("documents.zip")


def test_what_cannot_be_kept_is_said_at_its_file_and_the_others_go_through(world, served, open_tab):
    tab = open_tab(served, world.admin)
    open_adding(tab, world)
    page = {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": b"<html><script>alert(1)</script>"}
    tab.set_input_files("#upload-files", [THREE[2], page])
    tab.wait_for_selector("#upload li >> nth=1")
    tab.set_input_files("#upload-files", [{"name": "setup.exe", "mimeType": "x/x", "buffer": b"MZ"}])
    tab.wait_for_selector("#upload li.is-bad >> text=Files of this kind are not kept here.")
    tab.click("#upload >> text=Upload")
    tab.wait_for_selector("#upload li.is-bad >> text=The content is not what the file’s ending says.")
    tab.wait_for_selector("#upload li >> text=Uploaded")
    tab.wait_for_selector("#documents >> text=notes.txt")
    assert documents(world).count() == 1


def test_progress_is_shown_and_cancel_leaves_nothing(world, served, open_tab):
    tab = open_tab(served, world.admin)
    open_adding(tab, world)
    line = tab.context.new_cdp_session(tab)
    line.send("Network.enable")
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 400_000}
    line.send("Network.emulateNetworkConditions", slow)
    large = {"name": "large.txt", "mimeType": "text/plain", "buffer": b"hello " * 600_000}
    tab.set_input_files("#upload-files", [large, THREE[2]])
    tab.click("#upload >> text=Upload")
    wait_for(tab, "document.querySelector('#upload progress').value > 5")
    assert "of 3.4 MB" in tab.inner_text("#upload li >> nth=0")
    tab.click("[aria-label='Cancel large.txt']")
    tab.wait_for_selector("#documents >> text=notes.txt")
    assert [document.name for document in documents(world)] == ["notes.txt"]


def test_a_colleagues_upload_appears_and_its_search_finds_words_inside(world, streaming, open_tab):
    tab = open_tab(streaming, world.admin)
    tab.goto(f"/contacts/{world.contact.pk}/documents/")
    tab.wait_for_selector("html[data-live-state=open]")
    colleague = Actor.system(world.practice, "A colleague")
    content = ContentFile(samples.pdf("Allergic to lidocaine"), "letter.pdf")
    store_file(actor=colleague, contact=world.contact, upload=content)
    tab.wait_for_selector("#documents >> text=letter.pdf")
    tab.reload()
    tab.fill("#documents-q", "LIDOCAINE")
    tab.wait_for_selector("#shelf >> text=1 found")
    tab.fill("#documents-q", "latex")
    tab.wait_for_selector("#shelf >> text=0 found")
    tab.fill("#documents-q", "")
    tab.wait_for_selector("#documents >> text=letter.pdf")


def test_a_preview_that_cannot_be_made_says_so(world, served, open_tab, monkeypatch):
    from documents.files import bounded

    document = store_file(
        actor=Actor.system(world.practice, "x"),
        contact=world.contact,
        upload=ContentFile(samples.picture(), "before.jpg"),
    )

    def broken(*arguments):
        raise bounded.Unreadable("damaged")

    monkeypatch.setattr(bounded, "picture", broken)
    tab = open_tab(served, world.admin)
    tab.goto(f"/contacts/{world.contact.pk}/documents/{document.pk}/")
    tab.wait_for_selector("text=This cannot be shown here. Download the document to open it.")


def test_folders_and_moving_into_one(world, served, open_tab):
    store_file(
        actor=Actor.system(world.practice, "x"), contact=world.contact, upload=ContentFile(b"hello", "notes.txt")
    )
    tab = open_tab(served, world.admin, 390)
    tab.goto(f"/contacts/{world.contact.pk}/documents/")
    tab.click("#tool summary >> text=Add")
    tab.click("#tool >> text=New Folder")
    tab.fill("#new-folder", "Consents")
    tab.click("#tool >> text=Add folder")
    tab.wait_for_selector("#documents >> text=Consents")
    tab.click("#documents >> text=notes.txt")
    tab.select_option("#document_folder", label="Consents")
    tab.click("#panel >> text=Save name and folder")
    tab.wait_for_selector("#documents >> text=notes.txt", state="detached")
    tab.keyboard.press("Escape")
    tab.click("#documents >> text=Consents")
    tab.wait_for_selector(".ax-doc-path >> text=Consents")
    tab.wait_for_selector("#documents >> text=notes.txt")
