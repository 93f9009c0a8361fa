"""Routing, authentication and error bodies."""

import base64
import binascii
import hmac
import json
import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs
from wsgiref.types import StartResponse, WSGIEnvironment

from telephony.carriers.lab.accounts import Account
from telephony.carriers.lab.errors import RestError, Stalled, not_found

if TYPE_CHECKING:
    from telephony.carriers.lab.lab import Lab

STATUS_TEXT = {200: "OK", 201: "Created", 204: "No Content", 307: "Temporary Redirect", 400: "Bad Request"}
STATUS_TEXT |= {401: "Unauthorized", 404: "Not Found", 405: "Method Not Allowed", 429: "Too Many Requests"}


@dataclass(frozen=True)
class RestRequest:
    """`params`: the form of a POST or the query of a GET; `args`: what stood in the path."""

    lab: "Lab"
    account: Account
    method: str
    path: str
    params: dict[str, list[str]]
    args: dict[str, str]

    def get(self, name: str, default: str = "") -> str:
        return self.params.get(name, [default])[-1]

    def has(self, name: str) -> bool:
        return name in self.params

    def flag(self, name: str, default: bool = False) -> bool:
        return self.get(name, str(default)).lower() == "true"


@dataclass(frozen=True)
class RestAnswer:
    body: Any = None
    status: int = 200
    content_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = field(default_factory=tuple)

    def content(self) -> bytes:
        if self.body is None:
            return b""
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


Handler = Callable[[RestRequest], RestAnswer]
LOGIN, PUBLIC = "login", "public"
REAL_STALL = 20.0


@dataclass(frozen=True)
class Route:
    method: str
    pattern: re.Pattern[str]
    handler: Handler
    access: str


ROUTES: list[Route] = []


def route(method: str, path: str, access: str = LOGIN) -> Callable[[Handler], Handler]:
    """Register a handler for a path like `Calls/{sid}.json` below an account, or an absolute `/v1/…`."""
    full = path if path.startswith("/") else "/2010-04-01/Accounts/{account}/" + path
    pattern = re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+?)", re.escape(full)) + "$")

    def register(handler: Handler) -> Handler:
        ROUTES.append(Route(method, pattern, handler, access))
        return handler

    return register


def lab_app(lab: "Lab") -> Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]:
    """A WSGI application for the lab; mount it anywhere, the prefix does not matter.

    A request that stalls is held and then raises ConnectionAbortedError, so that no answer is ever written.
    """

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        try:
            answer = _answer(lab, environ)
        except RestError as error:
            answer = RestAnswer(error.body(), error.status)
        except Stalled:
            _stall(lab)
            raise ConnectionAbortedError from None
        content = answer.content()
        head = [("Content-Type", answer.content_type), ("Content-Length", str(len(content))), *answer.headers]
        start_response(f"{answer.status} {STATUS_TEXT.get(answer.status, 'Status')}", head)
        return [content]

    return app


def _stall(lab: "Lab") -> None:
    lab.note("fault", "a REST request gets no answer")
    chosen = lab.faults.stall_seconds
    default = 0.0 if lab.scheduler.virtual else REAL_STALL
    time.sleep(default if chosen is None else chosen)


def _answer(lab: "Lab", environ: WSGIEnvironment) -> RestAnswer:
    method, path = environ["REQUEST_METHOD"], environ.get("PATH_INFO", "/")
    params = _params(environ)
    with lab.scheduler.changed:
        found, args = _resolve(method, path)
        account = _account(lab, environ, found, args)
        if lab.faults.rest_errors:
            status, code = lab.faults.rest_errors.pop(0)
            raise RestError(code, status)
        lab.note("rest", f"{method} {path}", method=method, path=path)
        return found.handler(RestRequest(lab, account, method, path, params, args))


def _account(lab: "Lab", environ: WSGIEnvironment, found: Route, args: dict[str, str]) -> Account:
    public = found.access == PUBLIC
    account = lab.accounts.get(args["account"]) if public else _authenticate(lab, environ)
    if account is None or args.get("account", account.sid) != account.sid:
        raise not_found()
    return account


def _params(environ: WSGIEnvironment) -> dict[str, list[str]]:
    text = environ.get("QUERY_STRING", "")
    if environ["REQUEST_METHOD"] == "POST":
        length = int(environ.get("CONTENT_LENGTH") or 0)
        text = environ["wsgi.input"].read(length).decode()
    return parse_qs(text, keep_blank_values=True)


def _authenticate(lab: "Lab", environ: WSGIEnvironment) -> Account:
    scheme, _, encoded = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    try:
        sid, _, token = base64.b64decode(encoded).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise RestError(20003, 401) from error
    account = lab.accounts.get(sid)
    right = account is not None and hmac.compare_digest(account.auth_token.encode(), token.encode())
    if scheme.lower() != "basic" or account is None or not right:
        raise RestError(20003, 401)
    return account


def _resolve(method: str, path: str) -> tuple[Route, dict[str, str]]:
    matches = [(one, match) for one in ROUTES if (match := one.pattern.match(path))]
    if not matches:
        raise not_found()
    for one, match in matches:
        if one.method == method:
            return one, match.groupdict()
    raise RestError(20004, 405)
