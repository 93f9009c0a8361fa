"""`manage.py phone_lab run FILE.yaml…`: rehearse the phone from the command line. See docs/phone-lab.md."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError

from aesthetix.practices.models import Practice
from telephony.rehearsal.copying import Configuration, read_configuration, write_configuration
from telephony.rehearsal.findings import Report
from telephony.rehearsal.parsing import load_script
from telephony.rehearsal.playing import rehearse
from telephony.rehearsal.printing import as_json, as_text
from telephony.rehearsal.reading import ScriptError
from telephony.rehearsal.replaying import Fresh, check_replay
from telephony.rehearsal.scratch import fresh_database, scratch_house
from telephony.rehearsal.script import Script

UNREADABLE = 2


class NoSuchPractice(Exception):
    """None has the slug that was asked for."""


class Command(BaseCommand):
    help = "Plays call scripts against this application in a scratch database, on a virtual clock."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        run = parser.add_subparsers(dest="action", required=True).add_parser("run", help="play call scripts")
        run.add_argument("files", nargs="+", type=Path, metavar="FILE.yaml")
        run.add_argument("--json", action="store_true", help="one JSON object per script")
        run.add_argument("--quiet", action="store_true", help="verdicts and failures only")
        run.add_argument("--order", choices=("doubled", "shuffled"), help="send its webhooks again in this order")
        run.add_argument("--seed", type=int, default=1, help="which shuffled order")
        run.add_argument("--practice", metavar="SLUG", help="against a copy of this practice's configuration")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            configuration = _configuration(options["practice"])
        except NoSuchPractice as error:
            self._complain(error, options)
            raise SystemExit(UNREADABLE) from None
        with scratch_house() as folder:

            def fresh() -> Practice | None:
                fresh_database(folder)
                return write_configuration(configuration) if configuration else None

            reports = [self._run(file, fresh, options) for file in options["files"]]
        passed = sum(report is not None and report.passed for report in reports)
        if not options["json"]:
            self.stdout.write(f"{passed} of {len(reports)} scripts pass.")
        if passed < len(reports):
            raise SystemExit(UNREADABLE if None in reports else 1)

    def _run(self, file: Path, fresh: Fresh, options: dict[str, Any]) -> Report | None:
        """None, and a line that says why, for a script that cannot be read."""
        try:
            return self._play(load_script(file), fresh, options)
        except ScriptError as error:
            self._complain(error, options, script=str(file))
            return None

    def _complain(self, error: Exception, options: dict[str, Any], **about: str) -> None:
        if options["json"]:
            self.stdout.write(json.dumps({**about, "passed": False, "error": str(error)}, ensure_ascii=False))
        else:
            self.stderr.write(str(error))

    def _play(self, script: Script, fresh: Fresh, options: dict[str, Any]) -> Report:
        report = rehearse(script, practice=fresh())
        if options["order"] and (check := check_replay(report, options["order"], options["seed"], fresh)):
            report.checks.append(check)
        self._show(report, options)
        return report

    def _show(self, report: Report, options: dict[str, Any]) -> None:
        self.stdout.write(as_json(report) if options["json"] else as_text(report, trace=not options["quiet"]))


def _configuration(slug: str | None) -> Configuration | None:
    try:
        return read_configuration(slug) if slug else None
    except Practice.DoesNotExist:
        known = ", ".join(Practice.objects.order_by("slug").values_list("slug", flat=True)) or "none yet"
        text = f"There is no practice with the slug “{slug}”. Known here: {known}."
    except DatabaseError:
        text = f"There is no practice with the slug “{slug}”: the database cannot be read or has no tables yet."
    raise NoSuchPractice(text)
