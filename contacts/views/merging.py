"""Choosing the record that stays, seeing what becomes of everything, merging, and undoing it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from aesthetix.audit import services as audit
from aesthetix.lib import clock
from aesthetix.practices.http import PracticeRequest
from aesthetix.web.http import wants_fragment
from aesthetix.web.undo import offer_undo
from contacts.merging.registry import counted
from contacts.merging.values import compare_values
from contacts.models import Contact, Merge
from contacts.services import merging as service
from contacts.views.record import fetch_contact

FOUND, MERGES = 10, 50
REFUSED = (service.CannotMerge, ValidationError)


@require_http_methods(["GET", "POST"])
def contact_merge(request: PracticeRequest, pk: int, other: int) -> HttpResponse:
    """`pk` stays, `other` becomes part of it."""
    keep, gone = fetch_contact(request, pk), fetch_contact(request, other)
    _require_right(request)
    if request.method == "GET":
        return _preview(request, keep, gone)
    try:
        merge = service.merge_contacts(
            actor=request.actor, keep=pk, other=other, choices=_choices(request), mark=request.POST.get("mark", "")
        )
    except Contact.DoesNotExist as error:
        raise Http404 from error
    except REFUSED as refused:
        return _refused(request, pk, other, refused)
    offer_undo(request, "The two records are one now.", reverse("contacts:merge_undo", args=[merge.pk]))
    return redirect("contacts:record", pk)


def _require_right(request: PracticeRequest) -> None:
    if not service.may_merge(request.staff):
        raise PermissionDenied("Merging needs access to all data. Ask a colleague who has it.")


def _choices(request: PracticeRequest) -> dict[str, str]:
    given = request.POST.items()
    return {name.removeprefix("v-"): str(choice) for name, choice in given if name.startswith("v-")}


def _refused(request: PracticeRequest, pk: int, other: int, refused: Exception) -> HttpResponse:
    """Shown anew, as the records read now; with the list where one of them is gone."""
    why = refused.messages[0] if isinstance(refused, ValidationError) else str(refused)
    rows = Contact.objects.for_staff(request.staff).filter(pk__in=[pk, other])
    if rows.count() < len({pk, other}):
        messages.error(request, why)
        return redirect("contacts:duplicates")
    return _preview(request, fetch_contact(request, pk), fetch_contact(request, other), why=why)


def _preview(request: PracticeRequest, keep: Contact, other: Contact, why: str = "") -> HttpResponse:
    for contact in (keep, other):
        audit.record(request.actor, "view", contact, contact_id=contact.pk)
    context: dict[str, Any] = {"keep": keep, "other": other, "why": why, "itself": keep == other}
    if keep != other:
        context |= {"comparison": compare_values(keep, other), "moving": counted(other)}
        context |= {"given": _choices(request), "days": service.UNDO_FOR.days}
    return render(request, "contacts/duplicates/preview.html", context, status=422 if why else 200)


@require_http_methods(["GET", "POST"])
def merge_pick(request: PracticeRequest, pk: int) -> HttpResponse:
    """With whom? Searching is a POST, as everywhere (docs/decisions/020)."""
    contact = fetch_contact(request, pk)
    _require_right(request)
    words = request.POST.get("q", "").strip()[:80]
    rows = Contact.objects.for_staff(request.staff).matching(words).exclude(pk=pk).recent()
    found = list(rows.prefetch_related("phones")[:FOUND]) if words else []
    context = {"contact": contact, "words": words, "found": found}
    template = "contacts/duplicates/pick_found.html" if wants_fragment(request) else "contacts/duplicates/pick.html"
    return render(request, template, context)


@require_GET
def merge_list(request: PracticeRequest) -> HttpResponse:
    """What was merged in the last 30 days."""
    _require_right(request)
    recent = Merge.objects.for_practice(request.practice).filter(at__gt=clock.now() - service.UNDO_FOR)
    merges = list(recent.defer("journal").order_by("-id")[:MERGES])
    people = Contact.objects.for_practice(request.practice).prefetch_related("phones")
    names = {one.pk: one for one in people.filter(pk__in=[merge.survivor_id for merge in merges])}
    rows = [(merge, names.get(merge.survivor_id), service.why_not_undo(merge)) for merge in merges]
    audit.record(request.actor, "list", "contacts.merge")
    return render(request, "contacts/duplicates/merged.html", {"rows": rows})


@require_POST
def merge_undo(request: PracticeRequest, pk: int) -> HttpResponse:
    """From a toast the page stays, and shows what it has then; from the list it goes to the record that is back."""
    _require_right(request)
    merge = get_object_or_404(Merge.objects.for_practice(request.practice), pk=pk)
    url = reverse("contacts:record", args=[merge.merged_id])
    try:
        service.undo_merge(actor=request.actor, merge=merge)
        messages.success(request, "Undone. They are two records again.")
    except (service.CannotUndo, service.CannotMerge) as refused:
        messages.error(request, str(refused))
        url = reverse("contacts:merges")
    return HttpResponse() if wants_fragment(request) else redirect(url)
