"""An address of a record that was merged leads to the one that it is part of now."""

import re
from collections.abc import Callable

from django.contrib import messages
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from aesthetix.practices.models import Staff
from aesthetix.web.errors import error_page
from aesthetix.web.http import wants_fragment
from contacts.merging.following import survivor_of
from contacts.models import Contact

_OF_A_RECORD = re.compile(r"^/(contacts|inbox)/(\d{1,18})/")


class MergedRecords:
    """Asks nothing unless a page was not found, or a row was written to a record that is gone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        found = _OF_A_RECORD.match(request.path) if isinstance(exception, Http404 | IntegrityError) else None
        staff: Staff | None = getattr(request, "staff", None)
        survivor = survivor_of(staff.practice, int(found[2])) if found and staff else None
        if survivor is None or staff is None or not Contact.objects.for_staff(staff).filter(pk=survivor.pk).exists():
            return None
        return _led_to(request, survivor)


def _led_to(request: HttpRequest, survivor: Contact) -> HttpResponse:
    """Reading goes on there, with the same words in the address. What was to be written was meant for another
    record: it is not saved, and stays in its form."""
    if request.method not in ("GET", "HEAD"):
        text = (
            f"This record became part of {survivor.display_name} meanwhile. Nothing was saved. Open it and try again."
        )
        return error_page(request, 409, "This record was merged", text)
    url = _OF_A_RECORD.sub(rf"/\g<1>/{survivor.pk}/", request.get_full_path())
    if wants_fragment(request):
        return HttpResponse(headers={"HX-Redirect": reverse("contacts:record", args=[survivor.pk])})
    messages.info(request, f"This record became part of {survivor.display_name}.")
    return HttpResponseRedirect(url)
