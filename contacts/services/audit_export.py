"""The audit log, as it is narrowed, as a CSV file for practice admins."""

import csv
import tempfile
from collections.abc import Iterator
from typing import IO, cast

from django.core.files import File
from django.http import QueryDict

from aesthetix.audit.models import AuditEntry
from aesthetix.lib.cells import as_cell
from aesthetix.practices.actor import Actor
from aesthetix.practices.roles import require_admin
from aesthetix.web.audit_log import AuditFilter, older_than
from aesthetix.web.audit_words import in_words
from contacts.models import Job
from contacts.services import jobs

SLICE = 1000
HEAD = ("When", "Who", "What", "On", "Record number", "Changes", "From (IP)")


def start_audit_export(*, actor: Actor, query: str) -> Job:
    """Raises PermissionDenied for who is no admin, ValueError for filters that cannot be read."""
    require_admin(actor)
    form = AuditFilter(QueryDict(query), actor.practice)
    if not form.is_valid():
        raise ValueError(query)
    rows = form.rows()
    last = rows.values_list("pk", flat=True).order_by("-pk").first() or 0
    job = Job(kind=Job.Kind.AUDIT, query=query, last_id=last, total=rows.filter(pk__lte=last).count())
    return jobs.start_job(actor=actor, job=job)


def _export(job: Job) -> None:
    """What comes while it runs is not part of it, its own rows neither."""
    job.done = 0
    with tempfile.TemporaryFile("w+", encoding="utf-8-sig", newline="") as text:
        writer = csv.writer(text)
        writer.writerow(HEAD)
        for entries in _slices(job):
            writer.writerows(map(_row, entries))
            job.done += len(entries)
            jobs.note_progress(job)
        text.flush()
        jobs.keep_file(job, f"audit-{job.pk}.csv", File(cast("IO[bytes]", text.buffer)))


def _slices(job: Job) -> Iterator[list[AuditEntry]]:
    rows = AuditFilter(QueryDict(job.query), job.practice).rows().filter(pk__lte=job.last_id)
    cursor = None
    while True:
        entries = list(older_than(rows, cursor)[:SLICE])
        yield entries
        if len(entries) < SLICE:
            return
        cursor = (entries[-1].at, entries[-1].pk)


def _row(entry: AuditEntry) -> list[str]:
    told = in_words(entry)
    words = (entry.actor, told.action, told.object, str(entry.contact_id or ""), "; ".join(told.changes))
    return [entry.at.isoformat(), *map(as_cell, words), entry.ip or ""]


jobs.add_kind(Job.Kind.AUDIT, _export)
