"""What a load balancer asks. `/healthz`: this process answers. `/readyz`: it can do its work."""

import datetime as dt
from collections.abc import Callable

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError

from aesthetix.celery import app
from aesthetix.events.due import WorkQueue
from aesthetix.lib import clock

# Due rows older than this mean that nobody sweeps: no worker, no beat, or far too much work.
LATE = dt.timedelta(minutes=2)


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "cannot be reached"
    return "ok"


def _broker() -> str:
    try:
        with app.connection_for_write() as broker:
            broker.ensure_connection(max_retries=1, timeout=2)
    except OperationalError:
        return "cannot be reached"
    return "ok"


def _sweeper() -> str:
    before = clock.now() - LATE
    try:
        late = [
            name
            for name, queue in WorkQueue.registry.items()
            if queue.model.objects.across_practices().filter(due_at__lt=before).exists()
        ]
    except DatabaseError:
        return "unknown"
    return f"late: {', '.join(sorted(late))}" if late else "ok"


CHECKS: dict[str, Callable[[], str]] = {"database": _database, "broker": _broker, "sweeper": _sweeper}


@require_safe
@never_cache
@login_not_required
def healthz(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
@login_not_required
def readyz(request: HttpRequest) -> JsonResponse:
    """503 when a call could not be answered (no database). A lost broker or a late sweeper is shown but
    does not take the node out: calls are answered from the database, and work waits in due rows."""
    report = {name: check() for name, check in CHECKS.items()}
    return JsonResponse(report, status=200 if report["database"] == "ok" else 503)
