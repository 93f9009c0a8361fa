"""The inbox: the list of conversations, and the one that is open beside it."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from aesthetix.audit import services as audit
from aesthetix.practices.http import PracticeRequest
from aesthetix.web.counts import counts_of
from aesthetix.web.http import wants_fragment
from aesthetix.web.keyset import read_cursor
from conversations import inbox as reading
from conversations.services.threads import mark_unread
from conversations.views.opening import Open, fetch_open, open_context


def _view_of(request: PracticeRequest) -> str:
    view = request.GET.get("view", "all")
    return view if view in reading.VIEWS else "all"


def _unread(request: PracticeRequest) -> Callable[[], int]:
    """For templates: asked with the other counts of the page."""
    counts = counts_of(request)
    counts.ask("inbox", reading.unread_threads(request.staff))
    return lambda: counts["inbox"]


def _list_context(request: PracticeRequest) -> dict[str, Any]:
    view = _view_of(request)
    rows, more = reading.rows_of(request.staff, view, read_cursor(request.GET.get("after", "")))
    return {"rows": rows, "more": more, "view": view, "unread": _unread(request)}


@require_GET
def inbox(request: PracticeRequest) -> HttpResponse:
    audit.record(request.actor, "list", "conversations.thread")
    return render(request, "conversations/inbox.html", _list_context(request))


@require_GET
def inbox_rows(request: PracticeRequest) -> HttpResponse:
    """More rows as one scrolls, and the first ones again when something happened."""
    audit.record(request.actor, "list", "conversations.thread")
    return render(request, "conversations/rows.html", _list_context(request))


@require_GET
def inbox_views(request: PracticeRequest) -> HttpResponse:
    context = {"view": _view_of(request), "unread": _unread(request)}
    return render(request, "conversations/views.html", context)


@require_GET
def inbox_badge(request: PracticeRequest) -> HttpResponse:
    return render(request, "web/parts/badge.html", {"count": _unread(request), "unit": "unread"})


@require_GET
def conversation(request: PracticeRequest, pk: int | None) -> HttpResponse:
    """One conversation (None: the callers who withheld their number); opening it reads it."""
    opened = fetch_open(request, pk)
    opened.read(request.actor)
    context = open_context(request, opened)
    if wants_fragment(request):
        return render(request, "conversations/opened.html", context | _own_row(request, opened))
    return render(request, "conversations/inbox.html", context | _list_context(request))


def _own_row(request: PracticeRequest, opened: Open) -> dict[str, Any]:
    """The row of the list and the counts change with the opening."""
    row = reading.row_of(request.staff, opened.thread) if opened.thread else None
    return {"row": row, "view": _view_of(request), "unread": _unread(request)}


@require_POST
def conversation_unread(request: PracticeRequest, pk: int | None) -> HttpResponse:
    """Back to the list: a conversation that stays open would be read again at once."""
    opened = fetch_open(request, pk)
    if opened.thread is not None:
        mark_unread(actor=request.actor, thread=opened.thread)
    return redirect("conversations:inbox")
