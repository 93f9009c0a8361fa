"""A tiny application that plays TwiML: paths answer with documents, everything that arrives is kept."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Arrived:
    method: str
    path: str
    query: str
    fields: dict[str, str]
    headers: dict[str, str]
    order: list[str]

    def __getitem__(self, name: str) -> str:
        return self.fields[name]


Answer = str | bytes | tuple[int, str, bytes] | Callable[[Arrived], "Answer"]


class Server(ThreadingHTTPServer):
    request_queue_size = 128

    def handle_error(self, request, client_address):
        """A lab that gave up waiting closes the connection: expected."""


class App:
    """`app.on("/voice", "<Dial>…</Dial>")` answers with a Response; a tuple is (status, content type, body)."""

    def __init__(self) -> None:
        self.answers: dict[str, list[Answer]] = {}
        self.arrived: list[Arrived] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                outer.handle(self)

            do_GET = do_POST

            def log_message(self, *args):
                pass

        self.server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *exc):
        self.server.shutdown()
        self.server.server_close()

    def on(self, path: str, *answers: Answer) -> str:
        """Answer requests to `path` with these in turn, the last one for ever; returns the URL."""
        self.answers[path] = list(answers)
        return self.url + path

    def handle(self, handler) -> None:
        parts = urlsplit(handler.path)
        length = int(handler.headers.get("Content-Length") or 0)
        pairs = parse_qsl(handler.rfile.read(length).decode(), keep_blank_values=True)
        arrived = Arrived(
            handler.command,
            parts.path,
            parts.query,
            dict(pairs or parse_qsl(parts.query, keep_blank_values=True)),
            dict(handler.headers),
            [name for name, _ in pairs],
        )
        self.arrived.append(arrived)
        status, kind, body = self.answer_to(arrived)
        handler.send_response(status)
        if kind:
            handler.send_header("Content-Type", kind)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    def answer_to(self, arrived: Arrived) -> tuple[int, str, bytes]:
        queue = self.answers.get(arrived.path, [""])
        answer = queue.pop(0) if len(queue) > 1 else queue[0]
        while callable(answer):
            answer = answer(arrived)
        if isinstance(answer, tuple):
            return answer
        text = answer if isinstance(answer, str) else answer.decode()
        return 200, "text/xml", f"<Response>{text}</Response>".encode()

    def trace(self) -> list[str]:
        """What arrived, as `path word`, the word being the field that tells most."""
        return [f"{one.path} {telling(one)}".strip() for one in self.arrived]

    def all(self, path: str) -> list[Arrived]:
        return [one for one in self.arrived if one.path == path]

    def last(self, path: str) -> Arrived:
        return self.all(path)[-1]


def telling(one: Arrived) -> str:
    names = ("DialCallStatus", "Digits", "RecordingStatus", "StatusCallbackEvent", "MessageStatus", "CallStatus")
    return next((one.fields[name] for name in names if one.fields.get(name)), "")
