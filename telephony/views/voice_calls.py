"""Advanced Settings → Voice Calls, and the Call & Voicemail Settings card of Business Profile."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from aesthetix.audit.services import record
from aesthetix.lib.stale import add_stale
from aesthetix.practices.http import PracticeRequest, admin_required
from aesthetix.practices.models import Practice
from aesthetix.practices.views.business_profile import profile_page
from aesthetix.web.forms import add_errors
from telephony.forms.lines import LineCallerForm
from telephony.forms.voice import SENTENCES, CallSettingsForm, SwitchesForm
from telephony.models import StaffCallSettings
from telephony.profile import Switches
from telephony.route import Result, Route
from telephony.services.after_miss import handlers_of
from telephony.services.explain import foresee
from telephony.services.profile import load_profile, voice_settings
from telephony.services.unsaved import dropping_lines, route_of
from telephony.services.voice_settings import set_call_settings, set_switches


@admin_required
@require_http_methods(["GET", "POST"])
def voice_calls(request: PracticeRequest) -> HttpResponse:
    stored = voice_settings(request.practice)
    form = SwitchesForm(request.POST if request.method == "POST" else None, initial=_switch_values(stored))
    record(request.actor, "list", "telephony.preview_callers")
    if request.method == "GET":
        return _switches_page(request, form)
    add_stale(form)
    if form.errors:
        return _switches_page(request, form, status=422)
    switches = form.switches()
    newly = _newly_dropping(request, switches)
    if newly and "drop_confirmed" not in request.POST:
        return _switches_page(request, form, newly=newly, status=422)
    try:
        set_switches(actor=request.actor, switches=switches)
    except ValidationError as refused:
        add_errors(form, refused)
        return _switches_page(request, form, status=422)
    messages.success(request, "Saved. The next call follows it.")
    return redirect("telephony:voice_calls")


@admin_required
@require_POST
def voice_calls_preview(request: PracticeRequest) -> HttpResponse:
    context = _consequences(request, SwitchesForm(request.POST).switches())
    return render(request, "telephony/_switches_preview.html", context)


@admin_required
@require_POST
def call_settings_save(request: PracticeRequest) -> HttpResponse:
    form = CallSettingsForm(request.POST, request.FILES)
    if form.is_valid():
        values = {name: form.cleaned_data[name] for name in ("incoming_timeout", "text_back_toggle")}
        try:
            set_call_settings(actor=request.actor, **values, **form.greeting_change())
        except ValidationError as refused:
            add_errors(form, refused)
        else:
            messages.success(request, "Call settings saved.")
            return redirect("practices:business_profile")
    return profile_page(request, given={"calls": {"form": form}}, status=422)


def call_settings_panel(request: PracticeRequest, practice: Practice) -> dict[str, Any]:
    stored = voice_settings(practice)
    initial = {"incoming_timeout": stored.incoming_timeout, "text_back_toggle": stored.text_back_toggle}
    own = StaffCallSettings.objects.filter(staff__practice=practice, staff__left_at=None, greeting__isnull=False)
    return {
        "form": CallSettingsForm(initial=initial),
        "greeting": stored.greeting,
        "own_greetings": own.count(),
        "handlers": handlers_of(practice),
    }


def _switches_page(request: PracticeRequest, form: SwitchesForm, newly: Any = (), status: int = 200) -> HttpResponse:
    switches = form.switches() if form.is_bound else Switches(**form.initial)
    rules = [(form[name], sentence) for name, sentence in SENTENCES.items()]
    context = {"form": form, "newly_dropping": newly, "rules": rules} | _consequences(request, switches)
    return render(request, "telephony/voice_calls.html", context, status=status)


def _consequences(request: PracticeRequest, switches: Switches) -> dict[str, Any]:
    """What every line would do with somebody new, and the whole trace of a chosen line and caller."""
    profile = replace(load_profile(request.practice), switches=switches)
    rows = [(line, _in_short(route_of(profile, line.id))) for line in profile.lines.values()]
    context = {"rows": rows, "dropping": dropping_lines(profile, switches)}
    if not rows:
        return context
    picker = LineCallerForm(request.POST if "caller" in request.POST else None, staff=request.staff, profile=profile)
    caller, contact, at = picker.chosen()
    route = route_of(profile, picker.chosen_line(), caller)
    why = foresee(request.practice, profile, route, caller=caller, contact=contact, at=at)
    return context | {"caller_form": picker, "why": why}


def _in_short(route: Route) -> str:
    """The sentence of the rule that matched, or nothing for a dropped call."""
    if route.result is Result.DROP:
        return ""
    return next(rule.why.removeprefix("Yes. ") for rule in route.trace if rule.number == route.rule)


def _newly_dropping(request: PracticeRequest, switches: Switches) -> list[Any]:
    profile = load_profile(request.practice)
    before = {line.id for line in dropping_lines(profile, profile.switches)}
    return [line for line in dropping_lines(profile, switches) if line.id not in before]


def _switch_values(stored: Any) -> dict[str, bool]:
    return {name: getattr(stored, name) for name in SENTENCES}
