"""Serving a WSGI application on an ephemeral loopback port, for as long as a rehearsal lasts."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler

WsgiApp = Callable[..., Any]


class _QuietHandler(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """The rehearsal prints its own trace."""


class _OneRequestHandler(_QuietHandler):
    def handle(self) -> None:
        """An application that aborts a request means the connection: the client is not left waiting on it."""
        self.close_connection = True
        self.handle_one_request()


class _Server(ThreadedWSGIServer):
    daemon_threads = False  # closing waits for the requests under way, and for their database connections


@contextmanager
def served(app: WsgiApp, *, keep_alive: bool = True) -> Iterator[str]:
    """Serve `app` by threads; the context's value is its base URL. Clients that keep their connections must
    have closed them before the context ends."""
    handler = _QuietHandler if keep_alive else _OneRequestHandler
    server = _Server(("127.0.0.1", 0), handler, ipv6=False)
    server.daemon_threads = True  # a connection that a client keeps open must not keep us
    server.set_app(app)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
