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

from aesthetix.lib.sql import fetch_one
from aesthetix.practices.models import Practice
from telephony.carriers.twilio.signature import verify
from telephony.models import CarrierAccount, Line

XML = "text/xml"
LARGEST = 10**6


@dataclass(frozen=True)
class Hook:
    """A verified webhook. `data` is the form as the carrier sent it, unknown parameters included."""

    request: HttpRequest
    practice: Practice
    data: Mapping[str, str]
    query: Mapping[str, str]
    line: Line | None = None

    def number(self, name: str) -> int:
        """A whole number from 0; 0 when it is missing. Raises MalformedWebhook for other text."""
        text = self.data.get(name) or "0"
        if not text.isdecimal() or int(text) > LARGEST:
            raise MalformedWebhook(f"{name} is not a number.")
        return int(text)


class MalformedWebhook(ValueError):
    """Signed, but something that we cannot do without is missing or nonsense."""


Handler = Callable[[Hook], str]


def carrier_webhook(*required: str, by_line: bool = False) -> Callable[[Handler], Callable[..., HttpResponseBase]]:
    """Wrap a handler that returns TwiML. `required`: fields without which it answers 400 and changes nothing.
    `by_line`: the webhook is about a number of ours, and one look-up brings line, practice and account."""

    def decorate(handler: Handler) -> Callable[..., HttpResponseBase]:
        @csrf_exempt
        @csp_exempt()
        @login_not_required
        @require_POST
        @wraps(handler)
        def view(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            hook = _open(request, by_line, {key: str(value) for key, value in kwargs.items()})
            if hook is None:
                return HttpResponseForbidden("The signature is missing or wrong.", content_type="text/plain")
            missing = [name for name in required if not hook.data.get(name)]
            if missing:
                return HttpResponseBadRequest(f"Missing: {', '.join(missing)}.", content_type="text/plain")
            try:
                return HttpResponse(handler(hook), content_type=XML)
            except MalformedWebhook as error:
                return HttpResponseBadRequest(str(error), content_type="text/plain")

        return view

    return decorate


def _open(request: HttpRequest, by_line: bool, path: dict[str, str]) -> Hook | None:
    if any("\0" in value for value in request.POST.values()):
        return None  # no carrier sends it, and PostgreSQL cannot even look for it
    line = line_of(request.POST.get("To", "")) if by_line else None
    account = line.practice.carrier_account if line else _account(request.POST.get("AccountSid", ""))
    if account is None or not verify(request, account.auth_token):
        return None
    query = {**request.GET.dict(), **path}
    return Hook(request, account.practice, request.POST, query, line)


_VERSION = """
SELECT v.version FROM telephony_line l JOIN telephony_voicesettings v ON v.practice_id = l.practice_id
WHERE l.number = %s"""
_lines: dict[str, tuple[int, Line]] = {}


def line_of(number: str) -> Line | None:
    """The line with its practice, carrier account and voice settings, in one small statement.

    The rows themselves are read again when their practice's configuration has a new version.
    """
    row = fetch_one(_VERSION, (number,))
    version, line = _lines.get(number, (None, None))
    if row is None or line is None or version != row[0]:
        line = _read_line(number)
        if row and line:
            _lines[number] = (row[0], line)
    return line


def _read_line(number: str) -> Line | None:
    related = ("practice__voice_settings__greeting", "practice__carrier_account")
    found = Line.objects.across_practices().filter(number=number, practice__carrier_account__isnull=False)
    line: Line | None = found.select_related(*related).first()
    return line


def _account(sid: str) -> CarrierAccount | None:
    return CarrierAccount.objects.select_related("practice").filter(account_sid=sid).first() if sid else None
