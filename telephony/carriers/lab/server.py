"""The lab's REST side on an own loopback port."""

import threading
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from telephony.carriers.lab.lab import Lab
from telephony.carriers.lab.rest import lab_app


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """The lab has its own log."""


class _Threads(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection that was cut on purpose is not worth a traceback."""


class LabServer:
    """Serve `lab_app(lab)` on 127.0.0.1 while the context lasts; `url` is the base for a Twilio client."""

    def __init__(self, lab: Lab, port: int = 0) -> None:
        self._lab = lab
        self._server = make_server("127.0.0.1", port, lab_app(lab), server_class=_Threads, handler_class=_Quiet)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> "LabServer":
        self._lab.api_url = self.url
        threading.Thread(target=self._server.serve_forever, args=(0.05,), name="phone-lab-rest", daemon=True).start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._server.shutdown()
        self._server.server_close()
