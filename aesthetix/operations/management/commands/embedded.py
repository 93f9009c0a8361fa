import contextlib
import os
import socket
import time
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from aesthetix.operations import embedded
from aesthetix.operations.demo.loading import LOGIN, demo_password, load_demo
from aesthetix.operations.demo.practice import SLUG
from aesthetix.operations.running import AlreadyRunning, alone
from aesthetix.practices.models import Practice


class Command(BaseCommand):
    help = "Runs pages, worker, beat and Phone Lab in one process, on SQLite if nothing else is set."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = options["host"], settings.PORT
        _require_free(host, port)
        try:
            with alone(settings.DATA_DIR), contextlib.suppress(KeyboardInterrupt):
                self._prepare()
                lines = _welcome(port)
                embedded.run(host, port, lambda: self._announce(lines))
        except AlreadyRunning as running:
            raise CommandError(str(running)) from running
        self.stdout.write("Stopped.")

    def _prepare(self) -> None:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write("Setting up the database …")
            call_command("migrate", verbosity=0)
        if not Practice.objects.exists():
            self.stdout.write("Loading the demo practice …")
            load_demo(demo_password())

    def _announce(self, lines: list[str]) -> None:
        began = float(os.environ.get("STARTED_AT", "0"))
        took = f" after {time.time() - began:.1f} s" if began else ""
        self.stdout.write(f"\nAesthetix CRM is ready{took}.\n" + "\n".join(lines) + "\nCtrl-C stops it.\n")


def _welcome(port: int) -> list[str]:
    address = f"http://127.0.0.1:{port}"
    lines = [f"  Open {address}/"]
    if Practice.objects.filter(slug=SLUG).exists():
        lines.append(f"  Sign in as {LOGIN} with the password {demo_password()}")
        lines.append(f"  Place your first test call: {address}/settings/phone-numbers/test-call/")
    return lines


def _require_free(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandError(f"Port {port} is taken. Choose another: make run PORT={port + 1}") from error
