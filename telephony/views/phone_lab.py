"""Settings → Test call: choose the call, see whose phones would ring, place it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from aesthetix.audit.services import record
from aesthetix.practices.http import PracticeRequest, admin_required
from contacts.models import Contact
from telephony.forms.phone_lab import LabCallForm, PhoneForm, found_phones, unused_number
from telephony.models import Line
from telephony.rehearsal.live import running
from telephony.rehearsal.live_calls import LiveCall, find_live_call, place_live_call
from telephony.route import Destination, Route
from telephony.routing import decide
from telephony.services.explain import Explanation, foresee
from telephony.services.preview import caller_of
from telephony.services.profile import load_profile


@dataclass(frozen=True)
class Prospect:
    """What would happen with the chosen call: its route in words, and a form for each phone that would ring."""

    line: Line
    route: Route
    why: Explanation
    phones: list[PhoneForm]


@admin_required
@require_http_methods(["GET", "POST"])
def test_call(request: PracticeRequest) -> HttpResponse:
    if request.method == "GET":
        return _page(request, _form(request, None, initial=_initial(request)))
    form = _form(request, request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    prospect = look_ahead(request, form, request.POST)
    if prospect is None or not all(phone.is_valid() or not phone.is_bound for phone in prospect.phones):
        return _page(request, form, prospect, status=422)
    return _place(request, form, prospect)


@admin_required
@require_POST
def test_call_phones(request: PracticeRequest) -> HttpResponse:
    """The phones that would ring, and why, for what is chosen so far. It places no call."""
    form = _form(request, request.POST)
    form.full_clean()
    prospect = look_ahead(request, form, request.POST)
    return render(request, "telephony/lab/_ahead.html", {"prospect": prospect, "form": form})


@admin_required
@require_POST
def test_call_callers(request: PracticeRequest) -> HttpResponse:
    """Contacts to choose a caller from."""
    record(request.actor, "list", "telephony.test_callers")
    phones = found_phones(request.staff, request.POST.get("words", ""))
    return render(request, "telephony/lab/_callers.html", {"phones": phones, "chosen": request.POST.get("phone", "")})


@admin_required
@require_POST
def test_call_again(request: PracticeRequest, sid: str) -> HttpResponse:
    """The same caller, line and phones once more, with the settings as they are now."""
    call = live_call_or_404(request, sid)
    form = _form(request, call.choices)
    if not form.is_valid():
        return _page(request, form, status=422)
    prospect = look_ahead(request, form, call.choices)
    return _place(request, form, prospect) if prospect else _page(request, form, status=422)


def live_call_or_404(request: PracticeRequest, sid: str) -> LiveCall:
    call = find_live_call(request.practice, sid)
    if call is None:
        raise Http404("This process knows no such test call.")
    return call


def _form(request: PracticeRequest, data: Mapping[str, Any] | None, **kwargs: Any) -> LabCallForm:
    live = running()
    is_live = live is not None and live.account_of(request.practice) is not None
    return LabCallForm(data, staff=request.staff, is_live=is_live, **kwargs)


def _initial(request: PracticeRequest) -> dict[str, Any]:
    """The line that the page was opened for; another practice's or none at all is not found."""
    initial: dict[str, Any] = {"new_number": unused_number(load_profile(request.practice), request.staff)}
    asked = request.GET.get("line")
    if asked is not None:
        pk = int(asked) if asked.isdecimal() and len(asked) < 19 else 0
        initial["line"] = get_object_or_404(Line.objects.for_practice(request.practice), pk=pk)
    return initial


def _place(request: PracticeRequest, form: LabCallForm, prospect: Prospect) -> HttpResponse:
    behaviours = {phone.phone: phone.behaviour() for phone in prospect.phones}
    call = place_live_call(
        request.practice, line=prospect.line, caller=form.caller(), behaviours=behaviours, choices=form.data
    )
    record(request.actor, "create", "telephony.test_call")
    return redirect("telephony:live_call", sid=call.sid)


def look_ahead(request: PracticeRequest, form: LabCallForm, data: Mapping[str, Any] | None) -> Prospect | None:
    """None in a practice without lines. What cannot be read yet is the first line and a new caller."""
    values = getattr(form, "cleaned_data", {})
    line = values.get("line") or form.initial.get("line") or Line.objects.for_practice(request.practice).first()
    if line is None:
        return None
    profile = load_profile(request.practice)
    number = form.caller() if values.get("who") else form.initial.get("new_number", "")
    caller = caller_of(line, number)
    route = decide(profile, profile.lines[line.pk], caller)
    contact = Contact.objects.for_practice(request.practice).with_number(number).first() if number else None
    why = foresee(request.practice, profile, route, caller=caller, contact=contact, at=form.moment())
    return Prospect(line, route, why, [_phone_form(phone, data) for phone in route.destinations])


def _phone_form(phone: Destination, data: Mapping[str, Any] | None) -> PhoneForm:
    """A phone that came up since the page was opened has not been asked about: it does not answer."""
    form = PhoneForm(data, phone=phone)
    asked = data is not None and form.add_prefix("does") in data
    return form if asked else PhoneForm(phone=phone)


def _page(
    request: PracticeRequest, form: LabCallForm, prospect: Prospect | None = None, status: int = 200
) -> HttpResponse:
    prospect = prospect or look_ahead(request, form, form.data or None)
    record(request.actor, "list", "telephony.test_callers")
    mode: Any = form.fields["mode"]
    context = {
        "form": form,
        "prospect": prospect,
        "phones": found_phones(request.staff, ""),
        "is_live": len(mode.choices) > 1,
    }
    return render(request, "telephony/lab/test_call.html", context, status=status)
