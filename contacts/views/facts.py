"""The facts of a record, each changed where it stands."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from aesthetix.practices.http import PracticeRequest
from aesthetix.web.http import wants_fragment
from contacts.forms import Part, PartForm, parts_for
from contacts.models import Contact
from contacts.services import records
from contacts.views.record import facts_context, fetch_contact


@require_GET
def contact_facts(request: PracticeRequest, pk: int) -> HttpResponse:
    """The facts alone, for pages that are open while somebody else changes them."""
    return render(request, "contacts/facts.html", facts_context(request, fetch_contact(request, pk)))


@require_GET
def fact_line(request: PracticeRequest, pk: int, slug: str) -> HttpResponse:
    return _line(request, fetch_contact(request, pk), _part(request, slug))


@require_http_methods(["GET", "POST"])
def fact_edit(request: PracticeRequest, pk: int, slug: str) -> HttpResponse:
    contact, part = fetch_contact(request, pk), _part(request, slug)
    data = request.POST if request.method == "POST" else None
    form = PartForm(data, staff=request.staff, contact=contact, part=part)
    if not (form.is_bound and form.is_valid()):
        return _editor(request, contact, part, form)
    records.change_facts(actor=request.actor, contact=contact, given=form.given())
    if not wants_fragment(request):
        return redirect("contacts:record", pk)
    return _line(request, fetch_contact(request, pk), part)


def _part(request: PracticeRequest, slug: str) -> Part:
    for part in parts_for(request.staff):
        if part.slug == slug:
            return part
    raise Http404


def _line(request: PracticeRequest, contact: Contact, part: Part) -> HttpResponse:
    context = {"contact": contact, "part": part, "may": True, "consents": records.consents_of(contact)}
    return render(request, "contacts/facts/line.html", context)


def _editor(request: PracticeRequest, contact: Contact, part: Part, form: PartForm) -> HttpResponse:
    template = "contacts/facts/editor.html" if wants_fragment(request) else "contacts/facts/editor_page.html"
    context = {"contact": contact, "part": part, "form": form}
    return render(request, template, context, status=422 if form.is_bound else 200)
