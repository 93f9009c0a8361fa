"""A test call while it lasts: what happens, the caller's buttons, the caller's handset."""

from typing import Any
from zlib import crc32

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_GET, require_POST

from aesthetix.audit.services import record
from aesthetix.lib import clock
from aesthetix.practices.http import PracticeRequest, admin_required
from aesthetix.web.http import wants_fragment
from telephony.carriers.lab.log import Entry
from telephony.forms.phone_lab import KeyForm, ReplyForm, VoicemailForm
from telephony.models import Call
from telephony.rehearsal.live_calls import LiveCall
from telephony.rehearsal.telling import Fact, tell_all
from telephony.services.after_miss import history_of
from telephony.services.call_story import outcome_in_words
from telephony.thread_kinds import CallCard
from telephony.views.phone_lab import live_call_or_404

QUIET_SECONDS = 8  # so long after the last fact nothing more is expected
WAKE = "lab:news"


@admin_required
@require_GET
def live_call(request: PracticeRequest, sid: str) -> HttpResponse:
    return _page(request, live_call_or_404(request, sid))


@admin_required
@require_GET
def live_call_news(request: PracticeRequest, sid: str) -> HttpResponse:
    """The lines since `after`, and those parts of the page that changed since `told`."""
    call = live_call_or_404(request, sid)
    row = _row(call)
    parts, told = _parts(call, row), request.GET.get("told", "").split("-")
    changed = {name: html for name, html in parts.items() if _mark(html) not in told}
    return render(request, "telephony/lab/_news.html", {**_news(request, call, row, parts), "changed": changed})


@admin_required
@require_POST
def live_call_hang_up(request: PracticeRequest, sid: str) -> HttpResponseBase:
    call = live_call_or_404(request, sid)
    call.call.hang_up()
    return _acted(request, call)


@admin_required
@require_POST
def live_call_voicemail(request: PracticeRequest, sid: str) -> HttpResponseBase:
    call = live_call_or_404(request, sid)
    form = VoicemailForm(request.POST)
    if form.is_valid():
        call.call.leave_voicemail(form.cleaned_data["seconds"])
    return _acted(request, call, voicemail_form=form)


@admin_required
@require_POST
def live_call_key(request: PracticeRequest, sid: str) -> HttpResponseBase:
    call = live_call_or_404(request, sid)
    form = KeyForm(request.POST)
    if form.is_valid():
        call.call.press(form.cleaned_data["key"])
    return _acted(request, call, key_form=form)


@admin_required
@require_POST
def live_call_reply(request: PracticeRequest, sid: str) -> HttpResponseBase:
    """The patient answers from their handset."""
    call = live_call_or_404(request, sid)
    if not call.caller:
        raise Http404("A withheld number has no handset.")
    form = ReplyForm(request.POST)
    if form.is_valid():
        try:
            call.reply(form.cleaned_data["body"])
        except LookupError:
            form.add_error("body", "This line is no longer yours, so nothing was sent. Place a new test call.")
        else:
            form = ReplyForm()
    return _answer(request, call, "telephony/lab/_reply.html", reply_form=form)


def _acted(request: PracticeRequest, call: LiveCall, **forms: Any) -> HttpResponseBase:
    forms = {"voicemail_form": VoicemailForm(), "key_form": KeyForm()} | forms
    return _answer(request, call, "telephony/lab/_controls.html", **forms)


def _answer(request: PracticeRequest, call: LiveCall, template: str, **forms: Any) -> HttpResponseBase:
    """The form again, with what is wrong with it; the log is told to look at once."""
    status = 422 if any(form.errors for form in forms.values()) else 200
    if not wants_fragment(request):
        return _page(request, call, status, **forms) if status == 422 else redirect("telephony:live_call", sid=call.sid)
    answer = render(request, template, {"call": call, **forms}, status=status)
    answer["HX-Trigger-After-Settle"] = WAKE
    return answer


def _page(request: PracticeRequest, call: LiveCall, status: int = 200, **forms: Any) -> HttpResponse:
    row = _row(call)
    record(request.actor, "view", row or "telephony.test_call", contact_id=row.contact_id if row else None)
    forms = {"voicemail_form": VoicemailForm(), "key_form": KeyForm(), "reply_form": ReplyForm()} | forms
    parts = _parts(call, row)
    context = {**_news(request, call, row, parts), **forms, "parts": parts}
    return render(request, "telephony/lab/call.html", context, status=status)


def _row(call: LiveCall) -> Call | None:
    found = Call.objects.for_practice(call.practice_id).filter(sid=call.sid)
    row: Call | None = found.select_related("line", "contact", "practice", "answered_by__user").first()
    return row


def _news(request: PracticeRequest, call: LiveCall, row: Call | None, parts: dict[str, str]) -> dict[str, Any]:
    after = request.GET.get("after", "")
    entries = call.entries(int(after) if after.isdecimal() else 0)
    facts = [_fact(call, entry) for entry in entries]
    route = row.decision if row and row.route else None
    rows = tell_all(facts, call.labels, route, call.line.name)
    last = entries[-1].number if entries else int(after or 0)
    return {
        "call": call,
        "rows": rows,
        "after": last,
        "aloud": [one.line.text for one in rows if one.line.aloud],
        "waiting": _waiting(call, row),
        "marks": "-".join(_mark(html) for html in parts.values()),
    }


def _fact(call: LiveCall, entry: Entry) -> Fact:
    offset = (entry.at - call.call.leg.created_at).total_seconds()
    return Fact(offset, entry.kind, entry.text, entry.data)


def _waiting(call: LiveCall, row: Call | None) -> bool:
    """Whether more is to be expected: the call lasts, or something happened a moment ago."""
    if not call.call.finished:
        return True
    happened = [entry.at for entry in call.entries(0)]
    quiet = (clock.now() - max(happened)).total_seconds() if happened else 0.0
    return quiet < QUIET_SECONDS


def _parts(call: LiveCall, row: Call | None) -> dict[str, str]:
    """What changes while the call lasts: the content of the elements `lab-state`, `lab-outcome` and `lab-texts`."""
    context = {"call": call, "texts": call.handset(), "practice": row.practice if row else None, **_outcome(call, row)}
    names = ("state", "outcome", "texts") if call.caller else ("state", "outcome")
    return {name: render_to_string(f"telephony/lab/_{name}.html", context) for name in names}


def _outcome(call: LiveCall, row: Call | None) -> dict[str, Any]:
    """What became of the call, once it is over and decided."""
    if not call.call.finished or row is None or row.outcome == Call.Outcome.PENDING:
        return {}
    missed = row.outcome in (Call.Outcome.MISSED, Call.Outcome.DROPPED)
    return {
        "row": row,
        "outcome": outcome_in_words(row),
        "history": history_of(row) if missed else [],
        "links": CallCard(row, None).links,
    }


def _mark(html: str) -> str:
    return f"{crc32(html.encode()):08x}"
