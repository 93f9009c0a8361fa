"""A patient's whole record as a file: what will be in it, then the job."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from aesthetix.practices.http import PracticeRequest
from contacts.services.data_request import require_export, start_data_request
from contacts.views.record import fetch_contact


@require_http_methods(["GET", "POST"])
def data_request(request: PracticeRequest, pk: int) -> HttpResponse:
    contact = fetch_contact(request, pk)
    require_export(request.actor)
    if request.method == "POST":
        return redirect("contacts:job", start_data_request(actor=request.actor, contact=contact).pk)
    return render(request, "contacts/data_request.html", {"contact": contact})
