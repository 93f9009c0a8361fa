"""The list of workflows, and new ones."""

import datetime as dt
from dataclasses import dataclass

from django.contrib import messages
from django.db.models import Count, Max, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from aesthetix.lib import clock
from aesthetix.practices.http import PracticeRequest, admin_required
from workflows.builder import trigger_sentence
from workflows.forms import NewForm
from workflows.models import Enrollment, Workflow
from workflows.services import drafts
from workflows.steps import Known
from workflows.validation import known_to

RECENT = dt.timedelta(days=7)


@dataclass(frozen=True)
class Line:
    """A workflow in the list. Counts are of the runs of the last week that this person may see."""

    workflow: Workflow
    sentence: str
    last_run: dt.datetime | None
    ran: int
    skipped: int
    failed: int


@require_GET
def workflow_list(request: PracticeRequest) -> HttpResponse:
    known = known_to(request.practice)
    counts = _counts(request)
    workflows = Workflow.objects.for_practice(request.practice).select_related("published")
    rows = [_line(workflow, known, counts.get(workflow.pk, {})) for workflow in workflows]
    return render(request, "workflows/list.html", {"rows": rows})


@admin_required
@require_http_methods(["GET", "POST"])
def workflow_new(request: PracticeRequest) -> HttpResponse:
    form = NewForm(request.POST or None)
    if form.is_valid():
        try:
            workflow = drafts.create_workflow(actor=request.actor, **form.cleaned_data)
        except drafts.NameTaken:
            form.add_error("name", "There is a workflow of this name.")
        else:
            messages.success(request, "Draft created. It does nothing until it is published.")
            return redirect("workflows:builder", workflow.pk)
    return render(request, "workflows/new.html", {"form": form}, status=422 if form.errors else 200)


def _counts(request: PracticeRequest) -> dict[int, dict[str, object]]:
    State = Enrollment.State
    recent = Enrollment.objects.for_staff(request.staff).filter(started_at__gte=clock.now() - RECENT)
    rows = recent.values("version__workflow").annotate(
        last=Max("started_at"),
        ran=Count("pk", filter=~Q(state=State.SKIPPED)),
        skipped=Count("pk", filter=Q(state=State.SKIPPED)),
        failed=Count("pk", filter=Q(state=State.FAILED)),
    )
    return {row["version__workflow"]: row for row in rows}


def _line(workflow: Workflow, known: Known, counts: dict[str, object]) -> Line:
    shown = workflow.published.definition if workflow.published else workflow.definition
    number = {name: int(str(counts.get(name, 0))) for name in ("ran", "skipped", "failed")}
    last = counts.get("last")
    return Line(workflow, trigger_sentence(shown, known), last if isinstance(last, dt.datetime) else None, **number)
