"""Loads the demo practice once, and starts it over on demand."""

import secrets
import shutil
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction

from aesthetix.lib import clock
from aesthetix.operations.demo.papers import keep_papers
from aesthetix.operations.demo.people import STAFF
from aesthetix.operations.demo.practice import (
    SLUG,
    build_contacts,
    build_lines,
    build_practice,
    build_second_practice,
)
from aesthetix.operations.demo.records import keep_records
from aesthetix.operations.demo.writing import Writer
from aesthetix.practices.models import Practice
from workflows.models import Workflow

LOGIN = STAFF[0].email
WORDS = ["amber", "birch", "cedar", "coral", "ember", "fern", "hazel", "ivory", "jasper", "lilac", "maple", "olive"]


@transaction.atomic
def load_demo(password: str) -> bool:
    """False when the demo practice is there already: its data is kept as people left it."""
    if Practice.objects.filter(slug=SLUG).exists():
        return False
    now = clock.now()
    practice, staff = build_practice(password)
    lines = build_lines(practice, staff)
    contacts = build_contacts(practice, staff, now)
    text_back = Workflow.objects.for_practice(practice).get()
    Writer(practice, staff, lines, contacts, text_back).write_week(now)
    keep_records(practice, staff, contacts, now)
    keep_papers(practice, staff, contacts, now)
    build_second_practice(staff["maya"])
    return True


def demo_password() -> str:
    """Made up once per data folder and kept there, so that every start can print it."""
    kept = _password_file()
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.touch(mode=0o600)
        kept.write_text("-".join([*(secrets.choice(WORDS) for _ in range(3)), str(secrets.randbelow(90) + 10)]))
    return kept.read_text()


def start_over() -> None:
    """Empties the database and the file storage of a development installation."""
    if connection.vendor == "sqlite":
        connection.close()
        database = Path(connection.settings_dict["NAME"])
        for path in database.parent.glob(f"{database.name}*"):
            path.unlink()
        call_command("migrate", verbosity=0)
    else:
        call_command("flush", interactive=False, verbosity=0)
    shutil.rmtree(settings.DATA_DIR / "files", ignore_errors=True)
    _password_file().unlink(missing_ok=True)


def _password_file() -> Path:
    return Path(settings.DATA_DIR) / "demo-password"
