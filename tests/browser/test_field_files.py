"""A File Upload field in a real browser: made in the settings, filled by dropping, looked at, replaced, emptied."""

import base64

import pytest
from axe_playwright_python.sync_playwright import Axe

from aesthetix.practices.actor import Actor
from contacts.models import CustomField
from contacts.services.custom_fields import FieldFacts, add_field
from documents.models import Document
from documents.tests import samples
from tests.browser.test_accessibility import OPTIONS

# Files as a hand would drop them: [{name, type, base64}].
DROP = """(files) => {
  const dropped = new DataTransfer();
  for (const { name, type, content } of files)
    dropped.items.add(new File([Uint8Array.from(atob(content), (one) => one.charCodeAt(0))], name, { type }));
  return dropped;
}"""


def file(name, kind, content):
    return {"name": name, "type": kind, "content": base64.b64encode(content).decode()}


THREE = [
    file("before.jpg", "image/jpeg", samples.picture(size=(800, 600))),
    file("intake.pdf", "application/pdf", samples.pdf("Allergies", "Medicines")),
    file("by mistake.pdf", "application/pdf", samples.pdf("Another patient")),
]


def held(world):
    rows = Document.objects.for_practice(world.practice).filter(contact=world.contact, field__name="Before and after")
    return list(rows.filter(deleted_at=None).order_by("name").values_list("name", flat=True))


def nothing_wrong(tab):
    return [one["id"] for one in Axe().run(tab, options=OPTIONS).response["violations"]] == []


def open_record(tab, world, width):
    tab.goto(f"/contacts/{world.contact.pk}/")
    if width < 900:
        tab.click("[data-show=facts]")


@pytest.mark.parametrize("width", [1440, 390])
def test_three_files_are_dropped_one_cancelled_one_replaced_one_deleted(world, served, open_tab, width):
    tab = open_tab(served, world.admin, width)
    tab.goto("/settings/custom-fields/")
    tab.click("text=Add Field")
    tab.click(".ax-kinds >> text=File Upload")
    tab.fill("[name=name]", "Before and after")
    tab.check("text=Allow Multiple Files")
    tab.fill("[name=most_files]", "3")
    assert nothing_wrong(tab)
    tab.click("button >> text=Save")
    tab.wait_for_selector("td >> text=before_and_after")

    open_record(tab, world, width)
    tab.click("[aria-label='Add files to Before and after']")
    tab.wait_for_selector(".ax-ff .is-live")
    tab.dispatch_event(".ax-ff .ax-drop", "drop", {"dataTransfer": tab.evaluate_handle(DROP, THREE)})
    tab.wait_for_selector(".ax-ff [data-files] li >> nth=2")
    assert tab.locator(".ax-ff progress").count() == 3
    tab.click("[aria-label='Cancel by mistake.pdf']")
    assert nothing_wrong(tab)
    tab.click(".ax-ff >> text=Upload")
    tab.wait_for_selector("[aria-label='Delete intake.pdf']")
    assert held(world) == ["before.jpg", "intake.pdf"]
    assert nothing_wrong(tab)

    tab.click(".ax-ff-n >> text=intake.pdf")
    tab.wait_for_selector("#panel[open] figcaption >> text=Page 2 of 2")
    tab.wait_for_selector("#panel >> text=From field Before and after")
    tab.keyboard.press("Escape")
    with tab.expect_download() as download:
        tab.click("[aria-label='Download before.jpg']")
    assert download.value.suggested_filename == "before.jpg"

    tab.click("[aria-label='Replace before.jpg']")
    tab.wait_for_selector(".ax-ff .is-live")
    after = {"name": "after.jpg", "mimeType": "image/jpeg", "buffer": samples.picture(size=(640, 480))}
    tab.set_input_files(".ax-ff input[type=file]", [after])
    tab.click(".ax-ff button >> text=Replace")
    tab.wait_for_selector(".ax-toast >> text=File replaced.")
    assert held(world) == ["after.jpg", "intake.pdf"]
    tab.click(".ax-toast >> text=Undo")
    tab.wait_for_selector("[aria-label='Delete before.jpg']")
    assert held(world) == ["before.jpg", "intake.pdf"]

    tab.click("[aria-label='Delete intake.pdf']")
    tab.wait_for_selector(".ax-toast >> text=File deleted.")
    assert held(world) == ["before.jpg"]
    tab.click(".ax-toast >> text=Undo")
    tab.wait_for_selector("[aria-label='Delete intake.pdf']")
    assert held(world) == ["before.jpg", "intake.pdf"]


def test_what_the_field_does_not_take_is_said_at_the_file_and_limits_at_the_form(world, served, open_tab):
    settings = {"formats": ["pdf"], "most_files": 2, "most_mb": 1}
    facts = FieldFacts(name="Before and after", group="Photos", settings=settings)
    field = add_field(actor=Actor(practice=world.practice, staff=world.staff), kind="file", facts=facts)
    assert CustomField.objects.for_practice(world.practice).filter(pk=field.pk).exists()
    tab = open_tab(served, world.admin)
    open_record(tab, world, 1440)
    tab.click("[aria-label='Add files to Before and after']")
    tab.wait_for_selector(".ax-ff .is-live")
    tab.dispatch_event(".ax-ff .ax-drop", "drop", {"dataTransfer": tab.evaluate_handle(DROP, THREE)})
    tab.wait_for_selector(".ax-ff .ax-err >> text=At most 2 files at once.")
    tab.dispatch_event(".ax-ff .ax-drop", "drop", {"dataTransfer": tab.evaluate_handle(DROP, THREE[:1])})
    tab.wait_for_selector(".ax-ff li.is-bad >> text=This field takes PDF.")
    disguised = {"name": "face.pdf", "mimeType": "application/pdf", "buffer": samples.picture()}
    large = {"name": "large.pdf", "mimeType": "application/pdf", "buffer": samples.pdf() + b"\n" * 1_100_000}
    tab.set_input_files(".ax-ff input[type=file]", [disguised, large])
    tab.wait_for_selector(".ax-ff li.is-bad >> text=Larger than 1 MB.")
    tab.click(".ax-ff >> text=Upload")
    tab.wait_for_selector(".ax-ff li.is-bad >> text=The content is not what the file’s ending says.")
    assert held(world) == []
