from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from aesthetix.operations.demo.loading import LOGIN, demo_password, load_demo, start_over
from aesthetix.operations.running import AlreadyRunning, alone


class Command(BaseCommand):
    help = "Loads the demo practice, unless it is there already."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--reset", action="store_true", help="throw all data away first (development only)")
        parser.add_argument("--password", help="of everybody in the demo; made up if not given")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["reset"]:
            self._reset()
        loaded = load_demo(options["password"] or demo_password())
        self.stdout.write(f"The demo practice is {'loaded' if loaded else 'there already'}. Sign in as {LOGIN}.")

    def _reset(self) -> None:
        if not settings.DEV:
            raise CommandError("This is a production installation. Its data is not thrown away.")
        try:
            with alone(settings.DATA_DIR):
                start_over()
        except AlreadyRunning as running:
            raise CommandError(str(running)) from running
