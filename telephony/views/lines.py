"""Settings → Phone Numbers: the list, a new line, Edit Configuration with its live preview."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from aesthetix.audit.services import record
from aesthetix.lib.stale import add_stale
from aesthetix.practices.http import PracticeRequest, admin_required
from aesthetix.web.forms import add_errors
from telephony.forms.lines import CallerForm, LineForm, NewLineForm
from telephony.models import Line, NumberPool
from telephony.profile import PhoneProfile
from telephony.services.explain import explain_trace, foresee, line_warnings
from telephony.services.lines import MAX_RING_MEMBERS, add_line, check_line, configure_line
from telephony.services.profile import load_profile, person_config, voice_settings
from telephony.services.unsaved import drops, profile_with, route_of


@admin_required
@require_GET
def line_list(request: PracticeRequest) -> HttpResponse:
    profile = load_profile(request.practice)
    lines = Line.objects.for_practice(request.practice).select_related("pool")
    rows = [(line, explain_trace(route_of(profile, line.pk), line.name)) for line in lines]
    pools = NumberPool.objects.for_practice(request.practice).prefetch_related("lines")
    return render(request, "telephony/line_list.html", {"rows": rows, "pools": pools})


@admin_required
@require_http_methods(["GET", "POST"])
def line_add(request: PracticeRequest) -> HttpResponse:
    form = NewLineForm(request.POST or None)
    if form.is_valid():
        try:
            line = add_line(actor=request.actor, **form.cleaned_data)
        except ValidationError as refused:
            add_errors(form, refused)
        else:
            messages.success(request, f"{line.name} is added. Say who it rings.")
            return redirect("telephony:line_edit", pk=line.pk)
    return render(request, "telephony/line_add.html", {"form": form}, status=422 if form.errors else 200)


@admin_required
@require_http_methods(["GET", "POST"])
def line_edit(request: PracticeRequest, pk: int) -> HttpResponse:
    line = _line(request, pk)
    title = line.name
    form = LineForm(request.POST or None, request.FILES or None, instance=line)
    if request.method == "GET":
        record(request.actor, "list", "telephony.preview_callers")
        return _page(request, form, title)
    add_stale(form)
    would_drop = form.is_valid() and _cuts_off(form) and "drop_confirmed" not in request.POST
    if form.is_valid() and not would_drop and _save(request, form):
        messages.success(request, f"Saved. Calls to {line.name} follow it from now on.")
        return redirect("telephony:line_edit", pk=pk)
    return _page(request, form, title, would_drop=would_drop, status=422)


@admin_required
@require_POST
def line_preview(request: PracticeRequest, pk: int) -> HttpResponse:
    """The panel for unsaved values. It saves nothing; what cannot be saved yet is said in it."""
    form = LineForm(request.POST, instance=_line(request, pk))
    problems: list[str] = [str(error) for errors in form.errors.values() for error in errors]
    if not problems:
        try:
            check_line(load_profile(request.practice), form.instance, form.chosen_members())
        except ValidationError as refused:
            problems = refused.messages
    context = _preview(request, form, CallerForm(request.POST, staff=request.staff))
    return render(request, "telephony/_line_preview.html", context | {"problems": problems})


def _line(request: PracticeRequest, pk: int) -> Line:
    lines = Line.objects.for_practice(request.practice).select_related("practice", "pool", "greeting")
    line: Line = get_object_or_404(lines, pk=pk)
    return line


def _save(request: PracticeRequest, form: LineForm) -> bool:
    try:
        configure_line(
            actor=request.actor, line=form.instance, ring_members=form.chosen_members(), **form.greeting_change()
        )
    except ValidationError as refused:
        add_errors(form, refused)
        return False
    return True


def _cuts_off(form: LineForm) -> bool:
    profile = _unsaved(form)
    return drops(profile, profile.lines[form.instance.pk])


def _unsaved(form: LineForm) -> PhoneProfile:
    members = form.chosen_members() if form.is_bound else list(form.instance.ring_members.filter(left_at=None))
    return profile_with(form.instance, members)


def _page(
    request: PracticeRequest, form: LineForm, title: str, *, would_drop: bool = False, status: int = 200
) -> HttpResponse:
    context = _preview(
        request, form, CallerForm(request.POST if "caller" in request.POST else None, staff=request.staff)
    )
    context |= {
        "form": form,
        "title": title,
        "would_drop": would_drop,
        "people": _people(form),
        "max_members": MAX_RING_MEMBERS,
        "settings": voice_settings(request.practice),
    }
    return render(request, "telephony/line_edit.html", context, status=status)


def _preview(request: PracticeRequest, form: LineForm, caller_form: CallerForm) -> dict[str, Any]:
    profile, line = _unsaved(form), form.instance
    caller, contact, at = caller_form.chosen()
    route = route_of(profile, line.pk, caller)
    config = profile.lines[line.pk]
    return {
        "line": line,
        "caller_form": caller_form,
        "why": foresee(request.practice, profile, route, caller=caller, contact=contact, at=at),
        "warnings": line_warnings(config),
        "ring_count": len(config.ring_all),
        "max_members": MAX_RING_MEMBERS,
    }


def _people(form: LineForm) -> list[dict[str, Any]]:
    """The rows of Ring Incoming Calls to Selected Users, each with the phones that it would ring."""
    if "ring_members" not in form.fields:
        return []
    rows = []
    for option in form["ring_members"]:
        staff = option.data["value"].instance
        reached, missing = person_config(staff).ring_all_phones()
        labels = [phone.label.partition(", ")[2] for phone in reached]
        rows.append({"option": option, "staff": staff, "phones": " and ".join(labels), "gaps": missing})
    return rows
