"""A carrier of a few lines over real HTTP: it remembers what it was asked and answers as it was told."""

import json
import threading
from base64 import b64decode
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

ACCOUNT = "AC" + "0" * 32
TOKEN = "0123456789abcdef0123456789abcdef"


@dataclass
class Asked:
    method: str
    path: str
    query: dict[str, list[str]]
    fields: dict[str, list[str]]
    user: str
    password: str
    headers: dict[str, str]
    body: bytes


@dataclass
class StandIn:
    """`replies` are taken in order; the last one stays. A reply is (status, JSON or bytes, headers), or
    "drop": the request is read and the connection is closed; "hang": nothing comes for a while."""

    replies: list = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    url: str = ""
    handle: Callable | None = None
    gone: threading.Event = field(default_factory=threading.Event)

    def reply(self, status=200, body=b"", **headers):
        self.replies.append((status, body, headers))

    def take(self):
        return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]


class NumbersAccount:
    """An account whose numbers can be listed and changed: put `answer` into a StandIn's `handle`."""

    def __init__(self, *numbers):
        self.status, self.type, self.token = "active", "Full", TOKEN
        self.numbers = {f"PN{at:032}": self._row(f"PN{at:032}", number) for at, number in enumerate(numbers)}

    @staticmethod
    def _row(sid, number):
        urls = ("voice_url", "voice_fallback_url", "status_callback", "sms_url", "sms_fallback_url")
        methods = ("voice_method", "voice_fallback_method", "status_callback_method", "sms_method")
        row = {"sid": sid, "phone_number": number, "friendly_name": number, "trunk_sid": None}
        row |= dict.fromkeys(urls, "") | dict.fromkeys((*methods, "sms_fallback_method"), "POST")
        row |= {"voice_application_sid": "", "sms_application_sid": ""}
        return row | {"capabilities": {"voice": True, "sms": True, "mms": True, "fax": False}}

    def answer(self, asked):
        if asked.password != self.token:
            return 401, {"code": 20003}, {}
        if asked.method == "POST":
            return self._update(asked)
        if asked.path.endswith("/IncomingPhoneNumbers.json"):
            return 200, {"incoming_phone_numbers": list(self.numbers.values()), "next_page_uri": None}, {}
        return 200, {"sid": asked.user, "status": self.status, "type": self.type}, {}

    def _update(self, asked):
        row = self.numbers[asked.path.rsplit("/")[-1].removesuffix(".json")]
        for key, values in asked.fields.items():
            row["".join(f"_{c.lower()}" if c.isupper() else c for c in key).lstrip("_")] = values[0]
        return 200, row, {}


class _Handler(BaseHTTPRequestHandler):
    def _serve(self):
        stand_in = self.server.stand_in
        asked = self._read()
        stand_in.asked.append(asked)
        reply = stand_in.handle(asked) if stand_in.handle else stand_in.take()
        if reply == "hang":
            stand_in.gone.wait(5)
        if reply in ("drop", "hang"):
            self.close_connection = True
            return
        status, body, headers = reply
        is_file = isinstance(body, bytes)
        self._answer(status, body if is_file else json.dumps(body).encode(), headers, is_file)

    def _read(self):
        url = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        _, _, basic = self.headers.get("Authorization", "").partition(" ")
        user, _, password = b64decode(basic).decode().partition(":")
        fields = parse_qs(body.decode(), keep_blank_values=True)
        return Asked(
            self.command,
            url.path,
            parse_qs(url.query, keep_blank_values=True),
            fields,
            user,
            password,
            dict(self.headers),
            body,
        )

    def _answer(self, status, body, headers, is_file):
        self.send_response(status)
        headers = {"Content-Type": "audio/x-wav" if is_file else "application/json", **headers}
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_DELETE = _serve

    def log_message(self, *args):
        pass


@contextmanager
def listening():
    """A StandIn that serves on a free loopback port until the block ends."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    stand_in = server.stand_in = StandIn(url=f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield stand_in
    finally:
        stand_in.gone.set()
        server.shutdown()
        server.server_close()
        thread.join()
