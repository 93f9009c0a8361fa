"""One contact: the record page with its tools, new, edit, tags."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from aesthetix.audit import services as audit
from aesthetix.lib.phone import to_e164
from aesthetix.practices.http import PracticeRequest
from aesthetix.web.http import wants_fragment
from contacts.additional_info import groups_of
from contacts.finding import people_like
from contacts.forms import PARTS, ContactForm, parts_for
from contacts.models import Contact
from contacts.panels import Tool, conversation, first_tool, tool_links, tool_named, ways_for
from contacts.querysets import ContactQuerySet
from contacts.services import records, tags
from contacts.walking import suffix_of, walk_of


def fetch_contact(request: PracticeRequest, pk: int) -> Contact:
    """404 for what the person may not see."""
    return _fetch(request, Contact.objects.for_staff(request.staff), pk)


def _fetch(request: PracticeRequest, rows: ContactQuerySet, pk: int) -> Contact:
    rows = rows.select_related("assigned_to__user", "thread").prefetch_related("phones", "tags", "consents")
    contact: Contact = get_object_or_404(rows, pk=pk)
    contact.practice = request.practice
    return contact


@require_GET
def contact_record(request: PracticeRequest, pk: int) -> HttpResponse:
    contact = _fetch(request, Contact.objects.for_staff(request.staff).with_note_draft(request.staff), pk)
    contact.note_draft = getattr(contact, "note_draft", None)  # type: ignore[attr-defined]
    return _record(request, contact, first_tool(), view="talk")


@require_GET
def contact_tool(request: PracticeRequest, pk: int, slug: str) -> HttpResponse:
    """The record with this tool open; for a page that is open already, the tool alone."""
    contact, tool = fetch_contact(request, pk), tool_named(slug)
    if tool is None:
        raise Http404
    return answer_with(request, contact, tool)


def answer_with(request: PracticeRequest, contact: Contact, tool: Tool) -> HttpResponse:
    """The tool alone where htmx asked; else the whole record with it, so that forms work without a script."""
    return draw_tool(request, contact, tool) if wants_fragment(request) else _record(request, contact, tool, "tool")


def draw_tool(request: PracticeRequest, contact: Contact, tool: Tool) -> HttpResponse:
    return render(request, "contacts/tool.html", {"contact": contact, **_tool_context(request, contact, tool)})


def _record(request: PracticeRequest, contact: Contact, tool: Tool, view: str) -> HttpResponse:
    audit.record(request.actor, "view", contact, contact_id=contact.pk)
    context = facts_context(request, contact) | {"view": view}
    context |= {"middle": conversation(request, contact), **_tool_context(request, contact, tool)}
    context["walk"] = walk_of(contact, request.GET, request.staff)
    return render(request, "contacts/record.html", context)


def facts_context(request: PracticeRequest, contact: Contact) -> dict[str, Any]:
    """What contacts/facts.html is drawn from."""
    may = parts_for(request.staff)
    parts = [(part, part in may) for part in PARTS]
    context = {"contact": contact, "consents": records.consents_of(contact), "parts": parts}
    return context | {"info": groups_of(contact), "ways": ways_for(request.staff)}


def _tool_context(request: PracticeRequest, contact: Contact, tool: Tool) -> dict[str, Any]:
    drawn, suffix = tool.draw(request, contact), suffix_of(request.GET)
    return {"tool": tool, "drawn": drawn, "tools": tool_links(request, contact, tool), "suffix": suffix}


@require_GET
def contact_alert(request: PracticeRequest, pk: int) -> HttpResponse:
    return render(request, "contacts/alert.html", {"contact": fetch_contact(request, pk)})


@require_http_methods(["GET", "POST"])
def contact_new(request: PracticeRequest) -> HttpResponse:
    start_with = to_e164(request.POST.get("start_with", ""))
    data = request.POST if request.method == "POST" and not start_with else None
    form = ContactForm(data, None if data is None else request.FILES, staff=request.staff, start_with=start_with or "")
    alike: list[Contact] = []
    if form.is_bound and form.is_valid():
        alike = people_like(request.staff, form.facts())
        if _said_to_be_another(request, alike) and (contact := _created(request, form)):
            messages.success(request, f"{contact.display_name} is now a contact.")
            return redirect("contacts:record", contact.pk)
    context = {"form": form, "alike": alike}
    return render(request, "contacts/form.html", context, status=422 if form.is_bound else 200)


def _created(request: PracticeRequest, form: ContactForm) -> Contact | None:
    """None where a field of the practice's own could not be kept; the form says why."""
    try:
        return records.create_contact(actor=request.actor, facts=form.facts(), answers=form.answers())
    except ValidationError as error:
        form.add_error(None, error)
        return None


def _said_to_be_another(request: PracticeRequest, alike: list[Contact]) -> bool:
    """Whoever has the number or the email was shown before, so that saving again means another person."""
    return {str(contact.pk) for contact in alike} <= set(request.POST.getlist("alike"))


@require_http_methods(["GET", "POST"])
def contact_edit(request: PracticeRequest, pk: int) -> HttpResponse:
    contact = fetch_contact(request, pk)
    form = ContactForm(request.POST if request.method == "POST" else None, staff=request.staff, contact=contact)
    if form.is_bound and form.is_valid():
        records.update_contact(actor=request.actor, contact=contact, facts=form.facts())
        messages.success(request, "Saved.")
        return redirect("contacts:record", contact.pk)
    context = {"form": form, "contact": contact}
    return render(request, "contacts/form.html", context, status=422 if form.is_bound else 200)


@require_POST
def contact_tag(request: PracticeRequest, pk: int) -> HttpResponse:
    contact = fetch_contact(request, pk)
    try:
        tags.add_tag(actor=request.actor, contact=contact, name=request.POST.get("name", ""))
    except ValidationError as error:
        messages.error(request, error.messages[0])
    return _tags(request, pk)


@require_POST
def contact_untag(request: PracticeRequest, pk: int) -> HttpResponse:
    contact = fetch_contact(request, pk)
    tags.remove_tag(actor=request.actor, contact=contact, name=request.POST.get("name", ""))
    return _tags(request, pk)


def _tags(request: PracticeRequest, pk: int) -> HttpResponse:
    if request.htmx and not request.htmx.boosted:
        return render(request, "contacts/tags.html", {"contact": fetch_contact(request, pk)})
    return redirect("contacts:record", pk)
