"""`manage.py phone_lab run FILE.yaml…`: rehearse the phone from the command line. See docs/phone-lab.md."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

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
        scripts = _load(options["files"])
        configuration = _configuration(options["practice"])
        with scratch_house() as folder:

            def fresh() -> Practice | None:
                fresh_database(folder)
                return write_configuration(configuration) if configuration else None

            reports = [self._run(script, fresh, options) for script in scripts]
        failed = sum(not report.passed for report in reports)
        if not options["json"]:
            self.stdout.write(f"{len(reports) - failed} of {len(reports)} scripts pass.")
        if failed:
            raise SystemExit(1)

    def _run(self, script: Script, fresh: Fresh, options: dict[str, Any]) -> Report:
        report = rehearse(script, practice=fresh())
        if options["order"] and (check := check_replay(report, options["order"], options["seed"], fresh)):
            report.checks.append(check)
        self._show(report, options)
        return report

    def _show(self, report: Report, options: dict[str, Any]) -> None:
        self.stdout.write(as_json(report) if options["json"] else as_text(report, trace=not options["quiet"]))


def _load(files: list[Path]) -> list[Script]:
    try:
        return [load_script(file) for file in files]
    except ScriptError as error:
        raise CommandError(str(error), returncode=UNREADABLE) from None


def _configuration(slug: str | None) -> Configuration | None:
    try:
        return read_configuration(slug) if slug else None
    except Practice.DoesNotExist:
        raise CommandError(f"There is no practice with the slug “{slug}”.", returncode=UNREADABLE) from None
