"""The practice's tasks: mine, all, overdue, those with a date."""

import datetime as dt
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from aesthetix.audit import services as audit
from aesthetix.lib import clock
from aesthetix.practices.http import PracticeRequest
from aesthetix.practices.models import Staff
from aesthetix.web.counts import counts_of
from aesthetix.web.http import wants_fragment
from aesthetix.web.keyset import read_cursor, write_cursor
from contacts.models import Task
from contacts.models.tasks import NEVER, TaskQuerySet

PAGE = 50
VIEWS = {"mine": "Mine", "all": "All", "overdue": "Overdue", "due": "By due date"}


@require_GET
def task_list(request: PracticeRequest) -> HttpResponse:
    view = request.GET.get("view", "mine")
    view = view if view in VIEWS else "mine"
    rows = _rows(request.staff, view, request.GET.get("after", ""))
    more = write_cursor(rows[PAGE - 1].due_moment, rows[PAGE - 1].pk) if len(rows) > PAGE else ""
    audit.record(request.actor, "list", "contacts.task")
    context = {"view": view, "views": VIEWS, "tasks": rows[:PAGE], "more": more}
    template = "contacts/tasks/page_rows.html" if wants_fragment(request) else "contacts/tasks/page.html"
    return render(request, template, context)


@require_GET
def task_badge(request: PracticeRequest) -> HttpResponse:
    counts = counts_of(request)
    counts.ask("tasks", due_today(request.staff))
    return render(request, "web/parts/badge.html", {"count": counts["tasks"], "unit": "due"})


def due_today(staff: Staff) -> TaskQuerySet:
    """One's own that are overdue or due before midnight."""
    today = clock.now().astimezone(staff.practice.tz).date()
    end = dt.datetime.combine(today + dt.timedelta(days=1), dt.time.min, staff.practice.tz)
    mine: TaskQuerySet = Task.objects.for_staff(staff).open().filter(assignee=staff, due_moment__lte=end)
    return mine


def _rows(staff: Staff, view: str, after: str) -> list[Task]:
    narrow: dict[str, dict[str, Any]] = {
        "mine": {"assignee": staff},
        "overdue": {"due_moment__lte": clock.now()},
        "due": {"due_moment__lt": NEVER},
    }
    rows = Task.objects.for_staff(staff).open().filter(**narrow.get(view, {}))
    if cursor := read_cursor(after):
        at, pk = cursor
        rows = rows.filter(due_moment=at, id__gt=pk) | rows.filter(due_moment__gt=at)
    return list(rows.select_related("contact", "assignee__user").prefetch_related("contact__phones")[: PAGE + 1])
