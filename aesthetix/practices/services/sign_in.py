"""What follows from signing in and out, from a new password and from a changed second factor."""

from typing import Any

from allauth.account import signals as account_signals
from allauth.mfa import signals as factor_signals
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.http import HttpRequest

from aesthetix.audit.services import record
from aesthetix.practices.actor import Actor
from aesthetix.practices.models import Staff, User
from aesthetix.practices.services.sessions import end_sessions, note_sign_in


def listen() -> None:
    user_logged_in.connect(_signed_in)
    user_logged_out.connect(_signed_out)
    for changed in (account_signals.password_changed, account_signals.password_set):
        changed.connect(_password_changed)
    account_signals.password_reset.connect(_password_reset)
    factor_signals.authenticator_added.connect(_factor_added)
    factor_signals.authenticator_reset.connect(_factor_added)
    factor_signals.authenticator_removed.connect(_factor_removed)


def _signed_in(request: HttpRequest, user: User, **_: Any) -> None:
    if request.session.session_key:
        note_sign_in(request, user)


def _signed_out(request: HttpRequest, **_: Any) -> None:
    if request.session.session_key:
        UserSession.objects.filter(session_key=request.session.session_key).delete()


def _password_changed(request: HttpRequest, user: User, **_: Any) -> None:
    end_sessions(user=user, except_key=request.session.session_key)
    _audit(request, user, {"password": ["", "changed"]})


def _password_reset(request: HttpRequest, user: User, **_: Any) -> None:
    end_sessions(user=user)
    _audit(request, user, {"password": ["", "reset by mail"]})


def _factor_added(request: HttpRequest, user: User, authenticator: Authenticator, **_: Any) -> None:
    _audit(request, user, {"second_factor": ["", authenticator.get_type_display()]})


def _factor_removed(request: HttpRequest, user: User, authenticator: Authenticator, **_: Any) -> None:
    _audit(request, user, {"second_factor": [authenticator.get_type_display(), ""]})


def _audit(request: HttpRequest, user: User, changes: dict[str, Any]) -> None:
    """In every practice where the person works: each of them gives access to its patients."""
    for member in Staff.objects.across_practices().filter(user=user, left_at=None).select_related("practice", "user"):
        actor = Actor(practice=member.practice, staff=member, ip=request.META.get("REMOTE_ADDR"))
        record(actor, "change", member, changes=changes)
