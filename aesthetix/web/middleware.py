"""What every page's answer carries: no copy of it in any cache, and the toasts of what just happened."""

from collections.abc import Callable

from django.contrib.messages import get_messages
from django.core.exceptions import BadRequest
from django.db import DataError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers

from aesthetix.web.errors import bad_request
from aesthetix.web.http import wants_fragment


class PageMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        # Pages show patient data: neither the browser's cache nor a proxy may keep them.
        response.headers.setdefault("Cache-Control", "private, no-store")
        patch_vary_headers(response, ["HX-Request", "HX-Boosted"])
        if isinstance(response, HttpResponse) and self._may_carry_toasts(request, response):
            response.write(render_to_string("web/parts/toasts_oob.html", {"messages": get_messages(request)}, request))
        return response

    def process_view(self, request: HttpRequest, *_: object) -> None:
        """A zero byte is nothing that anybody types, and PostgreSQL fails at it."""
        if any("\0" in text for text in (request.path, *request.GET.values(), *request.POST.values())):
            raise BadRequest("There is a zero byte in the request.")

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A number that no column can hold, in an address or a form, is bad input and no failure of ours."""
        if isinstance(exception, OverflowError | DataError):
            return bad_request(request, exception)
        return None

    @staticmethod
    def _may_carry_toasts(request: HttpRequest, response: HttpResponse) -> bool:
        html = response.headers.get("Content-Type", "").startswith("text/html")
        follows_up = response.status_code in {200, 422} and "HX-Redirect" not in response.headers
        return html and follows_up and wants_fragment(request) and bool(len(get_messages(request)))
