"""The database goes away for a while, as far as the web server can see."""

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

from django.db import OperationalError, connection

from aesthetix.lib import clock
from telephony.rehearsal.serving import WsgiApp

Span = tuple[dt.datetime, dt.datetime]


class DatabaseOutage:
    """Wraps the application: during the spans (UTC) every statement of a request fails."""

    def __init__(self, app: WsgiApp, spans: Iterable[Span]) -> None:
        self.app, self.spans = app, list(spans)

    @property
    def active(self) -> bool:
        return any(start <= clock.now() < end for start, end in self.spans)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        if not self.active:
            return self.app(environ, start_response)
        with connection.execute_wrapper(_refuse):
            return list(self.app(environ, start_response))


def _refuse(*statement: Any) -> Any:
    raise OperationalError("the database is down in this rehearsal")
