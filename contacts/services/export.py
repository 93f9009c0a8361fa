"""A list as a CSV file that a spreadsheet opens without running anything in it."""

import csv
import tempfile
from collections.abc import Iterator
from typing import IO, cast

from django.core.files import File
from django.db import transaction

from aesthetix.audit.models import AuditEntry
from aesthetix.lib.cells import as_cell
from aesthetix.lib.phone import display
from contacts.additional_info import Line, rows_of
from contacts.models import Consent, Contact, CustomField, Job
from contacts.services import jobs
from contacts.services.bulk import next_contacts
from contacts.services.custom_fields import fields_of

SLICE = 500
HEAD = (
    *("Number", "First name", "Last name", "Email", "Birthday", "Phones", "Tags", "Assigned to", "Lead source"),
    *("Alert", "Texts", "Emails", "Calls", "Created"),
)


ANSWERS = {True: "yes", False: "no", None: ""}


def row_of(contact: Contact) -> list[str]:
    answers = {consent.channel: consent.granted for consent in reversed(contact.consents.all())}
    return [
        str(contact.pk),
        *(as_cell(text) for text in (contact.first_name, contact.last_name, contact.email)),
        contact.birthday.isoformat() if contact.birthday else "",
        as_cell("; ".join(display(phone.number) for phone in contact.phones.all())),
        as_cell("; ".join(tag.name for tag in contact.tags.all())),
        as_cell(contact.assigned_to.user.name if contact.assigned_to else ""),
        *(as_cell(text) for text in (contact.lead_source, contact.alert)),
        *(ANSWERS[answers.get(channel)] for channel in Consent.Channel.values),
        contact.created_at.astimezone(contact.practice.tz).date().isoformat(),
    ]


def _custom(contacts: list[Contact], fields: list[CustomField]) -> Iterator[list[str]]:
    """The cells of each contact."""
    rows = rows_of(fields, [contact.pk for contact in contacts])
    for contact in contacts:
        texts = {value.field_id: value.text for value in contact.field_values.all()}
        own = [Line(field, texts.get(field.pk, ""), 0, rows.get((field.pk, contact.pk), [])) for field in fields]
        yield [as_cell(line.words) for line in own]


def _export(job: Job) -> None:
    """All of it in one go into one file: a worker that dies begins anew, and nobody has seen half a file."""
    job.cursor = job.done = 0
    holds: list[int] = []
    with tempfile.TemporaryFile("w+", encoding="utf-8-sig", newline="") as text:
        writer = csv.writer(text)
        fields = list(fields_of(job.practice))
        writer.writerow([*HEAD, *(as_cell(field.name) for field in fields)])
        for contacts in _slices(job):
            own = _custom(contacts, fields)
            writer.writerows([*row_of(contact), *cells] for contact, cells in zip(contacts, own, strict=True))
            if not job.staff.sees_all:  # whose patients they are can change until somebody takes the file
                holds += [contact.pk for contact in contacts]
            job.done += len(contacts)
            _note(job, contacts)
        text.flush()
        jobs.keep_file(job, f"contacts-{job.pk}.csv", File(cast("IO[bytes]", text.buffer)), holds=holds)


@transaction.atomic
def _note(job: Job, contacts: list[Contact]) -> None:
    """In the history of each record, once, however often a worker has to begin anew."""
    new = [contact for contact in contacts if contact.pk > job.options.get("told", 0)]
    AuditEntry.objects.bulk_create(
        AuditEntry(
            practice=job.practice,
            staff=job.staff,
            actor=str(jobs.actor_of(job)),
            action="export",
            object_type="contacts.contact",
            object_id=str(contact.pk),
            contact_id=contact.pk,
            changes={"job": job.pk},
        )
        for contact in new
    )
    if new:
        job.options = {**job.options, "told": new[-1].pk}
    jobs.note_progress(job)


def _slices(job: Job) -> Iterator[list[Contact]]:
    while True:
        rows = next_contacts(job, SLICE).select_related("assigned_to__user", "practice")
        contacts = list(rows.prefetch_related("phones", "tags", "consents", "field_values"))
        yield contacts
        if len(contacts) < SLICE:
            return
        job.cursor = contacts[-1].pk


jobs.add_kind(Job.Kind.EXPORT, _export)
