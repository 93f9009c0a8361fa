"""Documents: the tool of the record. What lies in a folder, what is found by words, and adding."""

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET, require_POST

from aesthetix.audit import services as audit
from aesthetix.practices.http import PracticeRequest
from aesthetix.web.http import wants_fragment
from contacts.models import Contact
from contacts.panels import Tool
from contacts.views.record import answer_with, fetch_contact
from documents.files.kinds import ENDINGS
from documents.models import Document, Folder
from documents.safety import Limits

ADDING = {"file", "folder"}


@dataclass
class Said:
    """What the tool has to say of what was just tried: what is being added, and the sentences of what was wrong."""

    adding: str = ""
    errors: list[str] = field(default_factory=list)
    name: str = ""


def draw(request: PracticeRequest, contact: Contact, said: Said | None = None) -> SafeString:
    said = said or Said(adding=request.GET.get("add", ""))
    context = {"said": said if said.adding in ADDING else None, **_shelf(request, contact), **_limits()}
    return render_to_string("documents/tool.html", context, request)


DOCUMENTS = Tool("documents", "Documents", "folder", 30, draw)


def tool_again(request: PracticeRequest, contact: Contact, said: Said | None = None) -> HttpResponse:
    """After something was done: the tool, or without JavaScript the record with it. What went wrong is a 422."""
    if said is None and not wants_fragment(request):
        folder = request.POST.get("folder", "")
        address = reverse("contacts:tool", args=[contact.pk, DOCUMENTS.slug])
        return redirect(f"{address}?folder={folder}" if folder.isdecimal() else address)
    drawn = Tool(DOCUMENTS.slug, DOCUMENTS.label, DOCUMENTS.icon, DOCUMENTS.order, lambda r, c: draw(r, c, said))
    answer = answer_with(request, contact, drawn)
    if said is not None:
        answer.status_code = 422
    return answer


def folder_asked_for(request: PracticeRequest, contact: Contact) -> Folder | None:
    """The folder that the page or the form names; none for the top. 404 for a folder of another record."""
    given = request.POST.get("folder") or request.GET.get("folder") or ""
    if not given:
        return None
    if not (given.isascii() and given.isdecimal() and len(given) < 19):
        raise Http404
    return fetch_folder(contact, int(given))


def fetch_folder(contact: Contact, pk: int) -> Folder:
    rows = Folder.objects.for_practice(contact.practice_id).select_related("parent__parent__parent__parent")
    found: Folder = get_object_or_404(rows, pk=pk, contact=contact)
    return found


def documents_of(contact: Contact) -> Any:
    rows = Document.objects.for_practice(contact.practice_id).filter(contact=contact).standing()
    return rows.select_related("uploaded_by__user", "folder", "field").defer("search_text")


@require_GET
def document_rows(request: PracticeRequest, pk: int) -> HttpResponse:
    """The folder as it is now, for a page that is open while somebody else works in it."""
    return render(request, "documents/rows.html", _shelf(request, fetch_contact(request, pk)))


@require_POST
def document_found(request: PracticeRequest, pk: int) -> HttpResponse:
    """Those in whose name or text every word occurs, whatever folder they lie in (a POST: decision 020)."""
    contact, words = fetch_contact(request, pk), request.POST.get("q", "")[:200].strip()
    context: dict[str, Any] = _shelf(request, contact)
    if words:
        audit.record(request.actor, "list", "documents.document", contact_id=contact.pk)
        found = list(documents_of(contact).matching(words)[:100])
        context |= {"documents": found, "folders": [], "folder": None, "words": words}
    if wants_fragment(request):
        return render(request, "documents/shelf.html", context)
    drawn = render_to_string("documents/tool.html", {**context, **_limits()}, request)
    return answer_with(request, contact, Tool(DOCUMENTS.slug, DOCUMENTS.label, DOCUMENTS.icon, 30, lambda r, c: drawn))


def _shelf(request: PracticeRequest, contact: Contact) -> dict[str, Any]:
    folder = folder_asked_for(request, contact)
    folders = Folder.objects.for_practice(contact.practice_id).filter(contact=contact)
    return {
        "contact": contact,
        "folder": folder,
        "path": folder.path() if folder else [],
        "folders": list(folders.filter(parent=folder)),
        "documents": list(documents_of(contact).filter(folder=folder)),
        "any_documents": documents_of(contact).exists(),
    }


def _limits() -> dict[str, Any]:
    accept = ",".join(f".{ending}" for ending in ENDINGS)
    most = {"most_mb": settings.DOCUMENT_MAX_MB, "most_files": Limits.most_files}
    return {"accept": accept, **most}


def sentences(error: ValidationError) -> list[str]:
    return list(error.messages)
