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
from telephony.forms.phone_lab import LabCallForm, PhoneForm, found_phones, phones_of, unused_number
from telephony.models import Line
from telephony.rehearsal.copies import CopyCall, CopyResult, RehearsalFailed, rehearse_on_copy
from telephony.rehearsal.live import running
from telephony.rehearsal.live_calls import LiveCall, dialled, find_live_call, place_live_call
from telephony.rehearsal.telling import tell_all
from telephony.rehearsal.words import Behaviour
from telephony.route import Destination, Route
from telephony.routing import decide
from telephony.services.explain import Explanation, foresee
from telephony.services.preview import caller_of
from telephony.services.profile import load_profile


@dataclass(frozen=True)
class Prospect:
    """What would happen with the chosen call: its route in words, and a form for each phone that would ring."""

    line: Line
    contact: Contact | None
    route: Route
    why: Explanation
    phones: list[PhoneForm]

    def is_complete(self) -> bool:
        return all(form.is_valid() or not form.is_bound for form in self.phones)

    def behaviours(self) -> dict[Destination, Behaviour]:
        return {form.phone: form.behaviour() for form in self.phones}


@admin_required
@require_http_methods(["GET", "POST"])
def test_call(request: PracticeRequest) -> HttpResponse:
    if request.method == "GET":
        return _page(request, _form(request, None, initial=_initial(request)))
    form = _form(request, request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    prospect = look_ahead(request, form, request.POST)
    if prospect is None or not prospect.is_complete():
        return _page(request, form, prospect, status=422)
    return _rehearse(request, form, prospect) if form.is_copy else _place(request, form, prospect)


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
    context = _callers(request, request.POST.get("words", ""))
    return render(request, "telephony/lab/_callers.html", context)


@admin_required
@require_POST
def test_call_again(request: PracticeRequest, sid: str) -> HttpResponse:
    """The same caller, line and phones once more, with the settings as they are now."""
    call = live_call_or_404(request, sid)
    form = _form(request, call.choices)
    if not form.is_valid():
        return _page(request, form, status=422)
    prospect = look_ahead(request, form, call.choices)
    if prospect is None or not prospect.is_complete():
        return _page(request, form, prospect, status=422)
    return _place(request, form, prospect)


def live_call_or_404(request: PracticeRequest, sid: str) -> LiveCall:
    call = find_live_call(request.practice, sid)
    if call is None:
        raise Http404("This process knows no such test call.")
    return call


def _callers(request: PracticeRequest, words: str) -> dict[str, Any]:
    """Who is found, after the one who is chosen already."""
    asked = request.POST.get("phone", "")
    chosen = phones_of(request.staff).filter(pk=int(asked)).first() if asked.isdecimal() and len(asked) < 19 else None
    found = [phone for phone in found_phones(request.staff, words) if phone != chosen]
    return {"chosen": chosen, "found": [chosen, *found] if chosen else found}


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
    try:
        call = place_live_call(
            request.practice,
            line=prospect.line,
            caller=form.caller(),
            behaviours=prospect.behaviours(),
            choices=form.data,
        )
    except LookupError:
        form.add_error(None, "The Phone Lab is no longer this practice’s carrier. Nothing was called.")
        return _page(request, form, prospect, status=422)
    record(request.actor, "create", "telephony.test_call")
    return redirect("telephony:live_call", sid=call.sid)


def _rehearse(request: PracticeRequest, form: LabCallForm, prospect: Prospect) -> HttpResponse:
    """The whole call at once, on a virtual clock: the answer shows what happened above the form."""
    call = CopyCall(
        line=prospect.line,
        caller=form.caller(),
        contact=prospect.contact,
        at=form.moment(),
        manner=form.caller_manner(),
        behaviours=prospect.behaviours(),
    )
    try:
        result = rehearse_on_copy(request.practice, call)
    except RehearsalFailed as failed:
        form.add_error(None, str(failed))
        return _page(request, form, prospect, status=422)
    return _page(request, form, prospect, played=_told(call, result))


def _told(call: CopyCall, result: CopyResult) -> dict[str, Any]:
    labels = {dialled(phone): phone.label for phone in call.behaviours}
    rows = tell_all(result.facts, labels, result.route, call.line.name)
    return {"call": call, "result": result, "rows": rows}


def look_ahead(request: PracticeRequest, form: LabCallForm, data: Mapping[str, Any] | None) -> Prospect | None:
    """None in a practice without lines. What cannot be read yet is the first line and a new caller."""
    values = getattr(form, "cleaned_data", {})
    line = values.get("line") or form.initial.get("line") or Line.objects.for_practice(request.practice).first()
    if line is None:
        return None
    profile = load_profile(request.practice)
    number = form.caller()
    caller = caller_of(line, number)
    route = decide(profile, profile.lines[line.pk], caller)
    contact = Contact.objects.for_practice(request.practice).with_number(number).first() if number else None
    why = foresee(request.practice, profile, route, caller=caller, contact=contact, at=form.moment())
    return Prospect(line, contact, route, why, [_phone_form(phone, data) for phone in route.destinations])


def _phone_form(phone: Destination, data: Mapping[str, Any] | None) -> PhoneForm:
    """A phone that came up since the page was opened has not been asked about: it does not answer."""
    form = PhoneForm(data, phone=phone)
    asked = data is not None and form.add_prefix("does") in data
    return form if asked else PhoneForm(phone=phone)


def _page(
    request: PracticeRequest,
    form: LabCallForm,
    prospect: Prospect | None = None,
    *,
    played: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    prospect = prospect or look_ahead(request, form, form.data or None)
    record(request.actor, "list", "telephony.test_callers")
    context = {
        "form": form,
        "prospect": prospect,
        **_callers(request, ""),
        "is_live": form.is_live,
        "played": played,
    }
    return render(request, "telephony/lab/test_call.html", context, status=status)
