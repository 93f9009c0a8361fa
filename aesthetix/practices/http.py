"""The request type that views receive once the practice middleware has run."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django_htmx.middleware import HtmxDetails

from aesthetix.practices.actor import Actor
from aesthetix.practices.models import Practice, Staff, User


class PracticeRequest(HttpRequest):
    user: User
    practice: Practice
    staff: Staff
    actor: Actor
    htmx: HtmxDetails


View = Callable[..., HttpResponseBase]


def admin_required(view: View) -> View:
    """403 for staff who are not practice admins."""

    @wraps(view)
    def guarded(request: PracticeRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.staff.is_admin:
            raise PermissionDenied("Only practice admins can open this page.")
        return view(request, *args, **kwargs)

    return guarded
