"""The fallback URL: the caller is answered even while the database is down.

Whenever a practice's configuration is compiled, the last known answer of each line goes into the cache
(with the key to check the signature, encrypted). No query is made here.
"""

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from aesthetix.lib import crypto
from telephony import answers
from telephony.carriers.twilio.signature import verify
from telephony.carriers.twilio.twiml import Dial, VoiceResponse
from telephony.models import CarrierAccount
from telephony.profile import Caller, PhoneProfile
from telephony.routing import decide
from telephony.webhooks.base import XML

SORRY = "We are sorry, we cannot take your call at the moment. Call again in a few minutes."


def remember_routes(account: CarrierAccount, profile: PhoneProfile) -> None:
    """Keep each line's answer to an unknown caller for the day on which the database is away."""
    token = crypto.encrypt(account.auth_token)
    plans = {f"fallback:{line.number}": (token, _plan(profile, line.id)) for line in profile.lines.values()}
    cache.set_many(plans, timeout=None)


def _plan(profile: PhoneProfile, line_id: int) -> str:
    route = decide(profile, profile.lines[line_id], Caller())
    response = VoiceResponse()
    if route.destinations:
        dial = Dial(action=answers.url("dial"), timeout=route.timeout)
        for phone in route.destinations:
            (dial.client if phone.kind == "client" else dial.number)(phone.address)
        response.append(dial)
    response.say(SORRY)
    return str(response)


@csrf_exempt
@login_not_required
@require_POST
def fallback(request: HttpRequest) -> HttpResponse:
    """Twilio comes here when one of our answers failed; ErrorUrl says which."""
    token, plan = cache.get(f"fallback:{request.POST.get('To', '')}") or ("", "")
    if token and not verify(request, crypto.decrypt(token)):
        return HttpResponseForbidden("The signature is missing or wrong.", content_type="text/plain")
    first_answer_failed = answers.url("inbound") in request.POST.get("ErrorUrl", "")
    document = plan if plan and first_answer_failed else answers.say_and_hang_up(SORRY)
    return HttpResponse(document, content_type=XML)
