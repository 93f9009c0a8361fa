"""Twilio's REST client with our rules: timeouts, no blind retries, our errors, nothing in the logs."""

import json
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import requests
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from telephony.carriers.base import ProviderTemporary, ProviderUnknown
from telephony.carriers.twilio import errors
from telephony.models import CarrierAccount

CONNECT_SECONDS, READ_SECONDS = 5.0, 15.0


class CarrierHttpClient(TwilioHttpClient):
    """Sends to `base_url` when there is one, and raises the contract's three errors.

    The original host goes along in X-Twilio-Host, because Twilio's products share paths.
    """

    def __init__(self, base_url: str = "") -> None:
        super().__init__()
        self.timeout: Any = (CONNECT_SECONDS, READ_SECONDS)
        self.base_url = base_url
        if self.session and base_url:
            self.session.trust_env = False  # a proxy of the machine is for the internet, not for this address

    def request(
        self, method: str, url: str, *args: Any, headers: dict[str, str] | None = None, **kwargs: Any
    ) -> Response:
        if self.base_url:
            headers = {**(headers or {}), "X-Twilio-Host": urlsplit(url).hostname or ""}
        try:
            answer = super().request(method, self.address(url), *args, headers=headers, **kwargs)
        except requests.RequestException as error:
            raise errors.not_answered(method.upper(), error) from None
        return _checked(method.upper(), answer)

    def address(self, url: str) -> str:
        """Twilio's URL, or the same path under `base_url`."""
        if not self.base_url:
            return url
        base, asked = urlsplit(self.base_url), urlsplit(url)
        return urlunsplit((base.scheme, base.netloc, base.path.rstrip("/") + asked.path, asked.query, ""))

    def log_request(self, kwargs: dict[str, Any]) -> None:
        """Nothing: the SDK would log the URL with the patient's number in it."""

    def log_response(self, status_code: int, response: Any) -> None:
        """Nothing, see log_request."""


def _checked(method: str, answer: Response) -> Response:
    if not 200 <= answer.status_code < 300:
        raise errors.refused(method, answer.status_code, answer.text, answer.headers or {})
    if answer.text:
        try:
            json.loads(answer.text)
        except ValueError:
            raise (ProviderUnknown() if method == "POST" else ProviderTemporary()) from None
    return answer


def client_for(account: CarrierAccount) -> Client:
    """A client for this account. Each has its own connections: a kept-alive one that the carrier has
    closed would turn the next send into "unknown"."""
    http = CarrierHttpClient(account.base_url)
    return Client(account.account_sid, account.auth_token, http_client=http)
