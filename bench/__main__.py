"""`python -m bench [job …]`: runs the jobs on stores of their own and prints the table."""

import os
import sys
from importlib import import_module

from bench import report
from bench.world import ROOT, production, stores

JOBS = ["webhook", "search", "timers", "steps", "celery", "records", "import", "sqlite"]


def main() -> int:
    wanted = sys.argv[1:] or JOBS
    unknown = set(wanted) - set(JOBS)
    if unknown:
        sys.stderr.write(f"No such job: {', '.join(sorted(unknown))}. Jobs: {', '.join(JOBS)}.\n")
        return 2
    results = []
    print(report.HEAD, flush=True)
    with stores() as environment:
        _set_up(environment)
        for job in wanted:
            for result in import_module(f"bench.{job}").run(environment):
                results.append(result)
                print(result.row(), flush=True)
    report.write(results)
    return 0


def _set_up(environment: dict[str, str]) -> None:
    os.environ.update(production(environment, 8000), DJANGO_SETTINGS_MODULE="aesthetix.settings")
    sys.path.insert(0, str(ROOT))
    import django
    from django.core.management import call_command

    django.setup()
    call_command("collectstatic", interactive=False, verbosity=0)
    call_command("migrate", verbosity=0)


if __name__ == "__main__":
    raise SystemExit(main())
