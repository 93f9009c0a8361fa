"""An import of 100,000 rows beside 10,000: rows a second, the worker's memory, and how the site answers meanwhile."""

import os
import resource
import statistics
import tempfile
import time
from collections.abc import Iterator
from multiprocessing import get_context
from typing import Any

from bench import load
from bench.report import Result
from bench.search import signed_in
from bench.world import granian, production
from scripts.services import free_port

LARGE, KNOWN = int(os.environ.get("BENCH_ROWS", "100000")), 20_000
SMALL = LARGE // 10
HEAD = "First name,Last name,Email,Phone,Birthday,Tags,Lead source,Text consent\n"


def run(environment: dict[str, str]) -> list[Result]:
    from bench import practice_data

    practice = practice_data.fill(
        KNOWN, 1, account_sid="AC" + "e" * 32, token="bench", slug="import", prefix="+1928555"
    )
    port = free_port()
    with granian("aesthetix.wsgi:application", production(environment, port), port) as site:
        headers = signed_in(practice)
        pages = [load.get("/contacts/", **headers, **{"HX-Boosted": "true"})] * 40
        quiet = load.run(site.address, iter(pages), connections=1, seconds=15)
        small, _ = _import(practice, SMALL, lambda: None)
        busy: list[load.Measured] = []
        large, phases = _import(
            practice, LARGE, lambda: busy.append(load.run(site.address, iter(pages), connections=1, seconds=15))
        )
    return [*_rates(phases), _memory(small, large), _answers(quiet, busy)]


def _import(practice: Any, rows: int, meanwhile: Any) -> tuple[float, dict[str, float]]:
    """Peak megabytes of the worker, a process of its own, and seconds of the dry run and of the import."""
    from django.db import connections

    connections.close_all()
    context = get_context("fork")
    answers = context.Queue()
    worker = context.Process(target=_work, args=(practice.pk, rows, answers))
    worker.start()
    time.sleep(1)
    while worker.is_alive():
        meanwhile()
        worker.join(timeout=1)
    phases = answers.get(timeout=10)
    return phases.pop("memory"), phases


def _work(practice_id: int, rows: int, answers: Any) -> None:
    from django.core.files import File

    from aesthetix.events import bell
    from aesthetix.events.due import drain
    from aesthetix.practices.actor import Actor
    from aesthetix.practices.models import Practice, Staff
    from contacts.models import Job
    from contacts.services import imports

    bell.silent = True
    practice = Practice.objects.get(pk=practice_id)
    staff = Staff.objects.for_practice(practice).filter(role="admin").select_related("user")[0]
    actor, phases = Actor(practice=practice, staff=staff), {}
    with tempfile.TemporaryFile() as source:
        source.writelines(line.encode() for line in _file(rows))
        source.seek(0)
        job = imports.upload(actor=actor, file=File(source, "people.csv"))
    targets = imports.guessed(practice, job.options["head"])
    imports.start_check(actor=actor, job=job, targets=targets, dates="mdy", known="update")
    phases["dry run"] = _timed(lambda: drain("contact_jobs"))
    imports.start_apply(actor=actor, job=Job.objects.for_practice(practice).get(pk=job.pk))
    phases["import"] = _timed(lambda: drain("contact_jobs"))
    job = Job.objects.for_practice(practice).get(pk=job.pk)
    assert job.options["phase"] == "applied", (job.options, job.state, job.last_error)
    answers.put({**phases, "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024})


def _timed(work: Any) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _file(rows: int) -> Iterator[str]:
    """Line by line, for the memory is the import's. One in twenty is somebody whom the practice has, and one in a
    hundred stands there twice."""
    from aesthetix.operations.scale import names, people

    yield HEAD
    for at in range(rows):
        one = at - 1 if at % 100 == 99 else at
        (first, _), (last, _) = names.FIRST[one % len(names.FIRST)], names.LAST[(one * 7) % len(names.LAST)]
        number = people.FIRST_NUMBER + one if at % 20 == 0 else 9_000_000 - one
        area = people.AREA if at % 20 == 0 else 1623 + rows // 100_000
        email = f"new{rows}.{one}@example.com"
        yield f"{first},{last},{email},+{area}{number},3/{1 + one % 28}/1980,Botox,Referral,yes\n"


def _rates(phases: dict[str, float]) -> list[Result]:
    return [
        Result(f"import, {name}", None, LARGE / seconds, None, "≥ 500/s", LARGE / seconds >= 500, LARGE, "rows/s")
        for name, seconds in phases.items()
    ]


def _memory(small: float, large: float) -> Result:
    return Result(
        f"import, peak memory, {SMALL // 1000}k and {LARGE // 1000}k",
        small,
        large,
        large / small,
        "≤ 1.2",
        large <= small * 1.2,
        LARGE,
        "MB",
    )


def _answers(quiet: load.Measured, busy: list[load.Measured]) -> Result:
    """The list's page: alone, and while the rows are written."""
    before = quiet.percentile(0.95)
    after = statistics.median(measured.percentile(0.95) for measured in busy)
    n = sum(len(measured.latencies) for measured in busy)
    return Result(
        "import, list page meanwhile, p95", before, after, after / before, "≤ 3", after <= before * 3, n, "ms"
    )
