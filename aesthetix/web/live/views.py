"""The address of the live stream. It runs under ASGI only: in a thread it would never let go of it."""

from django.contrib.auth.decorators import login_not_required
from django.core.handlers.asgi import ASGIRequest
from django.db import connections
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.views.decorators.http import require_GET

from aesthetix.practices.http import PracticeRequest
from aesthetix.web.live.stream import Listener, stream


@require_GET
def live(request: PracticeRequest) -> HttpResponse | StreamingHttpResponse:
    """204 tells a browser not to try again, where pages run without an ASGI server beside them."""
    if not isinstance(request, ASGIRequest):
        return HttpResponse(status=204)
    last = request.headers.get("Last-Event-ID") or request.GET.get("last", "")
    who = Listener(
        staff_id=request.staff.pk,
        practice_id=request.practice.pk,
        session_key=request.session.session_key or "",
        last_id=int(last) if last.isdecimal() and len(last) < 19 else None,
    )
    # The stream asks through the hub: this thread's own connection would stay open for nothing.
    connections.close_all()
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingHttpResponse(stream(who), content_type="text/event-stream", headers=headers)


@login_not_required
@require_GET
def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok", content_type="text/plain")
