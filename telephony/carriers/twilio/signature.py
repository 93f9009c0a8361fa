"""Is this webhook from the carrier? X-Twilio-Signature, checked as Twilio signs it."""

import base64
import hashlib
import hmac
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.http import HttpRequest, QueryDict
from django.utils.crypto import constant_time_compare
from twilio.request_validator import (
    HMAC_SHA1,
    SIGNATURE_HEADER,
    SIGNATURE_SETTINGS_HEADER,
    RequestValidator,
    get_signature_algorithm,
)

_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


def verify(request: HttpRequest, token: str) -> bool:
    """Whether `token` (the account's primary auth token) signed this request.

    The URL is the public one from the settings, never the Host header. Blank and unknown fields are
    signed too, so `request.POST` goes in as it is. A signature by anything but the auth token (a
    shared key, an unknown algorithm) fails.
    """
    signature = request.headers.get(SIGNATURE_HEADER, "")
    algorithm = get_signature_algorithm(request.headers.get(SIGNATURE_SETTINGS_HEADER, ""))
    if not signature or not token or algorithm != HMAC_SHA1:
        return False
    url = settings.PUBLIC_BASE_URL + request.get_full_path()
    if request.content_type in _FORMS:
        return _is_plainly_signed(url, request.POST, token, signature) or bool(
            RequestValidator(token).validate(url, request.POST, signature)
        )
    return _body_is_signed(request.body, url) and bool(RequestValidator(token).validate(url, {}, signature))


def _is_plainly_signed(url: str, form: QueryDict, token: str, signature: str) -> bool:
    """The usual case in a tenth of the time: this very URL, and no field twice. The SDK decides all others."""
    fields = sorted(form.lists())
    if any(len(values) != 1 for _, values in fields):
        return False
    signed = url + "".join(name + value for name, (value,) in fields)
    digest = hmac.digest(token.encode(), signed.encode(), "sha1")
    return constant_time_compare(base64.b64encode(digest).decode(), signature)


def _body_is_signed(body: bytes, url: str) -> bool:
    """Other bodies than forms are signed by their hash in the URL; without a body there is nothing to sign."""
    if not body:
        return True
    claimed = parse_qs(urlsplit(url).query).get("bodySHA256", [""])[0]
    return constant_time_compare(hashlib.sha256(body).hexdigest(), claimed.lower())


def compute(url: str, fields: dict[str, str], token: str) -> str:
    """The signature that the carrier puts on a form POST: for the Phone Lab and for tests."""
    return str(RequestValidator(token).compute_signature(url, fields))
