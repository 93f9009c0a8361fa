"""Notes: the tool of the record, and what one does with a note. Every answer is a piece of the tool."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from aesthetix.audit import services as audit
from aesthetix.practices.http import PracticeRequest
from aesthetix.web.http import wants_fragment
from aesthetix.web.undo import offer_undo
from contacts.models import Contact, Note
from contacts.models.notes import LONGEST_NOTE
from contacts.panels import Tool
from contacts.services import notes as service
from contacts.services.drafts import draft_of, keep_draft
from contacts.views.record import answer_with, draw_tool, fetch_contact


class NoteForm(forms.Form):
    """`id_prefix` keeps the fields of several open notes apart."""

    body = forms.CharField(
        label="Note",
        max_length=LONGEST_NOTE,
        error_messages={
            "required": "Write the note first.",
            "max_length": f"A note has at most {LONGEST_NOTE:,} characters.",
        },
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    version = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)


def _notes(contact: Contact) -> Any:
    rows = Note.objects.for_practice(contact.practice_id).filter(contact=contact)
    return rows.standing().select_related("author__user")


def _count(contact: Contact) -> int:
    count: int = _notes(contact).count()
    return count


def _draw(request: PracticeRequest, contact: Contact, form: NoteForm | None = None) -> SafeString:
    read = "note_draft" in contact.__dict__
    draft = contact.__dict__["note_draft"] if read else draft_of(actor=request.actor, contact=contact, place="note")
    if form is None and (draft or "add" in request.GET):
        form = NoteForm(initial={"body": draft.body if draft else ""}, auto_id="note_%s")
    notes = list(_notes(contact))
    context = {"contact": contact, "notes": notes, "form": form, "draft": draft, "note_count": len(notes)}
    return render_to_string("contacts/notes/tool.html", context, request)


NOTES = Tool("notes", "Notes", "notebook-text", 10, _draw)


@require_POST
def note_add(request: PracticeRequest, pk: int) -> HttpResponse:
    contact = fetch_contact(request, pk)
    form = NoteForm(request.POST, auto_id="note_%s")
    if form.is_valid():
        service.add_note(actor=request.actor, contact=contact, body=form.cleaned_data["body"])
        return _tool(request, contact)
    tool = Tool(NOTES.slug, NOTES.label, NOTES.icon, NOTES.order, lambda r, c: _draw(r, c, form))
    answer = answer_with(request, contact, tool)
    answer.status_code = 422
    return answer


@require_GET
def note_rows(request: PracticeRequest, pk: int) -> HttpResponse:
    """The notes as they stand, for a page that is open while somebody else writes."""
    contact = fetch_contact(request, pk)
    return render(request, "contacts/notes/rows.html", {"contact": contact, "notes": list(_notes(contact))})


@require_GET
def note_row(request: PracticeRequest, pk: int, note: int) -> HttpResponse:
    return _row(request, _fetch(request, pk, note))


@require_http_methods(["GET", "POST"])
def note_edit(request: PracticeRequest, pk: int, note: int) -> HttpResponse:
    found = _fetch(request, pk, note)
    if request.method == "GET":
        draft = draft_of(actor=request.actor, contact=found.contact, place=f"note-{found.pk}")
        initial = {"body": draft.body if draft else found.body, "version": found.version}
        return _editor(request, found, NoteForm(initial=initial, auto_id=f"note-{found.pk}_%s"), draft=draft)
    form = NoteForm(request.POST, auto_id=f"note-{found.pk}_%s")
    if not form.is_valid():
        return _editor(request, found, form, status=422)
    version = form.cleaned_data["version"] or 0
    try:
        edited = service.edit_note(actor=request.actor, note=found, body=form.cleaned_data["body"], version=version)
    except service.StaleNote as stale:
        return _both(request, stale.note, form)
    return _row(request, edited) if wants_fragment(request) else redirect("contacts:tool", pk, NOTES.slug)


@require_POST
def note_pin(request: PracticeRequest, pk: int, note: int) -> HttpResponse:
    found = _fetch(request, pk, note)
    service.pin_note(actor=request.actor, note=found, pinned=request.POST.get("pinned") == "yes")
    return _tool(request, found.contact)


@require_POST
def note_delete(request: PracticeRequest, pk: int, note: int) -> HttpResponse:
    found = _fetch(request, pk, note)
    service.delete_note(actor=request.actor, note=found)
    offer_undo(request, "Note deleted.", reverse("contacts:note_restore", args=[pk, note]))
    return _tool(request, found.contact)


@require_POST
def note_restore(request: PracticeRequest, pk: int, note: int) -> HttpResponse:
    found = _fetch(request, pk, note)
    service.restore_note(actor=request.actor, note=found)
    messages.success(request, "The note is back.")
    return _tool(request, found.contact)


@require_GET
def note_versions(request: PracticeRequest, pk: int, note: int) -> HttpResponse:
    """How the note read before, the newest first."""
    found = _fetch(request, pk, note)
    audit.record(request.actor, "view", found, contact_id=pk)
    context = {"note": found, "contact": found.contact, "versions": found.versions.select_related("author__user")}
    return render(request, "contacts/notes/versions.html", context)


@require_POST
def draft_keep(request: PracticeRequest, pk: int, place: str) -> HttpResponse:
    """What is being written, as it stands now. Too long to be kept: 422, and the last one stays."""
    contact, body = fetch_contact(request, pk), request.POST.get("body", "")
    if len(body) > LONGEST_NOTE or len(place) > 40:
        return HttpResponse(status=422)
    keep_draft(actor=request.actor, contact=contact, place=place, body=body)
    return HttpResponse(status=204)


def _fetch(request: PracticeRequest, pk: int, note: int) -> Note:
    notes = Note.objects.for_practice(request.practice).select_related("author__user", "contact")
    found: Note = get_object_or_404(notes, pk=note, contact=fetch_contact(request, pk))
    return found


def _tool(request: PracticeRequest, contact: Contact) -> HttpResponse:
    if wants_fragment(request):
        return draw_tool(request, contact, NOTES)
    return redirect("contacts:tool", contact.pk, NOTES.slug)


def _row(request: PracticeRequest, note: Note) -> HttpResponse:
    return render(request, "contacts/notes/row.html", {"contact": note.contact, "note": note})


def _editor(request: PracticeRequest, note: Note, form: NoteForm, *, status: int = 200, **more: Any) -> HttpResponse:
    context = {"contact": note.contact, "note": note, "place": f"note-{note.pk}", "form": form, **more}
    fragment = "contacts/notes/editor.html"
    template = fragment if wants_fragment(request) else "contacts/notes/editor_page.html"
    return render(request, template, context, status=status)


def _both(request: PracticeRequest, theirs: Note, form: NoteForm) -> HttpResponse:
    """Somebody else saved first: both wordings, and saving again is meant."""
    last = theirs.versions.select_related("author__user").first()
    data = {"body": form.cleaned_data["body"], "version": theirs.version}
    return _editor(request, theirs, NoteForm(data, auto_id=form.auto_id), status=422, theirs=last)
