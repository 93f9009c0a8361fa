"""Puts the active practice, the staff member and the actor on every signed-in request."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render

from aesthetix.practices.actor import Actor
from aesthetix.practices.models import Staff
from aesthetix.practices.services.sessions import note_use
from aesthetix.practices.standing import Standing, standing_of

# What no signed-in person is asked for.
NO_PERSON = ("/static/", "/twilio/", "/api/", "/healthz", "/readyz", "/live/healthz")
# Pages that need a person but no practice.
OPEN_PREFIXES = ("/accounts/", "/practice/")


class ClientAddressMiddleware:
    """Behind a proxy of ours the address is the last one that it wrote; what a client wrote stands before it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        forwarded = request.headers.get("X-Forwarded-For", "") if settings.BEHIND_PROXY else ""
        if forwarded:
            request.META["REMOTE_ADDR"] = forwarded.rpartition(",")[2].strip()
        return self.get_response(request)


class SignInRequiredMiddleware(LoginRequiredMiddleware):
    def handle_no_permission(  # type: ignore[override]
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponse:
        return signed_out(request)


class PracticeMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(NO_PERSON) or not request.user.is_authenticated:
            return self.get_response(request)
        standing = standing_of(request.user, request.session.seen_at)  # type: ignore[attr-defined]
        if standing is not None and standing.is_idle:
            return self._log_off(request)
        if standing is not None:
            note_use(request, standing)
        if request.path.startswith(OPEN_PREFIXES):
            return self.get_response(request)
        if standing is None:
            return render(request, "practices/no_practice.html", status=403)
        return self._refused(request, standing) or self._let_in(request, standing.staff)

    def _log_off(self, request: HttpRequest) -> HttpResponse:
        """Nobody did anything for so long that the desk may be empty, also where no page is left that says so."""
        logout(request)
        return self.get_response(request) if request.path.startswith(OPEN_PREFIXES) else signed_out(request, idle=True)

    def _refused(self, request: HttpRequest, standing: Standing) -> HttpResponse | None:
        if standing.needs_second_factor:
            return _elsewhere(request, "practices:second_factor")
        if self._from_another_practice(request, standing.staff):
            return render(request, "practices/switched.html", {"practice": standing.staff.practice}, status=409)
        return None

    def _let_in(self, request: HttpRequest, staff: Staff) -> HttpResponse:
        request.practice, request.staff = staff.practice, staff  # type: ignore[attr-defined]
        request.actor = Actor(practice=staff.practice, staff=staff, ip=request.META.get("REMOTE_ADDR"))  # type: ignore[attr-defined]
        return self.get_response(request)

    @staticmethod
    def _from_another_practice(request: HttpRequest, staff: Staff) -> bool:
        """A page that was opened before the person switched practice in another tab: its forms must not be
        saved here, and no other practice's patients may appear in it."""
        shown = request.headers.get("X-Practice") or ""
        return bool(shown) and shown != str(staff.practice_id)


def signed_out(request: HttpRequest, *, idle: bool = False) -> HttpResponse:
    """To sign in, and back. A page that asks for a piece of itself is told 401: it keeps what is typed in it."""
    if request.headers.get("HX-Request") or request.headers.get("Accept") == "text/event-stream":
        return HttpResponse(status=401)
    target = redirect_to_login(_way_back(request))
    return redirect(f"{target.url}&idle=1") if idle else target


def _way_back(request: HttpRequest) -> str:
    """After a form one comes back to the page that it stood on."""
    if request.method in {"GET", "HEAD"}:
        return request.get_full_path()
    page = urlsplit(request.headers.get("Referer", ""))
    return page.path if page.netloc == request.get_host() else "/"


def _elsewhere(request: HttpRequest, name: str) -> HttpResponse:
    target = redirect(name)
    return HttpResponse(headers={"HX-Redirect": target.url}) if request.headers.get("HX-Request") else target
