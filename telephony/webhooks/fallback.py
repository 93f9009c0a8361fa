"""The fallback URL: the caller is answered even while the database is down. No query is made here."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.utils.html import escape
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from telephony import answers
from telephony.carriers.twilio.signature import verify
from telephony.models.settings import DEFAULT_WHISPER
from telephony.services import last_known
from telephony.webhooks.base import XML


@csrf_exempt
@login_not_required
@require_POST
def fallback(request: HttpRequest) -> HttpResponse:
    """Twilio comes here when one of our answers failed; ErrorUrl says which."""
    token, plan = last_known.recall(request.POST.get("To", ""))
    if token and not verify(request, token):
        return HttpResponseForbidden("The signature is missing or wrong.", content_type="text/plain")
    first_answer_failed = answers.url("inbound") in request.POST.get("ErrorUrl", "")
    document = plan if plan and first_answer_failed else answers.say_and_hang_up(last_known.SORRY)
    shown = answers.shown_number(request.POST.get("From", ""), request.POST.get("To", ""))
    return HttpResponse(document.replace(answers.ANY_CALLER, escape(shown)), content_type=XML)


@csrf_exempt
@login_not_required
@require_POST
def fallback_whisper(request: HttpRequest) -> HttpResponse:
    """Call Connect without the database: a mailbox that picks up presses no key and counts as nobody."""
    token, _ = last_known.recall(request.GET.get("line", ""))
    if not token or not verify(request, token):
        return HttpResponseForbidden("The signature is missing or wrong.", content_type="text/plain")
    pressed = bool(request.POST.get("Digits"))
    again = answers.url("fallback_whisper", line=request.GET["line"])
    document = answers.nothing() if pressed else answers.ask_for_key(DEFAULT_WHISPER, again)
    return HttpResponse(document, content_type=XML)
