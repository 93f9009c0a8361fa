"""Who saw, changed, heard and downloaded what of this record."""

from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from aesthetix.audit.models import AuditEntry
from aesthetix.practices.http import PracticeRequest
from aesthetix.web.audit_log import older_than
from aesthetix.web.audit_words import about_one
from aesthetix.web.keyset import read_cursor, write_cursor
from contacts.merging.following import ids_of
from contacts.models import Contact
from contacts.panels import Tool

PAGE = 50


def _draw(request: PracticeRequest, contact: Contact) -> SafeString:
    context: dict[str, Any] = {"contact": contact, "first": not request.GET.get("before")}
    rows = AuditEntry.objects.for_practice(request.practice).filter(contact_id__in=ids_of(contact))
    page = list(older_than(rows.order_by("-at", "-id"), read_cursor(request.GET.get("before", "")))[: PAGE + 1])
    context["entries"] = about_one(request.practice, page[:PAGE])
    if len(page) > PAGE:
        context["more"] = write_cursor(page[PAGE - 1].at, page[PAGE - 1].pk)
    return render_to_string("contacts/history.html", context, request)


HISTORY = Tool("history", "History", "history", 60, _draw)
