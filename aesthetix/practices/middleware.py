"""Puts the active practice, the staff member and the actor on every signed-in request."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from aesthetix.practices.accounts import memberships_of
from aesthetix.practices.actor import Actor
from aesthetix.practices.models import Staff, User

# Pages that need a person but no practice.
OPEN_PREFIXES = ("/accounts/", "/static/", "/twilio/", "/api/", "/healthz", "/readyz", "/practice/")


def active_staff(user: User) -> Staff | None:
    """The person's current place of work: the practice switched to last, else any that they belong to."""
    mine = memberships_of(user)
    chosen = (one for one in mine if one.practice_id == user.active_practice_id)
    return next(chosen, next(iter(mine), None))


class PracticeMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(OPEN_PREFIXES) or not request.user.is_authenticated:
            return self.get_response(request)
        staff = active_staff(request.user)
        if staff is None:
            return render(request, "practices/no_practice.html", status=403)
        if self._from_another_practice(request, staff):
            return render(request, "practices/switched.html", {"practice": staff.practice}, status=409)
        request.practice, request.staff = staff.practice, staff  # type: ignore[attr-defined]
        request.actor = Actor(practice=staff.practice, staff=staff, ip=request.META.get("REMOTE_ADDR"))  # type: ignore[attr-defined]
        return self.get_response(request)

    @staticmethod
    def _from_another_practice(request: HttpRequest, staff: Staff) -> bool:
        """A page that was opened before the person switched practice in another tab: its forms must not be
        saved here, and no other practice's patients may appear in it."""
        shown = request.headers.get("X-Practice") or ""
        return bool(shown) and shown != str(staff.practice_id)
