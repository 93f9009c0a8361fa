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


@contextmanager
def served(app: WsgiApp) -> Iterator[str]:
    """Serve `app` by threads; the context's value is its base URL."""
    server = ThreadedWSGIServer(("127.0.0.1", 0), _QuietHandler, ipv6=False)
    server.set_app(app)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
