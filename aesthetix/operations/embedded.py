"""The embedded way to run: pages, live stream, worker, beat and Phone Lab in one process.

Celery runs on its memory transport, which only this process can publish to. What must survive the
process is a due row in the database, so a kill loses time, never work (architecture decision 5).
"""

import contextlib
import logging
import signal
import threading
from collections.abc import Callable, Iterator
from typing import Any

import uvicorn
from celery.beat import Scheduler, Service

from aesthetix.celery import app as celery_app
from aesthetix.operations.hybrid import Hybrid
from aesthetix.web.live.asgi import live_application
from aesthetix.wsgi import application as pages
from telephony.rehearsal import live

QUEUES = "realtime,default,sync,documents"
WORKER_THREADS = 4
# Open streams are told to end; a page that takes longer than this at the end is cut off.
GRACE_SECONDS = 3


@contextlib.contextmanager
def worker() -> Iterator[None]:
    """A Celery worker with a pool of threads."""
    celery_app.finalize(auto=True)
    controller = celery_app.WorkController(
        pool="threads",
        concurrency=WORKER_THREADS,
        queues=QUEUES,
        loglevel="WARNING",
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
        quiet=True,
    )
    thread = _start("worker", controller.start)
    try:
        yield
    finally:
        controller.stop(in_sighandler=False)
        thread.join(timeout=10)


@contextlib.contextmanager
def beat() -> Iterator[None]:
    """Celery's clock. Its schedule is in the code, so it keeps no file."""
    service = Service(celery_app, max_interval=1, scheduler_cls=Scheduler)
    thread = _start("beat", lambda: service.start(embedded_process=False))
    try:
        yield
    finally:
        service.stop()
        thread.join(timeout=10)


class Server(uvicorn.Server):
    """Says when the first page can be opened, and ends the live streams before it waits for them."""

    def __init__(self, config: uvicorn.Config, hybrid: Hybrid, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self.hybrid, self.on_ready = hybrid, on_ready

    async def startup(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]
        await super().startup(sockets)  # type: ignore[arg-type]
        self.on_ready()

    async def shutdown(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]
        self.hybrid.stopping.set()
        await super().shutdown(sockets)  # type: ignore[arg-type]


def run(host: str, port: int, on_ready: Callable[[], None]) -> None:
    """Serve until Ctrl-C or SIGTERM; everything that was started has stopped when this returns."""
    logging.getLogger("celery").setLevel(logging.WARNING)
    hybrid = build()
    config = uvicorn.Config(
        hybrid,
        host=host,
        port=port,
        log_config=None,
        log_level="warning",
        access_log=False,
        lifespan="off",
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    # uvicorn repeats the signal that stopped it once it is done: make both an ordinary interrupt.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with contextlib.suppress(KeyboardInterrupt), phone_lab(hybrid, host, port), worker(), beat():
        Server(config, hybrid, on_ready).run()


def build() -> Hybrid:
    hybrid = Hybrid(pages)
    stream: Any = live_application
    hybrid.mount_live("/live/", stream)
    return hybrid


@contextlib.contextmanager
def phone_lab(hybrid: Hybrid, host: str, port: int) -> Iterator[None]:
    """The carrier of the practices whose account points here, REST side included."""
    with live.live_lab(f"http://{host}:{port}{live.PREFIX}") as lab:
        hybrid.mount_wsgi(f"{live.PREFIX}/", lab.application, threads=live.THREADS)
        yield


def _start(name: str, target: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=target, name=name, daemon=True)
    thread.start()
    return thread
