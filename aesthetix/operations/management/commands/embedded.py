import contextlib
import fcntl
import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from aesthetix.operations import embedded


class Command(BaseCommand):
    help = "Runs pages, worker, beat and Phone Lab in one process, on SQLite if nothing else is set."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = options["host"], settings.PORT
        _require_free(host, port)
        with _alone(settings.DATA_DIR), contextlib.suppress(KeyboardInterrupt):
            self._prepare()
            embedded.run(host, port, lambda: self._announce(port))
        self.stdout.write("Stopped.")

    def _prepare(self) -> None:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write("Setting up the database …")
            call_command("migrate", verbosity=0)

    def _announce(self, port: int) -> None:
        began = float(os.environ.get("STARTED_AT", "0"))
        took = f" after {time.time() - began:.1f} s" if began else ""
        self.stdout.write(f"\nAesthetix CRM is ready{took}: http://127.0.0.1:{port}/\n\nCtrl-C stops it.\n")


def _require_free(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandError(f"Port {port} is taken. Choose another: make run PORT={port + 1}") from error


@contextlib.contextmanager
def _alone(data_dir: Path) -> Iterator[None]:
    """Two processes on one data folder would both sweep it, with a broker each."""
    data_dir.mkdir(parents=True, exist_ok=True)
    with (data_dir / "running.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise CommandError(f"It runs already on the data in {data_dir}. Stop it first.") from error
        yield
