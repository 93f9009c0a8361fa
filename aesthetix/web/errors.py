"""The pages for what went wrong: what, why, and what to do next."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from aesthetix.web.http import wants_fragment


def error_page(request: HttpRequest, status: int, title: str, text: str) -> HttpResponse:
    """A whole page, or for a piece of a page a toast that says the same."""
    context: dict[str, Any] = {"status": status, "title": title, "text": text}
    if wants_fragment(request):
        response = render(request, "web/errors/toast.html", context, status=status)
        response["HX-Retarget"], response["HX-Reswap"] = "#toasts", "beforeend"
        return response
    base = "web/base.html" if hasattr(request, "staff") else "web/base_entrance.html"
    return render(request, "web/errors/page.html", context | {"base": base}, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, 400, "This request could not be read", "Go back and try again.")


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    text = str(exception) or "Your role in this practice does not include this page."
    return error_page(request, 403, "You cannot open this", text)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    text = "It may have been moved or deleted, or it belongs to another practice or another person’s patients."
    return error_page(request, 404, "There is nothing at this address", text)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    text = "Your sign-in changed since this page was opened. Nothing was saved. Reload the page and try again."
    return error_page(request, 403, "This page is out of date", text)


def server_error(request: HttpRequest) -> HttpResponse:
    """Asks nothing of the database or the session: they may be what failed."""
    return render(None, "web/errors/500.html", status=500)
