"""The database goes away for a while, as far as the web server can see; or the workers do."""

import datetime as dt
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from django.db import OperationalError, connection

from aesthetix.lib import clock
from telephony.rehearsal.script import Script
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


class Killed(BaseException):
    """As sudden as the end of a process: nothing in the worker catches it."""


class WorkersOutage:
    """No worker runs during the spans (UTC); what fell due then is done when they come back. `kills` times a worker
    dies at the worst moment: the carrier has done what it asked, and it has not written that down."""

    def __init__(
        self,
        work: Callable[[], object],
        due: Callable[[], dt.datetime | None],
        spans: Iterable[Span],
        *,
        kills: int = 0,
        asked: Callable[[], int] = lambda: 0,
    ) -> None:
        self.do_work, self.due, self.spans = work, due, list(spans)
        self.kills, self.asked = kills, asked

    def work(self) -> None:
        if self._back_at(clock.now()):
            return
        before = self.asked()

        def statement(execute: Callable[..., Any], *words: Any) -> Any:
            if self.kills and self.asked() > before:
                self.kills -= 1
                raise Killed
            return execute(*words)

        with suppress(Killed), connection.execute_wrapper(statement):
            self.do_work()

    def next_wake(self) -> dt.datetime | None:
        due = self._back_at(clock.now()) or self.due()
        return due and (self._back_at(due) or due)

    def _back_at(self, at: dt.datetime) -> dt.datetime | None:
        return max((end for start, end in self.spans if start <= at < end), default=None)


def spans_of(what: str, script: Script, start: dt.datetime) -> list[Span]:
    """When the script's `database` or `workers` are down."""
    return [
        (start + dt.timedelta(seconds=fault.seconds), start + dt.timedelta(seconds=int(fault.value)))
        for fault in script.faults
        if fault.what == what
    ]


def _refuse(*statement: Any) -> Any:
    raise OperationalError("the database is down in this rehearsal")
