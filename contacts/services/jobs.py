"""Running jobs: in slices that are transactions, or in one go that says how far it is."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.core.files import File
from django.db import transaction
from django.db.models import QuerySet

from aesthetix.audit import services as audit
from aesthetix.events import outbox
from aesthetix.events.due import WorkQueue
from aesthetix.lib import clock
from aesthetix.practices.actor import Actor
from aesthetix.practices.models import Staff
from contacts.models import ImportKey, ImportRow, Job

WEEK = dt.timedelta(days=7)
TAKEN_OUT = {Job.Kind.EXPORT, Job.Kind.RECORD, Job.Kind.AUDIT}  # their files leave the house
KEEP_FILE = {Job.Kind.IMPORT: dt.timedelta(days=30)} | dict.fromkeys(TAKEN_OUT, WEEK)
Runner = Callable[[Job], None]
Slice = Callable[[Job], bool]
_runners: dict[str, Runner] = {}


class Stopped(Exception):
    """Somebody cancelled the job, or its starter left or may not do it any more."""


class Waiting(Exception):
    """The job is not this worker's any more: it waits for a person, or was begun anew meanwhile."""


def add_kind(kind: str, runner: Runner) -> None:
    """`runner(job)` does all of it, outside any transaction, or raises Stopped."""
    _runners[kind] = runner


def in_slices(slice_: Slice) -> Runner:
    """`slice_(job)` does the next part, moves `cursor`, `done` and `skipped`, and says whether more is to come.
    Part and note are one transaction: a worker that dies neither skips nor repeats."""

    def run(job: Job) -> None:
        more = True
        while more:
            with transaction.atomic():
                held = _held(job)
                more = slice_(held)
                _save(held)

    return run


@transaction.atomic
def note_progress(job: Job) -> None:
    """For a runner that goes in one go: how far it is. Raises Stopped."""
    held = _held(job)
    held.done, held.skipped, held.total, held.options = job.done, job.skipped, job.total, job.options
    _save(held)


def keep_file(job: Job, name: str, file: "File[Any]", **options: Any) -> None:
    """What the job was for. Stopped meanwhile, or finished by another worker: the file goes again. Raises Stopped."""
    job.file.save(name, file, save=False)
    job.options = {**job.options, **options}
    if not _row(job).filter(state=Job.State.RUNNING).update(file=job.file.name, options=job.options):
        job.file.storage.delete(str(job.file.name))
        raise Stopped


def start_job(*, actor: Actor, job: Job, contact_id: int | None = None) -> Job:
    """The row is the work; the bell only wakes a worker. `contact_id`: the one contact that it is about."""
    assert actor.staff is not None
    with transaction.atomic():
        job.practice, job.staff, job.due_at = actor.practice, actor.staff, clock.now()
        job.save()
        audit.record(actor, f"job.{job.kind}", job, contact_id=contact_id, changes={"total": job.total})
        outbox.emit(actor.practice, "job.changed")
        outbox.ring(JOBS.name)
    return job


@transaction.atomic
def cancel_job(*, actor: Actor, job: Job) -> None:
    """What was done stays done. Over already: nothing changes."""
    now = clock.now()
    running = _row(job).filter(state__in=[Job.State.READY, Job.State.RUNNING])
    if running.update(state=Job.State.CANCELLED, due_at=_forgotten_at(job, now), finished_at=now):
        audit.record(actor, "job.cancelled", job)
        outbox.emit(actor.practice, "job.changed")


def may_take_out(staff: Staff, kind: str) -> bool:
    """The audit log tells of every patient and of everybody who works here."""
    return staff.is_admin and staff.sees_all if kind == Job.Kind.AUDIT else staff.exports


def actor_of(job: Job) -> Actor:
    return Actor(practice=job.practice, staff=job.staff)


def _row(job: Job) -> "QuerySet[Job]":
    row: QuerySet[Job] = Job.objects.for_practice(job.practice_id).filter(pk=job.pk)
    return row


def _held(job: Job) -> Job:
    held = _row(job).select_for_update(of=("self",)).select_related("practice", "staff__user").get()
    if held.options.get("phase") != job.options.get("phase"):
        raise Waiting
    if held.state != Job.State.RUNNING or not held.staff.is_current:
        raise Stopped
    if held.kind in TAKEN_OUT and not may_take_out(held.staff, held.kind):
        raise Stopped
    return held


def _save(held: Job) -> None:
    """And the lease begins again."""
    held.due_at, held.attempts = clock.now() + JOBS.lease, 0
    held.save()
    outbox.emit(held.practice, "job.changed")


def _work(job: Job) -> None:
    if job.state != Job.State.RUNNING:
        _forget_file(job)
        return
    try:
        _runners[job.kind](job)
    except Waiting:
        pass
    except Stopped:
        _finish(job, Job.State.CANCELLED)
    else:
        _finish(job, Job.State.DONE)
    job.refresh_from_db()


def _give_up(job: Job) -> None:
    _finish(job, Job.State.FAILED)


@transaction.atomic
def _finish(job: Job, state: str) -> None:
    """A job that left a file is due again when that is to be forgotten."""
    now = clock.now()
    _row(job).filter(state=Job.State.RUNNING).update(state=state, due_at=_forgotten_at(job, now), finished_at=now)
    outbox.emit(job.practice, "job.changed")


def _forgotten_at(job: Job, now: dt.datetime) -> dt.datetime | None:
    return now + KEEP_FILE[Job.Kind(job.kind)] if _row(job).exclude(file="").exists() else None


def _forget_file(job: Job) -> None:
    """Also of an import that nobody started in all that time."""
    if job.file:
        job.file.delete(save=False)
    for rows in (ImportRow, ImportKey):
        rows.objects.for_practice(job.practice_id).filter(job=job).delete()
    _row(job).update(due_at=None, file="")
    _row(job).filter(state=Job.State.READY).update(state=Job.State.CANCELLED, finished_at=clock.now())
    job.refresh_from_db()


JOBS = WorkQueue("contact_jobs", Job, _work, gave_up=_give_up, batch=1, max_attempts=5).register()
