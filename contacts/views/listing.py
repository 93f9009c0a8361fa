"""The list of contacts: search, and more rows as one scrolls."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from aesthetix.audit import services as audit
from aesthetix.lib.phone import to_e164
from aesthetix.practices.http import PracticeRequest
from aesthetix.web.http import wants_fragment
from aesthetix.web.keyset import read_cursor, write_cursor
from contacts.models import Contact

PAGE = 50
COUNT_TO = 10_000


@require_http_methods(["GET", "POST"])
def contact_list(request: PracticeRequest) -> HttpResponse:
    """Searching is a POST: names and numbers must not stand in addresses, which logs and histories keep."""
    words = request.POST.get("q", "").strip()[:80]
    cursor = read_cursor(request.POST.get("after", ""))
    found = Contact.objects.for_staff(request.staff).matching(words)
    rows = list(found.recent(cursor).select_related("assigned_to__user").prefetch_related("phones", "tags")[: PAGE + 1])
    context: dict[str, Any] = {"words": words, "rows": rows[:PAGE], "more": _more(rows)}
    if cursor is not None:
        return render(request, "contacts/list_rows.html", context)
    audit.record(request.actor, "list", "contacts.contact")
    context["number"] = to_e164(words) if words and not rows else None
    context["count"] = found[: COUNT_TO + 1].count()
    context["count_to"] = COUNT_TO
    return render(request, "contacts/list_found.html" if wants_fragment(request) else "contacts/list.html", context)


def _more(rows: list[Contact]) -> str:
    """Where the next rows begin; empty at the end."""
    return write_cursor(rows[PAGE - 1].updated_at, rows[PAGE - 1].pk) if len(rows) > PAGE else ""
