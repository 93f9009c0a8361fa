"""Workflow steps from due row to done, by two processes as the workers are: one transaction a step."""

import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from bench.report import Result

RUNS, WORKERS = 1500, 2


def run(environment: dict[str, str]) -> list[Result]:
    from django.db import connections

    from workflows.models import Enrollment, StepRun

    practice = _practice_with_runs()
    connections.close_all()
    began = time.perf_counter()
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("fork")) as pool:
        list(pool.map(_drain, range(WORKERS)))
    rate = RUNS / (time.perf_counter() - began)
    done = Enrollment.objects.for_practice(practice).filter(state="done").count()
    assert done == StepRun.objects.for_practice(practice).count() == RUNS, done
    return [Result("steps, end to end", None, rate, None, "≥ 500/s", rate >= 500, RUNS, "/s")]


def _drain(worker: int) -> None:
    from aesthetix.events import bell
    from aesthetix.events.due import drain

    bell.silent = True
    drain("enrollments")


def _practice_with_runs() -> object:
    from aesthetix.practices.actor import Actor
    from bench import practice_data
    from contacts.models import Contact
    from workflows.models import Enrollment, Workflow
    from workflows.services.publishing import publish_workflow

    practice = practice_data.fill(RUNS, 1, account_sid="AC" + "d" * 32, token="bench", slug="steps", prefix="+1520555")
    definition = {
        "trigger": {"type": "call.missed", "filters": {"lines": [], "hours": "any", "tags_any": [], "tags_none": []}},
        "cool_off_minutes": 0,
        "steps": [{"id": "s1", "kind": "add_tag", "tag": "Called"}],
    }
    workflow = Workflow.objects.create(practice=practice, name="Bench", definition=definition)
    version = publish_workflow(actor=Actor.system(practice, "Bench"), workflow=workflow)
    Enrollment.objects.bulk_create(
        Enrollment(practice=practice, version=version, contact=contact, key=f"bench:{contact.pk}", step="s1")
        for contact in Contact.objects.for_practice(practice)
    )
    return practice
