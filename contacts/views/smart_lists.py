"""Keeping a list under a name, changing and deleting it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from aesthetix.practices.http import PracticeRequest
from contacts.filters import Listing
from contacts.models import Contact, SmartList
from contacts.services import smart_lists as service
from contacts.views.listing import COUNT_TO


class KeepForm(forms.Form):
    name = forms.CharField(max_length=60, label="Name of the list")
    shared = forms.BooleanField(required=False, label="Share with everybody in the practice")
    query = forms.CharField(required=False, widget=forms.HiddenInput)


@require_http_methods(["GET", "POST"])
def list_keep(request: PracticeRequest) -> HttpResponse:
    """The filters come along as `query`, read again here: nothing else can be kept."""
    given: dict[str, Any] = {"query": request.GET.urlencode()}
    form = KeepForm(request.POST) if request.method == "POST" else KeepForm(initial=given)
    if form.is_valid():
        try:
            kept = _keep(request, form.cleaned_data)
        except ValidationError as error:
            form.add_error("name", error)
        else:
            messages.success(request, f"{kept.name} is kept.")
            return redirect("contacts:kept_list", kept.pk)
    listing = Listing.read(QueryDict(form["query"].value() or ""), request.staff)
    context = {"form": form, "chips": listing.chips(), "back": listing.query}
    return render(request, "contacts/list_keep.html", context, status=422 if form.errors else 200)


def _keep(request: PracticeRequest, given: dict[str, Any]) -> SmartList:
    query = Listing.read(QueryDict(given["query"]), request.staff).kept
    return service.keep_list(
        staff=request.staff, actor=request.actor, name=given["name"], query=query, shared=given["shared"]
    )


@require_POST
def list_change(request: PracticeRequest, pk: int) -> HttpResponse:
    """From now on the list shows what the address shows."""
    kept = _fetch(request, pk)
    query = Listing.read(QueryDict(request.POST.get("query", "")), request.staff).kept
    try:
        service.change_list(staff=request.staff, actor=request.actor, kept=kept, query=query)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, f"{kept.name} is changed.")
    return redirect("contacts:kept_list", kept.pk)


@require_POST
def list_delete(request: PracticeRequest, pk: int) -> HttpResponse:
    kept = _fetch(request, pk)
    service.delete_list(staff=request.staff, actor=request.actor, kept=kept)
    messages.success(request, f"The list {kept.name} is deleted. The contacts in it stay.")
    return redirect("contacts:list")


@require_GET
def list_counts(request: PracticeRequest) -> HttpResponse:
    """How many are in each list, for the tabs; up to COUNT_TO each."""
    counts = [(kept, _count(request, kept)) for kept in service.lists_of(request.staff)]
    return render(request, "contacts/list_counts.html", {"counts": counts, "count_to": COUNT_TO})


def _count(request: PracticeRequest, kept: SmartList) -> int:
    rows = Listing.read(QueryDict(kept.query), request.staff).narrow(Contact.objects.for_staff(request.staff))
    return rows[: COUNT_TO + 1].count()


def _fetch(request: PracticeRequest, pk: int) -> SmartList:
    kept: SmartList = get_object_or_404(service.lists_of(request.staff), pk=pk)
    return kept
