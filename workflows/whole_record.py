"""The workflows' part of a patient's whole record: which ran for them, what each step did, and why others did not."""

from collections.abc import Iterator

from contacts.models import Contact
from contacts.whole_record.parts import Cell, Part, Table
from workflows.models import Enrollment, StepRun

SLICE = 200


def tables(contact: Contact) -> Iterator[Table]:
    run = (("at", "Started"), ("workflow", "Workflow"), ("state", "State"), ("ended", "Ended"), ("reason", "Why"))
    yield Table("workflow_runs", "Workflows", run, _runs(contact))
    step = (("at", "When"), ("workflow", "Workflow"), ("did", "What it did"))
    yield Table("workflow_steps", "Steps of workflows", step, _steps(contact))


def _runs(contact: Contact) -> Iterator[tuple[Cell, ...]]:
    rows = Enrollment.objects.for_practice(contact.practice_id).filter(contact=contact)
    for run in rows.select_related("version__workflow").order_by("started_at", "id").iterator(SLICE):
        yield run.started_at, run.version.workflow.name, run.get_state_display(), run.ended_at, run.reason


def _steps(contact: Contact) -> Iterator[tuple[Cell, ...]]:
    rows = StepRun.objects.for_practice(contact.practice_id).filter(enrollment__contact=contact)
    for step in rows.select_related("enrollment__version__workflow").order_by("at", "id").iterator(SLICE):
        yield step.at, step.enrollment.version.workflow.name, step.result


PART = Part(50, tables)
