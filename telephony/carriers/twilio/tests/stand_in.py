"""A carrier of a few lines over real HTTP: it remembers what it was asked and answers as it was told."""

import json
import threading
from base64 import b64decode
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


@dataclass
class StandIn:
    """`replies` are taken in order; the last one stays. A reply is (status, JSON or bytes, headers), or
    "drop": the request is read and the connection is closed; "hang": nothing comes for a while."""

    replies: list = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    url: str = ""
    gone: threading.Event = field(default_factory=threading.Event)

    def reply(self, status=200, body=b"", **headers):
        self.replies.append((status, body, headers))

    def take(self):
        return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]


class _Handler(BaseHTTPRequestHandler):
    def _serve(self):
        stand_in = self.server.stand_in
        stand_in.asked.append(self._read())
        reply = stand_in.take()
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
        body = self.rfile.read(length).decode()
        _, _, basic = self.headers.get("Authorization", "").partition(" ")
        user, _, password = b64decode(basic).decode().partition(":")
        fields = parse_qs(body, keep_blank_values=True)
        return Asked(self.command, url.path, parse_qs(url.query), fields, user, password, dict(self.headers))

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
