"""One patient's whole record as a file, for the patient who asks for it."""

import tempfile

from django.core.exceptions import PermissionDenied
from django.core.files import File

from aesthetix.practices.actor import Actor
from contacts.models import Contact, Job
from contacts.services import jobs
from contacts.whole_record.writing import size_of, write_record

NOTED_EVERY = 10


def require_export(actor: Actor) -> None:
    if actor.staff is None or not actor.staff.exports:
        raise PermissionDenied("You may not export records. A practice admin can allow it in My Staff.")


def start_data_request(*, actor: Actor, contact: Contact) -> Job:
    """Pressed twice: one job. Raises PermissionDenied for who may not take records out."""
    require_export(actor)
    asked = Job.objects.for_practice(actor.practice).filter(kind=Job.Kind.RECORD, staff=actor.staff)
    running: Job | None = asked.filter(state=Job.State.RUNNING, options__contact=contact.pk).first()
    job = Job(kind=Job.Kind.RECORD, options={"contact": contact.pk}, total=size_of(contact))
    return running or jobs.start_job(actor=actor, job=job, contact_id=contact.pk)


def contact_of(job: Job) -> Contact | None:
    """None once the person who asked may not see the contact any more."""
    rows = Contact.objects.for_staff(job.staff).select_related("practice", "assigned_to__user")
    found: Contact | None = rows.filter(pk=job.options["contact"]).first()
    return found


def _take_out(job: Job) -> None:
    """All of it in one go, as exports do: nobody has ever half a record."""
    contact = contact_of(job)
    if contact is None:
        raise jobs.Stopped
    job.done, job.total = 0, size_of(contact)

    def done() -> None:
        job.done += 1
        if job.done % NOTED_EVERY == 0 or job.done == job.total:
            jobs.note_progress(job)

    with tempfile.TemporaryFile() as archive:
        missing = write_record(contact, archive, done)
        jobs.note_progress(job)
        jobs.keep_file(job, f"record-{job.pk}.zip", File(archive), missing=len(missing))


jobs.add_kind(Job.Kind.RECORD, _take_out)
