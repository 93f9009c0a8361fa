"""The carrier's own door: webhooks go straight to their view.

Everything else in MIDDLEWARE serves browsers: sessions, sign-in, CSRF, content security policy. A webhook
has none of these; it has a signature, and its view checks that. This door saves a quarter of the
webhook's time, and nothing that browsers need can get in the carrier's way.
"""

from collections.abc import Callable

from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseNotFound
from django.urls import Resolver404, resolve

PREFIX = "/twilio/"


class CarrierDoor:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(PREFIX):
            return self.get_response(request)
        try:
            match = resolve(request.path_info[len(PREFIX) - 1 :], urlconf="telephony.webhooks.urls")
        except Resolver404:
            return HttpResponseNotFound("No such webhook.", content_type="text/plain")
        try:
            response: HttpResponse = match.func(request, *match.args, **match.kwargs)
        except Http404:
            return HttpResponseNotFound("Nothing of ours has this id.", content_type="text/plain")
        except SuspiciousOperation:
            return HttpResponseBadRequest("The form is too large or cannot be read.", content_type="text/plain")
        return response
