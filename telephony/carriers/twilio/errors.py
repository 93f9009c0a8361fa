"""What went wrong at Twilio, in our three errors.

The question that matters is never "which error" but "may it have been done": a POST that was sent and
got no answer, or a 5xx, may have been carried out (Twilio has no idempotency key for calls and
messages), so it is unknown. Everything that is safe to repeat (GET, DELETE) is temporary.
"""

import json
from collections.abc import Mapping

import requests
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError, ProxyError

from telephony.carriers.base import ProviderPermanent, ProviderTemporary, ProviderUnknown

ProviderError = ProviderPermanent | ProviderTemporary | ProviderUnknown

_NOT_SENT = (
    requests.exceptions.ConnectTimeout,
    requests.exceptions.SSLError,
    requests.exceptions.ProxyError,
    requests.exceptions.InvalidURL,
)
# Refused before anything happened, and likely to be accepted later: seconds to wait.
_RETRY_LATER = {"20429": 2.0, "21611": 600.0, "22005": 60.0}

# https://www.twilio.com/docs/api/errors, in the words that staff read at the call or the text.
REASONS = {
    "20003": "Twilio refused the account SID or the auth token. Check them in Settings → Carrier.",
    "20005": "The Twilio account is not active.",
    "20404": "Twilio does not know this call, number or recording.",
    "21201": "There is no number to call.",
    "21210": "The calling number does not belong to the Twilio account.",
    "21211": "This is not a telephone number.",
    "21212": "The calling number is not valid.",
    "21213": "There is no calling number.",
    "21214": "This number cannot be called.",
    "21215": "Calls to this country are switched off in the Twilio account.",
    "21216": "Twilio does not allow calls to this number.",
    "21217": "This is not a telephone number.",
    "21219": "A Twilio trial account can only call verified numbers.",
    "21220": "The call is over or not in a state to be changed.",
    "21408": "Texts to this country are switched off in the Twilio account.",
    "21602": "The text is empty.",
    "21603": "There is no line to text from.",
    "21606": "This line cannot send texts.",
    "21608": "A Twilio trial account can only text verified numbers.",
    "21610": "This number has opted out of texts from this line.",
    "21612": "This line cannot text this number.",
    "21614": "This number cannot receive texts: it is not a mobile number.",
    "21617": "The text is too long: 1,600 characters at most.",
}


def not_answered(method: str, error: requests.RequestException) -> ProviderError:
    """The request failed on the wire: before it was sent (temporary) or perhaps after (unknown)."""
    if method != "POST" or isinstance(error, _NOT_SENT) or _never_connected(error):
        return ProviderTemporary()
    return ProviderUnknown()


def _never_connected(error: requests.RequestException) -> bool:
    cause = error.args[0] if error.args else None
    reason = getattr(cause, "reason", cause)
    return isinstance(reason, NewConnectionError | ConnectTimeoutError | ProxyError)


def refused(method: str, status: int, body: str, headers: Mapping[str, str]) -> ProviderError:
    """The carrier answered, but not with what was asked for (status 3xx, 4xx or 5xx)."""
    code = _code(body) or str(status)
    if status == 429 or code in _RETRY_LATER:
        return ProviderTemporary(_retry_after(headers) or _RETRY_LATER.get(code, 2.0))
    if status >= 500:
        return ProviderUnknown() if method == "POST" else ProviderTemporary(_retry_after(headers))
    if status in (401, 403) and code not in REASONS:
        return ProviderPermanent(code, REASONS["20003"])
    return ProviderPermanent(code, REASONS.get(code, f"The carrier refused this (error {code})."))


def _code(body: str) -> str:
    try:
        answer = json.loads(body)
    except ValueError:
        return ""
    code = answer.get("code") if isinstance(answer, dict) else None
    return str(code) if code else ""


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds from a Retry-After header; its date form is not used by Twilio and is ignored."""
    value = headers.get("Retry-After", "")
    return float(value) if value.isdigit() else None
