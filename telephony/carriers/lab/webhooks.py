"""Requests to the application: signed, timed, retried and described as Twilio does it."""

import base64
import hashlib
import hmac
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

import requests

from telephony.carriers.lab.accounts import Account

MAX_BODY = 64 * 1024
MAX_REDIRECTS = 10


@dataclass(frozen=True)
class Request:
    """A webhook. `url` may carry a connection-override fragment (#rc=2&rp=5xx…); `token` is its idempotency token."""

    kind: str
    account: Account
    url: str
    fields: Mapping[str, str]
    method: str = "POST"
    token: str = ""
    leg: Any = None

    @property
    def path(self) -> str:
        return urlsplit(self.url).path


@dataclass(frozen=True)
class Reply:
    """What came back. `error`: Twilio's code when there was no usable answer (11200, 11205, 11215), else None."""

    status: int
    body: bytes = b""
    content_type: str = ""
    error: int | None = None
    milliseconds: float = 0.0
    url: str = ""
    tries: int = 1

    @property
    def ok(self) -> bool:
        return self.error is None and 200 <= self.status < 300


@dataclass(frozen=True)
class Overrides:
    """Connection overrides in the URL's fragment: milliseconds, number of retries, and what is retried."""

    connect: float = 5.0
    read: float = 15.0
    retries: int = 1
    policy: frozenset[str] = field(default_factory=lambda: frozenset({"ct"}))

    @classmethod
    def of(cls, url: str) -> "Overrides":
        given = {key: values[-1] for key, values in parse_qs(urlsplit(url).fragment).items()}
        return cls(
            connect=min(int(given.get("ct", 5000)), 10000) / 1000,
            read=min(int(given.get("rt", 15000)), 15000) / 1000,
            retries=min(int(given.get("rc", 1)), 5),
            policy=frozenset(given.get("rp", "ct").split(",")),
        )

    def retry(self, reply: Reply) -> bool:
        if reply.error == 11205:
            return bool(self.policy & {"ct", "all"})
        if reply.error == 11200:
            return bool(self.policy & {"rt", "all"})
        family = f"{reply.status // 100}xx"
        return family in ("4xx", "5xx") and bool(self.policy & {family, "all"})


def sign(token: str, url: str, fields: Mapping[str, str] | None = None) -> str:
    """X-Twilio-Signature of a form POST, or (no fields) of a GET."""
    text = url + "".join(name + value for name, value in sorted((fields or {}).items()))
    digest = hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


class HttpTransport:
    """Does webhooks for real, over HTTP. `read_timeout` (real seconds) may shorten Twilio's 15 s in tests."""

    def __init__(self, read_timeout: float = 15.0) -> None:
        self.read_timeout = read_timeout
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.max_redirects = MAX_REDIRECTS
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))

    def close(self) -> None:
        """Let go of the connections that were kept open. It may be used again."""
        self._session.close()

    def perform(self, request: Request) -> Reply:
        """Send it, again if its URL asks for retries; never raises for what the application does."""
        overrides = Overrides.of(request.url)
        reply = self._once(request, overrides, 1)
        for number in range(2, overrides.retries + 2):
            if not overrides.retry(reply):
                break
            reply = self._once(request, overrides, number)
        return reply

    def _once(self, request: Request, overrides: Overrides, number: int) -> Reply:
        begun = time.monotonic()
        url = urlunsplit(urlsplit(request.url)._replace(fragment=""))
        try:
            answer = self._send(request, url, (overrides.connect, min(overrides.read, self.read_timeout)))
        except requests.TooManyRedirects:
            return Reply(0, error=11215, url=url, tries=number)
        except (requests.ConnectTimeout, requests.exceptions.SSLError):
            return Reply(0, error=11205, url=url, tries=number)
        except requests.ConnectionError as error:
            code = 11200 if "Connection aborted" in str(error) or "Read timed out" in str(error) else 11205
            return Reply(0, error=code, url=url, tries=number)
        except requests.RequestException:
            return Reply(0, error=11200, url=url, tries=number)
        elapsed = (time.monotonic() - begun) * 1000
        kind = answer.headers.get("Content-Type", "")
        return Reply(answer.status_code, answer.content, kind, None, elapsed, url, number)

    def _send(self, request: Request, url: str, timeout: tuple[float, float]) -> requests.Response:
        if request.kind == "media":
            return self._session.get(url, headers={"User-Agent": "TwilioProxy/1.1"}, timeout=timeout)
        if request.method == "GET":
            full = url + ("&" if "?" in url else "?") + urlencode(request.fields)
            return self._session.get(
                full, headers=self._headers(request, sign(request.account.auth_token, full)), timeout=timeout
            )
        headers = self._headers(request, sign(request.account.auth_token, url, request.fields))
        headers["Content-Type"] = "application/x-www-form-urlencoded; charset=UTF-8"
        return self._session.post(url, data=urlencode(request.fields), headers=headers, timeout=timeout)

    def _headers(self, request: Request, signature: str) -> dict[str, str]:
        return {
            "X-Twilio-Signature": signature,
            "I-Twilio-Idempotency-Token": request.token,
            "User-Agent": "TwilioProxy/1.1",
            "X-Home-Region": "us1",
            "Cache-Control": "max-age=259200",
        }
