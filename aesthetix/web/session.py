"""What open pages ask about their session (how long until the log-off), and tell of it: that somebody works."""

from django.contrib.auth import logout
from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.views.decorators.http import require_http_methods, require_POST

from aesthetix.practices.http import PracticeRequest
from aesthetix.practices.standing import standing_of


@require_http_methods(["GET", "POST"])
def session(request: PracticeRequest) -> HttpResponse:
    """A POST says that a person did something; a GET only looks. `left` in seconds, null where there is no log-off."""
    standing = standing_of(request.user, request.session.seen_at)  # type: ignore[attr-defined]
    left = standing.left if standing else None
    told = {"left": left.total_seconds() if left is not None else None, "staff": request.staff.pk}
    return JsonResponse(told | {"csrf": get_token(request)})


@require_POST
def session_end(request: PracticeRequest) -> HttpResponse:
    logout(request)
    return HttpResponse(status=204)
