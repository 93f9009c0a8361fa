"""An import from the upload to the day it can no longer be taken back. `phase` says where it stands:
mapping → check → checked (or unreadable) → apply → applied → undo → undone."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import transaction

from aesthetix.audit import services as audit
from aesthetix.events import outbox
from aesthetix.lib import clock
from aesthetix.practices.actor import Actor
from aesthetix.practices.models import Practice
from contacts.importing.fields import own_targets
from contacts.importing.reading import MOST_BYTES, SAMPLE, Unreadable, detect, read_head
from contacts.importing.targets import SEVERAL, TARGETS, guess, plain
from contacts.models import ImportColumn, ImportKey, ImportRow, Job
from contacts.services import jobs
from contacts.services.import_apply import apply_slice, undo_slice
from contacts.services.import_check import check

UNDO_FOR = dt.timedelta(days=30)


@transaction.atomic
def upload(*, actor: Actor, file: "File[bytes]") -> Job:
    """Kept as it came; nothing is read but its head. Raises ValidationError for what is no CSV."""
    if (file.size or 0) > MOST_BYTES:
        raise ValidationError("The file is larger than 50 MB. Split it.", code="size")
    try:
        form = detect(file.read(SAMPLE))
        file.seek(0)
        head = read_head(file, form)
    except Unreadable as error:
        raise ValidationError(str(error), code="unreadable") from error
    file.seek(0)
    given = {"encoding": form.encoding, "separator": form.separator}
    options = {"phase": "mapping", "format": given, "head": head, "dates": "mdy", "known": "update"}
    job = Job(practice=actor.practice, staff=actor.staff, kind=Job.Kind.IMPORT, state=Job.State.READY, options=options)
    job.due_at = clock.now() + jobs.KEEP_FILE[Job.Kind.IMPORT]  # forgotten then, should nobody go on with it
    job.file.save("import.csv", file, save=False)
    job.save()
    audit.record(actor, "job.import", job)
    return job


def guessed(practice: Practice, head: Sequence[str]) -> list[str]:
    """As the practice mapped columns of these names the last time, else by their names."""
    names = [plain(name) for name in head]
    rows = ImportColumn.objects.for_practice(practice).filter(name__in=names)
    own = {target: field.name for target, field in own_targets(practice).items()}
    return guess(head, dict(rows.values_list("name", "target")), own)


def targets_of(practice: Practice) -> dict[str, str]:
    """What a column can become, in words."""
    return TARGETS | {target: f"{field.name} ({field.group.name})" for target, field in own_targets(practice).items()}


def start_check(*, actor: Actor, job: Job, targets: Sequence[str], dates: str, known: str) -> None:
    """The dry run, anew if there was one before. Raises ValidationError for a mapping that cannot be."""
    _require_mapping(job, targets)
    for name, target in zip(job.options["head"], targets, strict=True):
        ImportColumn.objects.update_or_create(
            practice=actor.practice, name=plain(name)[:120], defaults={"target": target, "at": clock.now()}
        )
    with transaction.atomic():
        given: dict[str, Any] = {"targets": list(targets), "dates": dates, "known": known}
        # The rows of an import that has begun are what it is taken back by.
        if _run(actor, job, "check", {"mapping", "checked", "unreadable"}, **given):
            for rows in (ImportRow, ImportKey):
                rows.objects.for_practice(actor.practice).filter(job=job).delete()


def start_apply(*, actor: Actor, job: Job) -> None:
    """What the dry run announced, now."""
    rows = ImportRow.objects.for_practice(actor.practice).filter(job=job).exclude(action="skip")
    _run(actor, job, "apply", {"checked"}, total=rows.count())


def start_undo(*, actor: Actor, job: Job) -> None:
    """Raises ValidationError when it is too late."""
    if not may_undo(job):
        raise ValidationError("An import can be taken back for 30 days.", code="late")
    rows = ImportRow.objects.for_practice(actor.practice).filter(job=job, is_applied=True)
    _run(actor, job, "undo", {"applied", "apply"}, total=rows.count())


def may_undo(job: Job) -> bool:
    """Also what an import wrote that was stopped, or that failed on its way."""
    done = job.finished_at if job.options.get("phase") in {"applied", "apply"} and job.is_over else None
    return done is not None and done > clock.now() - UNDO_FOR


@transaction.atomic
def _run(actor: Actor, job: Job, phase: str, after: set[str], *, total: int = 0, **options: Any) -> bool:
    """Pressed twice, or by two people: once. False where nothing was begun."""
    held = Job.objects.for_practice(actor.practice).select_for_update().get(pk=job.pk)
    if held.options["phase"] not in after or held.state == Job.State.RUNNING or not held.file:
        return False
    held.options = {**held.options, "phase": phase, **options}
    held.state, held.due_at, held.finished_at = Job.State.RUNNING, clock.now(), None
    held.cursor, held.done, held.skipped, held.total, held.attempts = 0, 0, 0, total, 0
    held.save()
    audit.record(actor, f"import.{phase}", held)
    outbox.emit(actor.practice, "job.changed")
    outbox.ring(jobs.JOBS.name)
    return True


def _require_mapping(job: Job, targets: Sequence[str]) -> None:
    known = targets_of(job.practice)
    if len(targets) != len(job.options["head"]) or set(targets) - set(known):
        raise ValidationError("Say for each column what it is.", code="mapping")
    once = [target for target in targets if target not in SEVERAL]
    if twice := next((target for target in once if once.count(target) > 1), None):
        raise ValidationError(f"Two columns are “{known[twice]}”. Leave one of them out.", code="twice")
    if not set(targets) & {"full_name", "first_name", "last_name", "email", "mobile", "home", "work"}:
        raise ValidationError("At least one column must be a name, a number or an email.", code="nothing")


_apply, _undo = jobs.in_slices(apply_slice), jobs.in_slices(undo_slice)


def _run_phase(job: Job) -> None:
    phase = job.options["phase"]
    if phase == "check":
        check(job)
        raise jobs.Waiting
    if phase not in {"apply", "undo"}:  # written to its end by a worker that died before it could say so
        return
    (_apply if phase == "apply" else _undo)(job)
    done = {"apply": "applied", "undo": "undone"}[phase]
    rows = Job.objects.for_practice(job.practice_id).filter(pk=job.pk, state=Job.State.RUNNING)
    rows.update(options={**job.options, "phase": done})


jobs.add_kind(Job.Kind.IMPORT, _run_phase)
