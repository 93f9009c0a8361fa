"""What passed between the carrier and us while a script played, kept so that it can be played again."""

import datetime as dt
import io
import json
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from telephony.carriers.lab.lab import Lab
from telephony.carriers.lab.webhooks import HttpTransport, Reply, Request

WsgiApp = Callable[..., Any]


@dataclass(frozen=True)
class Posted:
    """A webhook as the carrier sent it. `path` with its query; `at` in the script's time."""

    at: dt.datetime
    kind: str
    method: str
    path: str
    fields: Mapping[str, str]
    token: str


@dataclass(frozen=True)
class Asked:
    """A REST request of ours and the carrier's answer; an empty `status` when it never came."""

    method: str
    path: str
    to: str
    status: str
    headers: list[tuple[str, str]]
    body: bytes


@dataclass
class Tape:
    account_sid: str
    auth_token: str
    start: dt.datetime
    app_url: str = ""
    rest_url: str = ""
    posted: list[Posted] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)


class Transport(HttpTransport):
    """The lab's way out, which can be closed: the server at its other end then knows that nothing more comes."""

    def close(self) -> None:
        self._session.close()


class RecordingTransport(Transport):
    """The lab's way out, with a tape running. What a fault keeps from us is not on it."""

    def __init__(self, lab: Lab, tape: Tape) -> None:
        super().__init__()
        self._lab, self._tape = lab, tape

    def perform(self, request: Request) -> Reply:
        if request.kind != "media":
            parts = urlsplit(request.url)
            path = parts.path + (f"?{parts.query}" if parts.query else "")
            self._tape.posted.append(
                Posted(self._lab.now, request.kind, request.method, path, dict(request.fields), request.token)
            )
        return super().perform(request)


def form_of(environ: dict[str, Any]) -> dict[str, str]:
    """The fields of a REST request; its body can be read again afterwards."""
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(body)
    text = body.decode() if environ["REQUEST_METHOD"] == "POST" else environ.get("QUERY_STRING", "")
    return {name: values[-1] for name, values in parse_qs(text, keep_blank_values=True).items()}


class RecordingRest:
    """The carrier's REST side, with a tape running."""

    def __init__(self, app: WsgiApp, tape: Tape) -> None:
        self._app, self._tape = app, tape

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        heads: list[tuple[str, list[tuple[str, str]]]] = [("", [])]

        def keep_head(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            heads.append((status, headers))
            return start_response(status, headers, *rest)

        question = environ["REQUEST_METHOD"], environ["PATH_INFO"], form_of(environ).get("To", "")
        try:
            body = b"".join(self._app(environ, keep_head))
        except ConnectionAbortedError:
            self._tape.asked.append(Asked(*question, "", [], b""))
            raise
        self._tape.asked.append(Asked(*question, *heads[-1], body))
        return [body]


class TapedRest:
    """Answers as the carrier did, from the tape; `status_urls`: where the reports on each text belong
    now, by its sid, or by its receiver where the answer never came."""

    def __init__(self, tape: Tape) -> None:
        self._tape = tape
        self._turns: Counter[tuple[str, str, str]] = Counter()
        self._lock = threading.Lock()
        self.status_urls: dict[str, str] = {}

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        form = form_of(environ)
        answer = self._next(environ["REQUEST_METHOD"], environ["PATH_INFO"], form.get("To", ""))
        if answer is None:
            start_response("404 Not Found", [("Content-Type", "application/json")])
            return [b'{"code": 20404, "message": "not on the tape", "status": 404}']
        if "StatusCallback" in form and answer.path.endswith("/Messages.json"):
            self.status_urls[_sid(answer.body) if answer.status else form["To"]] = form["StatusCallback"]
        if not answer.status:
            raise ConnectionAbortedError
        start_response(answer.status, answer.headers)
        return [answer.body]

    def _next(self, method: str, path: str, to: str) -> Asked | None:
        """The first time the first answer, and so on; the last one again when there is no further."""
        known = [a for a in self._tape.asked if (a.method, a.path, a.to) == (method, path, to)]
        with self._lock:
            turn = self._turns[method, path, to]
            self._turns[method, path, to] += 1
        return known[min(turn, len(known) - 1)] if known else None


def _sid(body: bytes) -> str:
    return str(json.loads(body).get("sid", ""))
