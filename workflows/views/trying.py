"""Test on a patient: shows what the draft would do, sends nothing."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods

from aesthetix.audit.services import record
from aesthetix.practices.http import PracticeRequest, admin_required
from contacts.models import Contact
from telephony.models import Line
from workflows.models import Workflow
from workflows.services.preview import try_out

MOST = 10


@admin_required
@require_http_methods(["GET", "POST"])
def workflow_test(request: PracticeRequest, pk: int) -> HttpResponse:
    """A POST with words finds contacts, one with a contact plays the draft for them: names and numbers
    must not stand in addresses, which logs and histories keep."""
    workflow = get_object_or_404(Workflow.objects.for_practice(request.practice), pk=pk)
    lines = Line.objects.for_practice(request.practice)
    line = lines.filter(pk=_number(request.POST.get("line"))).first() or lines.first()
    context: dict[str, Any] = {"workflow": workflow, "lines": lines, "line": line}
    words = request.POST.get("q", "").strip()[:80]
    if chosen := _number(request.POST.get("contact")):
        contact = get_object_or_404(Contact.objects.for_staff(request.staff), pk=chosen)
        context |= {
            "contact": contact,
            "found": try_out(actor=request.actor, workflow=workflow, contact=contact, line=line),
        }
    elif words:
        record(request.actor, "list", "contacts.contact")
        context |= {"words": words, "contacts": list(Contact.objects.for_staff(request.staff).matching(words)[:MOST])}
    return render(request, "workflows/test.html", context)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 19 else None
