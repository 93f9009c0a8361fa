"""Runs of a workflow, and why a call did or did not get a text."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from aesthetix.audit import services as audit
from aesthetix.practices.http import PracticeRequest
from aesthetix.web.http import wants_fragment
from contacts.models import Contact
from telephony.services.access import calls_for
from workflows.models import Enrollment, Workflow
from workflows.services.why import explain_call

PAGE = 50


@require_GET
def workflow_runs(request: PracticeRequest, pk: int) -> HttpResponse:
    """Newest first, 50 a page. Everybody sees the runs of the contacts that they may see."""
    workflow = get_object_or_404(Workflow.objects.for_practice(request.practice), pk=pk)
    state, contact = request.GET.get("state", ""), _contact(request)
    runs = Enrollment.objects.for_staff(request.staff).filter(version__workflow=workflow)
    if state in Enrollment.State.values:
        runs = runs.filter(state=state)
    if contact is not None:
        runs = runs.filter(contact=contact)
    rows = list(_page(request, runs).with_story().newest_first()[: PAGE + 1])
    context: dict[str, Any] = {
        "workflow": workflow,
        "rows": rows[:PAGE],
        "older": rows[PAGE - 1].pk if len(rows) > PAGE else None,
        "state": state,
        "states": Enrollment.State.choices,
        "contact": contact,
    }
    audit.record(request.actor, "list", "workflows.enrollment", contact_id=contact.pk if contact else None)
    return render(request, "workflows/runs.html", context)


@require_GET
def why_call(request: PracticeRequest, call_id: int) -> HttpResponse:
    """Why was (no) text sent for this call: answer, runs, gate verdicts, delivery."""
    call = get_object_or_404(calls_for(request.staff).select_related("contact", "line"), pk=call_id)
    audit.record(request.actor, "view", call, contact_id=call.contact_id)
    template = "workflows/_why.html" if wants_fragment(request) else "workflows/why.html"
    return render(request, template, {"call": call, "story": explain_call(call)})


def _contact(request: PracticeRequest) -> Contact | None:
    wanted = request.GET.get("contact", "")
    if not wanted:
        return None
    if not wanted.isdecimal() or len(wanted) > 18:
        raise Http404
    contact: Contact = get_object_or_404(Contact.objects.for_staff(request.staff), pk=int(wanted))
    return contact


def _page(request: PracticeRequest, runs: Any) -> Any:
    """The runs older than the one that `before` names, which must be one of them."""
    before = request.GET.get("before", "")
    if not before.isdecimal() or len(before) > 18:
        return runs
    last = runs.filter(pk=int(before)).first()
    return runs.older_than(last) if last else runs.none()
