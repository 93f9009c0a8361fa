"""One contact: the record page, new, edit, tags, history."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from aesthetix.audit import services as audit
from aesthetix.audit.models import AuditEntry
from aesthetix.lib.phone import to_e164
from aesthetix.practices.http import PracticeRequest
from contacts.forms import ContactForm
from contacts.models import Contact
from contacts.panels import conversation
from contacts.services import records, tags

HISTORY = 100


def _fetch(request: PracticeRequest, pk: int) -> Contact:
    rows = Contact.objects.for_staff(request.staff).select_related("assigned_to__user")
    contact: Contact = get_object_or_404(rows.prefetch_related("phones", "tags"), pk=pk)
    return contact


@require_GET
def contact_record(request: PracticeRequest, pk: int) -> HttpResponse:
    contact = _fetch(request, pk)
    audit.record(request.actor, "view", contact, contact_id=contact.pk)
    context = {"contact": contact, "consents": records.consents_of(contact), "middle": conversation(request, contact)}
    return render(request, "contacts/record.html", context)


@require_GET
def contact_facts(request: PracticeRequest, pk: int) -> HttpResponse:
    """The facts alone, for pages that are open while somebody else changes them."""
    contact = _fetch(request, pk)
    context = {"contact": contact, "consents": records.consents_of(contact)}
    return render(request, "contacts/facts.html", context)


@require_GET
def contact_history(request: PracticeRequest, pk: int) -> HttpResponse:
    """Who saw and changed this record, the newest first."""
    contact = _fetch(request, pk)
    entries = AuditEntry.objects.for_practice(request.practice).filter(contact_id=contact.pk)
    audit.record(request.actor, "view", contact, contact_id=contact.pk)
    return render(request, "contacts/history.html", {"contact": contact, "entries": entries[:HISTORY]})


@require_http_methods(["GET", "POST"])
def contact_new(request: PracticeRequest) -> HttpResponse:
    start_with = to_e164(request.POST.get("start_with", ""))
    data = request.POST if request.method == "POST" and not start_with else None
    form = ContactForm(data, staff=request.staff, start_with=start_with or "")
    if form.is_bound and form.is_valid():
        contact = records.create_contact(actor=request.actor, facts=form.facts())
        messages.success(request, f"{contact.display_name} is now a contact.")
        return redirect("contacts:record", contact.pk)
    return render(request, "contacts/form.html", {"form": form}, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
def contact_edit(request: PracticeRequest, pk: int) -> HttpResponse:
    contact = _fetch(request, pk)
    form = ContactForm(request.POST if request.method == "POST" else None, staff=request.staff, contact=contact)
    if form.is_bound and form.is_valid():
        records.update_contact(actor=request.actor, contact=contact, facts=form.facts())
        messages.success(request, "Saved.")
        return redirect("contacts:record", contact.pk)
    context = {"form": form, "contact": contact}
    return render(request, "contacts/form.html", context, status=422 if form.is_bound else 200)


@require_POST
def contact_tag(request: PracticeRequest, pk: int) -> HttpResponse:
    contact = _fetch(request, pk)
    try:
        tags.add_tag(actor=request.actor, contact=contact, name=request.POST.get("name", ""))
    except ValidationError as error:
        messages.error(request, error.messages[0])
    return _tags(request, pk)


@require_POST
def contact_untag(request: PracticeRequest, pk: int) -> HttpResponse:
    contact = _fetch(request, pk)
    tags.remove_tag(actor=request.actor, contact=contact, name=request.POST.get("name", ""))
    return _tags(request, pk)


def _tags(request: PracticeRequest, pk: int) -> HttpResponse:
    if request.htmx and not request.htmx.boosted:
        return render(request, "contacts/tags.html", {"contact": _fetch(request, pk)})
    return redirect("contacts:record", pk)
