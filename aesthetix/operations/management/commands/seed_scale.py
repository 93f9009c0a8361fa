import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from aesthetix.operations.scale.practice import SLUG, add_practice
from aesthetix.practices.models import Practice

SIZES = {"postgresql": 1_000_000, "sqlite": 20_000}


class Command(BaseCommand):
    help = (
        "Fills an empty database with one large practice: 1,000,000 contacts and 5,000,000 lines in their threads "
        "(SQLite: 20,000 and 100,000), with numbers, emails, birthdays, tags, consents, custom fields, notes, tasks. "
        "All of them are made up. To see how the pages behave, and for the bench."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--contacts", type=int, default=SIZES.get(connection.vendor, 20_000))
        parser.add_argument("--beside", action="store_true", help="although the database holds another practice")
        parser.add_argument("--password", help="of everybody in it; none if not given: nobody can sign in")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["contacts"] < 1:
            raise CommandError("At least one contact.")
        if Practice.objects.filter(slug=SLUG).exists():
            raise CommandError("The large practice is there already.")
        if Practice.objects.exists() and not options["beside"]:
            raise CommandError("This database holds another practice. --beside puts the large one next to it.")
        self.stdout.write(f"Writing {options['contacts']:,} contacts and what belongs to them …")
        began = time.monotonic()
        admin = add_practice(options["contacts"], password=options["password"])
        seconds = time.monotonic() - began
        self.stdout.write(f"Done in {seconds:,.0f} s. {admin.practice.name}; its admin is {admin.user.email}.")
