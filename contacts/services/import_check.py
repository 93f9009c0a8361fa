"""The dry run of an import: each row is read and told what would become of it. No contact is touched."""

import datetime as dt
from collections.abc import Iterator, Sequence

from django.db import transaction
from django.db.models import Max

from aesthetix.lib import clock
from aesthetix.practices.models import Staff
from contacts.importing.fields import Own, own_targets, read_cells
from contacts.importing.matching import Book, Seen, Several, keys_of, name_of
from contacts.importing.parsing import BadRow, Parsed, parse
from contacts.importing.reading import MOST_ROWS, Format, Unreadable, rows
from contacts.models import ImportKey, ImportRow, Job
from contacts.services import jobs

BATCH = 500
Line = tuple[int, list[str]]


def check(job: Job) -> None:
    """Goes on behind the last row that was written, should a worker have died. A file that cannot be read to its
    end says so and imports nothing."""
    try:
        for batch in _batches(job):
            with transaction.atomic():
                ImportRow.objects.bulk_create(_judged(job, batch))
                job.done += len(batch)
                jobs.note_progress(job)
        _ready(job, "checked")
    except Unreadable as error:
        _ready(job, "unreadable", problem=str(error))


def _ready(job: Job, phase: str, **more: str) -> None:
    """Back to the person who decides."""
    ImportKey.objects.for_practice(job.practice_id).filter(job=job).delete()
    job.options = {**job.options, "phase": phase, **more}
    running = Job.objects.for_practice(job.practice_id).filter(pk=job.pk, state=Job.State.RUNNING)
    until = clock.now() + jobs.KEEP_FILE[Job.Kind.IMPORT]
    running.update(state=Job.State.READY, due_at=until, options=job.options, total=job.done, done=0)


def _batches(job: Job) -> Iterator[list[Line]]:
    written = ImportRow.objects.for_practice(job.practice_id).filter(job=job)
    last, batch = written.aggregate(last=Max("number"))["last"] or 1, []
    job.done = written.count()
    with job.file.open("rb") as source:
        lines = rows(source, Format(**job.options["format"]))
        next(lines)  # the head
        for number, cells in lines:
            if number <= last:
                continue
            batch.append((number, cells))
            if len(batch) == BATCH:
                yield batch
                batch = []
            if job.done + len(batch) > MOST_ROWS:
                raise Unreadable(f"The file has more than {MOST_ROWS:,} rows. Split it.")
    if batch:
        yield batch


def read_rows(job: Job, lines: Sequence[Line]) -> list[tuple[Line, Parsed | str]]:
    """Each with its facts, or with why it cannot be."""
    today, people, own = clock.now().astimezone(job.practice.tz).date(), people_of(job), own_targets(job.practice)
    return [(line, _read(job, line[1], today, people, own)) for line in lines]


def people_of(job: Job) -> dict[str, int]:
    """Staff by email and by name, in any case."""
    current = Staff.objects.for_practice(job.practice_id).filter(left_at=None).select_related("user")
    found = {one.user.name.casefold(): one.pk for one in current}
    return found | {one.user.email.casefold(): one.pk for one in current}


def _read(job: Job, cells: list[str], today: dt.date, people: dict[str, int], own: Own) -> Parsed | str:
    targets, dates = job.options["targets"], job.options["dates"]
    try:
        row = parse(cells, targets, dates=dates, today=today)
        row.own = read_cells(cells, targets, own, dates)
    except BadRow as error:
        return str(error)
    if row.assignee and row.assignee.casefold() not in people:
        return f"Nobody in My Staff is named {row.assignee[:60]}."
    return row


def _judged(job: Job, lines: list[Line]) -> list[ImportRow]:
    read = read_rows(job, lines)
    good = [row for _, row in read if isinstance(row, Parsed)]
    book, seen = Book(job.practice, good), _earlier(job, good)
    judged, keys = [], []
    for (number, cells), row in read:
        made = ImportRow(practice=job.practice, job=job, number=number, cells=cells, action="skip")
        if isinstance(row, str):
            made.reason = row[:200]
        else:
            _judge(job, made, row, book, seen)
            keys += _note(job, number, row, seen)
        judged.append(made)
    ImportKey.objects.bulk_create(keys)
    return judged


def _note(job: Job, line: int, row: Parsed, seen: Seen) -> list[ImportKey]:
    """For the rows that follow, in this batch and in later ones."""
    name, keys = name_of(row), keys_of(row)
    for key in keys:
        seen.add(line, key, name)
    return [ImportKey(practice=job.practice, job=job, number=line, key=key, name=name) for key in keys]


def _judge(job: Job, made: ImportRow, row: Parsed, book: Book, seen: Seen) -> None:
    try:
        known = book.find(row)
    except Several as error:
        made.reason = str(error)
        return
    if line := seen.find(row):
        made.reason = f"The same person as line {line}."
    elif known is None:
        made.action = "create"
        made.reason = "Shares a number with another contact." if book.shares(row) else ""
    elif job.options["known"] == "update":
        made.action, made.contact_id = "update", known.pk
    else:
        made.reason, made.contact_id = "Is a contact already.", known.pk


def _earlier(job: Job, good: list[Parsed]) -> Seen:
    """Rows of this file before the batch that could be the same people."""
    seen, wanted = Seen(), {key for row in good for key in keys_of(row)}
    for one in ImportKey.objects.for_practice(job.practice_id).filter(job=job, key__in=wanted):
        seen.add(one.number, one.key, one.name)
    return seen
