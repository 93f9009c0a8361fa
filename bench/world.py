"""The servers of one bench run: PostgreSQL and Redis, a production environment, granian, a practice with data."""

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scripts import services

ROOT = Path(__file__).resolve().parent.parent
WORKERS, THREADS = 2, 4


def production(environment: dict[str, str], port: int) -> dict[str, str]:
    """The environment in which compose runs `web`, on loopback."""
    return {
        **environment,
        "DEV": "0",
        "PORT": str(port),
        "PUBLIC_BASE_URL": f"http://127.0.0.1:{port}",
        "ALLOWED_HOSTS": "127.0.0.1",
        "SECRET_KEY": "bench-only-" + "x" * 50,
        "FIELD_ENCRYPTION_KEYS": "YmVuY2gtb25seS1ub3QtYS1zZWNyZXQtMDEyMzQ1Njc=",
        "LOG_LEVEL": "WARNING",
        "STATIC_ROOT": str(ROOT / "bench" / "out" / "static"),
        "DATA_DIR": str(ROOT / "bench" / "out" / "data"),
    }


def create_database(url: str) -> None:
    import psycopg

    server, _, name = url.rpartition("/")
    with psycopg.connect(f"{server}/postgres", autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')


def drop_database(url: str) -> None:
    import psycopg

    server, _, name = url.rpartition("/")
    with psycopg.connect(f"{server}/postgres", autocommit=True) as admin:
        admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextlib.contextmanager
def stores() -> Iterator[dict[str, str]]:
    """PostgreSQL with an empty database of its own, and Redis."""
    with services.everything(storage=False) as environment:
        own = f"{environment['DATABASE_URL'].rpartition('/')[0]}/aesthetix_bench_{os.getpid()}"
        create_database(own)
        try:
            yield {**environment, "DATABASE_URL": own}
        finally:
            drop_database(own)


@dataclass(frozen=True)
class Server:
    address: tuple[str, int]
    pid: int

    def cpu_seconds(self) -> float:
        """Used so far by its workers: unlike a rate, hardly touched by what else the machine does."""
        return sum(_cpu_seconds(pid) for pid in [self.pid, *_children(self.pid)])


def database_cpu_seconds() -> float:
    """Used so far by the backends of the bench's database."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
        return sum(_cpu_seconds(pid) for (pid,) in cursor.fetchall())


def _children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split()]


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def granian(application: str, environment: dict[str, str], port: int) -> Iterator[Server]:
    """The WSGI server as in docker-compose.yml."""
    command = [
        str(Path(sys.executable).parent / "granian"),
        "--interface=wsgi",
        "--host=127.0.0.1",
        f"--port={port}",
        f"--workers={WORKERS}",
        f"--blocking-threads={THREADS}",
        "--no-ws",
        "--log-level=warning",
        application,
    ]
    process = subprocess.Popen(command, env=environment, cwd=ROOT)
    try:
        _wait_for(port, process)
        yield Server(("127.0.0.1", port), process.pid)
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=15)
        if process.poll() is None:
            process.kill()


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while not services.answers(port):
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError("granian did not start")
        time.sleep(0.1)
    time.sleep(1)  # the second worker
