"""Every page of the product, for the gates that walk them all. A new page is one more line here."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.files.base import ContentFile
from django.urls import reverse

from aesthetix.practices.actor import Actor
from contacts.models import CustomField, DuplicatePair
from documents.services.storing import store_file
from documents.tests import samples


@dataclass(frozen=True)
class Page:
    """`address(world)`; `then(tab)` brings it into the state that is meant; visitors are not signed in."""

    name: str
    address: Callable[[Any], str]
    then: Callable[[Any], None] = lambda tab: None
    visitor: bool = False
    status: int = 200


def at(name: str, *things: str, then: tuple[str, ...] = ()) -> Callable[[Any], str]:
    """`at("contacts:record", "contact")` → the address with the id of the world's contact, and `then` after it."""
    return lambda world: reverse(name, args=[*(getattr(world, thing).pk for thing in things), *then])


def _press(selector: str, wait: str) -> Callable[[Any], None]:
    def press(tab: Any) -> None:
        tab.click(selector)
        tab.wait_for_selector(wait)

    return press


def _search(tab: Any) -> None:
    tab.fill("#q", "co")
    tab.wait_for_selector("#found [role=option]")


def _find_nobody(tab: Any) -> None:
    tab.fill("#con-q", "nobody of that name")
    tab.wait_for_selector(".ax-empty")


FILES = {"letter.pdf": samples.pdf, "notes.txt": lambda: b"Prefers mornings", "memo.wav": samples.sound}


def _wait(selector: str) -> Callable[[Any], None]:
    return lambda tab: tab.wait_for_selector(selector) and None


def _adding(what: str) -> Callable[[Any], str]:
    return lambda world: f"{reverse('contacts:tool', args=[world.contact.pk, 'documents'])}?add={what}"


_shelf = at("contacts:tool", "contact", then=("documents",))


def _document(name: str) -> Callable[[Any], str]:
    """The page of a file of that name, which is stored once."""

    def address(world: Any) -> str:
        actor, upload = Actor.system(world.practice, "Tests"), ContentFile(FILES[name](), name)
        document = store_file(actor=actor, contact=world.contact, upload=upload, source="form", source_id=name)
        return reverse("documents:document", args=[document.contact_id, document.pk])

    return address


def _confirm(tab: Any) -> None:
    """Long after signing in, as tests are, one says the password first."""
    tab.fill("[name=password]", "a password of the tests")
    tab.click("button[type=submit]")
    tab.wait_for_selector(".ax-qr")


def _merge(world: Any) -> str:
    pair = DuplicatePair.objects.for_practice(world.practice).filter(kind="duplicate").first()
    return reverse("contacts:merge", args=[pair.first_id, pair.second_id])


def _pick(tab: Any) -> None:
    tab.fill("#pick-q", "example")
    tab.wait_for_selector("#pick-found li")


def _adding_files(world: Any) -> str:
    field = CustomField.objects.for_practice(world.practice).get(kind="file")
    return reverse("documents:field_add", args=[world.contact.pk, field.pk])


def _open_field(tab: Any) -> None:
    if not tab.is_visible(".ax-edit"):  # a phone shows the details apart
        tab.click("[data-show=facts]")
    _press(".ax-edit", ".ax-edit-f")(tab)


PAGES = [
    Page("sign in", at("account_login"), visitor=True),
    Page("sign in, refused", at("account_login"), _press("button[type=submit]", ".ax-err"), visitor=True),
    Page("reset the password", at("account_reset_password"), visitor=True),
    Page("reset the password, sent", at("account_reset_password_done"), visitor=True),
    Page("sign-up is closed", at("account_signup"), visitor=True),
    Page("change the password", at("account_change_password")),
    Page("account", at("web:account")),
    Page("security", at("practices:security")),
    Page("sign-in rules", at("practices:sign_in")),
    Page("authenticator app", at("mfa_activate_totp"), _confirm),
    Page("passkey", at("mfa_add_webauthn")),
    Page("alerts", at("web:alerts")),
    Page("search", at("web:search")),
    Page("command search", at("web:account"), _search),
    Page("account menu", at("web:account"), _press("[popovertarget=account]", "#account:popover-open")),
    Page("not found", lambda world: "/no-such-page/", status=404),
    Page("inbox", at("conversations:inbox")),
    Page("inbox, unread", lambda world: reverse("conversations:inbox") + "?view=unread"),
    Page("inbox, calls", lambda world: reverse("conversations:inbox") + "?view=calls"),
    Page("conversation", at("conversations:conversation", "contact")),
    Page("conversation, withheld", at("conversations:withheld")),
    Page(
        "conversation, nothing written",
        at("conversations:conversation", "contact"),
        _press("text=Send text", ".ax-err"),
    ),
    Page(
        "why a text was sent",
        at("conversations:conversation", "contact"),
        _press(".ax-msg-out a[data-panel]", "#panel[open]"),
    ),
    Page("contacts", at("contacts:list")),
    Page("contacts, none found", at("contacts:list"), _find_nobody),
    Page("contact", at("contacts:record", "contact")),
    Page("contact, edit", at("contacts:edit", "contact")),
    Page("contacts, filter", at("contacts:list"), _press(".ax-flt summary", ".ax-flt[open]")),
    Page("contacts, filtered", lambda world: reverse("contacts:list") + "?assigned=me&touch=90"),
    Page("contacts, keep a list", lambda world: reverse("contacts:list_keep") + "?touch=90"),
    Page("contacts, bulk action", at("contacts:list"), _press("#picks [value=tag]", "#bulk")),
    Page("contacts, in the background", at("contacts:jobs")),
    Page("contacts, import", at("contacts:import_upload")),
    Page("duplicates", at("contacts:duplicates")),
    Page("duplicates, households", lambda world: reverse("contacts:duplicates") + "?show=household"),
    Page("duplicates, none of a kind", lambda world: reverse("contacts:duplicates") + "?show=phone"),
    Page("merge", _merge),
    Page("merge, another record", at("contacts:merge_pick", "contact"), _pick),
    Page("merged, none", at("contacts:merges")),
    Page("contact, notes", at("contacts:tool", "contact", then=("notes",))),
    Page("custom fields", at("fields:list")),
    Page("custom fields, kinds", at("fields:add")),
    Page("custom fields, add", lambda world: reverse("fields:add") + "?kind=dropdown"),
    Page("custom fields, add File Upload", lambda world: reverse("fields:add") + "?kind=file"),
    Page("contact, a field", at("contacts:record", "contact"), _open_field),
    Page("contact, files of a field", _adding_files),
    Page("contact, tasks", at("contacts:tool", "contact", then=("tasks",))),
    Page("contact, new task", lambda world: f"/contacts/{world.contact.pk}/tasks/?add=1"),
    Page("tasks", lambda world: reverse("tasks:list") + "?view=all"),
    Page("contact, no documents", _shelf),
    Page("contact, new file", _adding("file")),
    Page("contact, new folder", _adding("folder")),
    Page("document, PDF", _document("letter.pdf"), _wait("#page figure img")),
    Page("document, text", _document("notes.txt")),
    Page("document, sound", _document("memo.wav")),
    Page("contact, documents", _shelf),
    Page("contact, document in the drawer", _shelf, _press("#documents li a", "#panel[open] h2")),
    Page("contact, history", at("contacts:tool", "contact", then=("history",))),
    Page("contact, data request", at("contacts:data_request", "contact")),
    Page("contact, add to a workflow", at("workflows:contact_add", "contact")),
    Page("contacts, add many to a workflow", at("contacts:list"), _press("#picks [value=workflow]", "#bulk")),
    Page("contact, new", at("contacts:new")),
    Page("contact, refused", at("contacts:new"), _press("button[form=contact]", ".ax-summary")),
    Page("why it rang", at("telephony:call_why", "call")),
    Page("lines", at("telephony:lines")),
    Page("line", at("telephony:line_edit", "line")),
    Page("line, new", at("telephony:line_add")),
    Page("number pool, new", at("telephony:pool_add")),
    Page("test call", at("telephony:test_call")),
    Page("voice calls", at("telephony:voice_calls")),
    Page("carrier", at("telephony:carrier")),
    Page("business profile", at("practices:business_profile")),
    Page("my staff", at("practices:staff")),
    Page("staff member", at("practices:staff_edit", "staff")),
    Page("staff member, new", at("practices:staff_add")),
    Page("staff member leaves", at("practices:staff_leave", "staff")),
    Page("API keys", at("web:api_keys")),
    Page("audit log", at("web:audit_log")),
    Page("workflows", at("workflows:list")),
    Page("workflow, new", at("workflows:new")),
    Page("workflow", at("workflows:builder", "workflow")),
    Page("workflow, tried", at("workflows:test", "workflow")),
    Page("workflow runs", at("workflows:runs", "workflow")),
    Page("why a text-back", at("workflows:why_call", "call")),
]
