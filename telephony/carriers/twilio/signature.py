"""Is this webhook from the carrier? X-Twilio-Signature, checked as Twilio signs it."""

import hashlib
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.http import HttpRequest
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
        validator = RequestValidator(token)
        if constant_time_compare(validator.compute_signature(url, request.POST), signature):
            return True
        return bool(validator.validate(url, request.POST, signature))  # the URL with or without its port
    return _body_is_signed(request.body, url) and bool(RequestValidator(token).validate(url, {}, signature))


def _body_is_signed(body: bytes, url: str) -> bool:
    """Other bodies than forms are signed by their hash in the URL; without a body there is nothing to sign."""
    if not body:
        return True
    claimed = parse_qs(urlsplit(url).query).get("bodySHA256", [""])[0]
    return constant_time_compare(hashlib.sha256(body).hexdigest(), claimed.lower())


def compute(url: str, fields: dict[str, str], token: str) -> str:
    """The signature that the carrier puts on a form POST: for the Phone Lab and for tests."""
    return str(RequestValidator(token).compute_signature(url, fields))
