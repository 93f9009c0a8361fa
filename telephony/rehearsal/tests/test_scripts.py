"""Every call script of the repository, as it is, and with its webhooks doubled and shuffled."""

from functools import cache
from pathlib import Path

import pytest
from django.db import connection

from telephony.rehearsal.findings import Report
from telephony.rehearsal.parsing import load_script
from telephony.rehearsal.playing import rehearse
from telephony.rehearsal.printing import as_text
from telephony.rehearsal.replaying import check_replay
from telephony.rehearsal.waiting import wait_for_worker

FILES = sorted((Path(__file__).parent.parent / "scripts").glob("*.yaml"))
WITH_A_WORKER = (
    "missed-call-one-text",
    "two-calls-one-text",
    "ring-all-two-outside-phones",
    "stop-then-missed-call",
    "text-answer-lost",
)

pytestmark = pytest.mark.django_db(transaction=True, reset_sequences=True)
# One process for all tests of a script: it is played once.
each_script = pytest.mark.parametrize(
    "file", [pytest.param(file, id=file.stem, marks=pytest.mark.xdist_group(file.stem)) for file in FILES]
)
# Shuffled brings every webhook twice as well. Once more in the recorded order is for SQLite alone: it finds the same.
ORDERS = ["shuffled"] if connection.vendor == "postgresql" else ["doubled", "shuffled"]


@cache
def played(file: Path) -> Report:
    return rehearse(load_script(file))


def test_there_are_scripts_for_every_rule_switch_and_failure():
    assert len(FILES) >= 60


@each_script
def test_it_goes_as_the_script_expects(file):
    report = played(file)
    assert report.passed, as_text(report)


@each_script
@pytest.mark.parametrize("order", ORDERS)
def test_its_webhooks_end_in_the_same_rows_twice_and_in_any_order(file, order, empty):
    report = played(file)
    check = check_replay(report, order, seed=7, fresh=empty)
    assert check is None or check.passed, check.found


@pytest.mark.parametrize("name", WITH_A_WORKER)
def test_a_celery_worker_does_the_same_as_the_runner(name, monkeypatch):
    from aesthetix.operations.embedded import worker

    file = next(file for file in FILES if file.stem == name)
    with worker():
        report = rehearse(load_script(file), work=wait_for_worker)
    assert report.passed, as_text(report)
