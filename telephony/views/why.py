"""“Why did it ring there?”: the route of a call as it was decided then, and what came of it."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from aesthetix.audit.services import record
from aesthetix.practices.http import PracticeRequest
from telephony.models import Call, Recording
from telephony.services.access import calls_for
from telephony.services.after_miss import history_of
from telephony.services.call_story import legs_of, outcome_in_words
from telephony.services.explain import explain_trace
from telephony.thread_kinds import CallCard


@require_GET
def call_why(request: PracticeRequest, pk: int) -> HttpResponse:
    call = get_object_or_404(calls_for(request.staff).select_related("line", "contact", "answered_by__user"), pk=pk)
    record(request.actor, "view", call, contact_id=call.contact_id)
    route = call.decision if call.route else None
    line_name = call.line.name if call.line else ""
    context = {
        "call": call,
        "why": explain_trace(route, line_name, fixes=request.staff.is_admin) if route else None,
        "route": route,
        "legs": legs_of(call, route),
        "outcome": outcome_in_words(call),
        "history": history_of(call) if call.outcome in (Call.Outcome.MISSED, Call.Outcome.DROPPED) else [],
        "links": CallCard(call, None).links,
        "recordings": call.recordings.filter(state=Recording.State.STORED),
    }
    return render(request, "telephony/call_why.html", context)
