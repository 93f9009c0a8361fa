"""The builder: one vertical list of steps. Every change is a small form that works with and without htmx."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from aesthetix.practices.http import PracticeRequest, admin_required
from aesthetix.web.http import wants_fragment
from workflows import edits, walk
from workflows.builder import Page, step_form
from workflows.forms import SettingsForm
from workflows.models import Enrollment, Workflow
from workflows.services import drafts, publishing
from workflows.steps import KINDS
from workflows.triggers import BY_HAND, trigger_of
from workflows.validation import known_to

GONE = "That step is no longer there. Somebody else changed the workflow."


@admin_required
@require_GET
def workflow_builder(request: PracticeRequest, pk: int) -> HttpResponse:
    return _show(request, _fetch(request, pk), editing=request.GET.get("edit", ""))


@admin_required
@require_POST
def settings_save(request: PracticeRequest, pk: int) -> HttpResponse:
    workflow = _fetch(request, pk)
    by_hand = trigger_of(workflow.definition) == BY_HAND
    form = SettingsForm(request.POST, known=known_to(request.practice), by_hand=by_hand)
    if form.is_valid():
        try:
            drafts.save_settings(actor=request.actor, workflow=workflow, **form.settings())
        except drafts.NameTaken:
            form.add_error("name", "There is a workflow of this name.")
        else:
            messages.success(request, "Saved. It counts once the workflow is published.")
            return redirect("workflows:builder", pk)
    return _show(request, workflow, settings_form=form)


@admin_required
@require_POST
def step_add(request: PracticeRequest, pk: int) -> HttpResponse:
    workflow, kind = _fetch(request, pk), request.POST.get("kind", "")
    if kind not in KINDS:
        raise Http404
    parent, branch = request.POST.get("parent", ""), request.POST.get("branch", "")
    try:
        step_id = drafts.add_step(actor=request.actor, workflow=workflow, kind=kind, parent=parent, branch=branch)
    except edits.NoSuchStep:
        return _gone(request, workflow)
    except edits.TooLarge as refused:
        messages.error(request, str(refused))
        return _again(request, workflow)
    return _again(request, workflow, editing=step_id if KINDS[kind].new else "")


@admin_required
@require_http_methods(["GET", "POST"])
def step_edit(request: PracticeRequest, pk: int, step_id: str) -> HttpResponse:
    workflow = _fetch(request, pk)
    step = walk.find(workflow.definition.get("steps") or [], step_id)
    if step is None:
        return _gone(request, workflow)
    if request.method == "GET":
        return _show(request, workflow, editing=step_id)
    form = step_form(step, known_to(request.practice), request.POST)
    if form is None:
        raise Http404
    if not form.is_valid():
        return _show(request, workflow, editing=step_id, form=form)
    try:
        drafts.save_step(actor=request.actor, workflow=workflow, step_id=step_id, settings=form.settings())
    except edits.NoSuchStep:
        return _gone(request, workflow)
    return _again(request, workflow, focus_heading=True)


@admin_required
@require_POST
def step_move(request: PracticeRequest, pk: int, step_id: str) -> HttpResponse:
    workflow = _fetch(request, pk)
    up = request.POST.get("direction") == "up"
    try:
        drafts.move_step(actor=request.actor, workflow=workflow, step_id=step_id, up=up)
    except edits.NoSuchStep:
        return _gone(request, workflow)
    return _again(request, workflow, moved=step_id)


@admin_required
@require_POST
def step_delete(request: PracticeRequest, pk: int, step_id: str) -> HttpResponse:
    workflow = _fetch(request, pk)
    try:
        drafts.delete_step(actor=request.actor, workflow=workflow, step_id=step_id)
    except edits.NoSuchStep:
        return _gone(request, workflow)
    return _again(request, workflow, focus_heading=True)


@admin_required
@require_POST
def workflow_publish(request: PracticeRequest, pk: int) -> HttpResponse:
    workflow = _fetch(request, pk)
    try:
        version = publishing.publish_workflow(actor=request.actor, workflow=workflow)
    except publishing.NotPublishable:
        messages.error(request, "Not published. What is missing stands at the steps.")
        return _show(request, workflow, status=422)
    messages.success(request, f"“{workflow.name}” is on (version {version.number}).")
    return redirect("workflows:builder", pk)


@admin_required
@require_POST
def workflow_stop(request: PracticeRequest, pk: int) -> HttpResponse:
    workflow = _fetch(request, pk)
    ended = publishing.stop_workflow(
        actor=request.actor, workflow=workflow, stop_runs=request.POST.get("runs") == "stop"
    )
    messages.success(request, f"“{workflow.name}” is off." + (f" {ended} runs were ended." if ended else ""))
    return redirect("workflows:builder", pk)


@admin_required
@require_POST
def workflow_delete(request: PracticeRequest, pk: int) -> HttpResponse:
    workflow = _fetch(request, pk)
    try:
        drafts.delete_draft(actor=request.actor, workflow=workflow)
    except drafts.InUse:
        messages.error(request, "A workflow that was published is kept with its runs. Stop it instead.")
        return redirect("workflows:builder", pk)
    messages.success(request, f"“{workflow.name}” was deleted.")
    return redirect("workflows:list")


def _fetch(request: PracticeRequest, pk: int) -> Workflow:
    rows = Workflow.objects.for_practice(request.practice).select_related("published")
    workflow: Workflow = get_object_or_404(rows, pk=pk)
    return workflow


def _gone(request: PracticeRequest, workflow: Workflow) -> HttpResponse:
    messages.error(request, GONE)
    return _again(request, workflow)


def _again(request: PracticeRequest, workflow: Workflow, *, editing: str = "", **focus: Any) -> HttpResponse:
    """The list of steps after a change: as a fragment, or by a redirect. `focus`: where the focus goes
    when the button that had it is gone or disabled now (`focus_heading`, `moved`)."""
    if not wants_fragment(request):
        query = f"?edit={editing}#step-{editing}" if editing else "#steps"
        return redirect(reverse("workflows:builder", args=[workflow.pk]) + query)
    workflow.refresh_from_db()
    return _show(request, workflow, editing=editing, focus=focus)


def _show(
    request: PracticeRequest,
    workflow: Workflow,
    *,
    editing: str = "",
    form: Any = None,
    settings_form: SettingsForm | None = None,
    focus: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    page = Page(workflow, known_to(request.practice), editing=editing, form=form)
    active = Enrollment.objects.for_practice(request.practice).filter(
        version__workflow=workflow, state=Enrollment.State.ACTIVE
    )
    context = {
        "page": page,
        "workflow": workflow,
        "kinds": list(KINDS.values()),
        "under_way": active.count(),
        **(focus or {}),
        "settings_form": settings_form or page.settings_form(),
    }
    wrong = any(shown is not None and shown.errors for shown in (form, settings_form))
    template = "workflows/builder_fragment.html" if wants_fragment(request) else "workflows/builder.html"
    return render(request, template, context, status=422 if wrong else status)
