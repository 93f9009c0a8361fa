"""What every webhook of the carrier goes through: signed by the account, or 403 and nothing written."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any

from csp.decorators import csp_exempt
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseBase, HttpResponseForbidden
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from aesthetix.practices.models import Practice
from telephony.carriers.twilio.signature import verify
from telephony.models import CarrierAccount
from telephony.services.first_write import Arrival, find_arrival

XML, PLAIN = "text/xml", "text/plain"
FORMS = {"application/x-www-form-urlencoded", "multipart/form-data"}
LONGEST_NUMBER, LONGEST_ID = 6, 64  # digits, characters


@dataclass(frozen=True)
class Hook:
    """A verified webhook. `data` is the form as the carrier sent it, unknown parameters included."""

    request: HttpRequest
    practice: Practice
    data: Mapping[str, str]
    query: Mapping[str, str]
    arrival: Arrival | None = None

    def number(self, name: str) -> int:
        """A whole number from 0; 0 when it is missing. Raises MalformedWebhook for other text."""
        return whole_number(self.data.get(name) or "0", name)


class MalformedWebhook(ValueError):
    """Signed, but something that we cannot do without is missing or nonsense."""


def whole_number(text: str, name: str) -> int:
    if not text.isdecimal() or len(text) > LONGEST_NUMBER:
        raise MalformedWebhook(f"{name} is not a number.")
    return int(text)


Handler = Callable[[Hook], str]


def carrier_webhook(*required: str, by_line: bool = False) -> Callable[[Handler], Callable[..., HttpResponseBase]]:
    """Wrap a handler that returns TwiML. `required`: fields without which it answers 400 and changes nothing.
    `by_line`: a call to a number of ours, and one look-up brings line, practice, account and caller."""

    def decorate(handler: Handler) -> Callable[..., HttpResponseBase]:
        @csrf_exempt
        @csp_exempt()
        @login_not_required
        @require_POST
        @wraps(handler)
        def view(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            try:
                _check_form(request)
                hook = _open(request, by_line, {key: str(value) for key, value in kwargs.items()})
                if hook is None:
                    return HttpResponseForbidden("The signature is missing or wrong.", content_type=PLAIN)
                _check_fields(hook, required)
                return HttpResponse(handler(hook), content_type=XML)
            except MalformedWebhook as error:
                return HttpResponseBadRequest(str(error), content_type=PLAIN)

        return view

    return decorate


def _check_form(request: HttpRequest) -> None:
    """What could not even be looked at: PostgreSQL has no zero byte."""
    if request.body and request.content_type not in FORMS:
        raise MalformedWebhook("A webhook is a form.")
    if any("\0" in value for data in (request.POST, request.GET) for value in data.values()):
        raise MalformedWebhook("A field has a zero byte.")


def _check_fields(hook: Hook, required: tuple[str, ...]) -> None:
    if missing := [name for name in required if not hook.data.get(name)]:
        raise MalformedWebhook(f"Missing: {', '.join(missing)}.")
    ids = [(name, value) for name, value in hook.data.items() if name.endswith("Sid")]
    for name, value in [*ids, ("call", hook.query.get("call", ""))]:
        if len(value) > LONGEST_ID:
            raise MalformedWebhook(f"{name} is longer than {LONGEST_ID} characters.")


def _open(request: HttpRequest, by_line: bool, path: dict[str, str]) -> Hook | None:
    form = request.POST
    arrival = find_arrival(form.get("To", ""), form.get("From", "")) if by_line else None
    account = arrival.line.practice.carrier_account if arrival else _account(form.get("AccountSid", ""))
    if account is None or not verify(request, account.auth_token):
        return None
    query = {**request.GET.dict(), **path}
    return Hook(request, account.practice, form, query, arrival)


def _account(sid: str) -> CarrierAccount | None:
    return CarrierAccount.objects.select_related("practice").filter(account_sid=sid).first() if sid else None
