"""Account → Security: password, second factor, and the devices on which one is signed in."""

from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from aesthetix.practices.http import PracticeRequest
from aesthetix.practices.models import User
from aesthetix.practices.services.sessions import device_of, end_session, end_sessions, sessions_of
from aesthetix.practices.standing import standing_of


@dataclass(frozen=True)
class Device:
    row: UserSession
    here: bool

    @property
    def device(self) -> str:
        return device_of(self.row.user_agent)


@require_GET
def security(request: PracticeRequest) -> HttpResponse:
    factors = list(Authenticator.objects.filter(user=request.user).order_by("id"))
    kinds = {factor.type: factor for factor in factors}
    codes = kinds.get(Authenticator.Type.RECOVERY_CODES)
    context = {
        "app": kinds.get(Authenticator.Type.TOTP),
        "passkeys": [factor for factor in factors if factor.type == Authenticator.Type.WEBAUTHN],
        "codes_left": len(codes.wrap().get_unused_codes()) if codes else None,
        "sessions": _devices(request),
    }
    return render(request, "practices/security.html", context)


def _devices(request: PracticeRequest) -> list[Device]:
    """This one first."""
    here = request.session.session_key
    found = [Device(row, row.session_key == here) for row in sessions_of(request.user)]
    return sorted(found, key=lambda one: not one.here)


@require_POST
def session_end(request: PracticeRequest, pk: int) -> HttpResponse:
    if not end_session(user=request.user, pk=pk):
        raise Http404
    messages.success(request, "That device is signed out.")
    return redirect("practices:security")


@require_POST
def sessions_end(request: PracticeRequest) -> HttpResponse:
    end_sessions(user=request.user, except_key=request.session.session_key)
    messages.success(request, "You are signed out everywhere else.")
    return redirect("practices:security")


@require_GET
def second_factor(request: HttpRequest) -> HttpResponse:
    """Where one is led whose practice asks for a second factor; nothing else opens until there is one."""
    assert isinstance(request.user, User)
    standing = standing_of(request.user, request.session.seen_at)  # type: ignore[attr-defined]
    if standing is None or not standing.needs_second_factor:
        return redirect("web:home")
    return render(request, "practices/second_factor.html", {"practice": standing.staff.practice})
