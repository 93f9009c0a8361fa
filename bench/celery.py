"""Celery's own speed on this machine: tasks that do nothing, Redis, two processes. It checks the harness."""

import contextlib
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from bench.report import Result
from bench.world import ROOT

TASKS, ROUNDS = 4000, 3


def run(environment: dict[str, str]) -> list[Result]:
    import os

    import redis

    os.environ["REDIS_URL"] = environment["REDIS_URL"]
    from bench.celery_app import app, nothing

    client = redis.Redis.from_url(environment["REDIS_URL"])
    with _worker(environment):
        _send(app, nothing, 10)
        _until_done(client)
        rates = sorted(_round(app, nothing, client) for _ in range(ROUNDS))
    rate = rates[ROUNDS // 2]
    return [Result("celery, tasks of nothing", None, rate, None, "≥ 800/s", rate >= 800, ROUNDS * TASKS, "/s")]


def _round(app: object, nothing: object, client: object) -> float:
    """Tasks a second from the first one sent to the last one taken, sending included."""
    began = time.perf_counter()
    _send(app, nothing, TASKS)
    _until_done(client)
    return TASKS / (time.perf_counter() - began)


def _send(app, nothing, count: int) -> None:
    with app.producer_pool.acquire() as producer:
        for _ in range(count):
            nothing.apply_async(producer=producer, retry=False)


def _until_done(client) -> None:
    deadline = time.monotonic() + 60
    while client.llen("bench") or client.hlen("unacked"):
        if time.monotonic() > deadline:
            raise RuntimeError("the worker does not work")
        time.sleep(0.005)


@contextlib.contextmanager
def _worker(environment: dict[str, str]) -> Iterator[None]:
    celery = str(Path(sys.executable).parent / "celery")
    options = ["--pool=prefork", "--concurrency=2", "--loglevel=error", "--without-gossip", "--without-mingle"]
    command = [celery, "--app=bench.celery_app", "worker", "--queues=bench", *options]
    process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=30)
