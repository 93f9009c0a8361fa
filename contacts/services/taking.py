"""Who may take the file of a job: asked when it is taken, for rights and patients change hands while it lies there."""

from aesthetix.practices.models import Staff
from contacts.models import Contact, Job
from contacts.services.jobs import TAKEN_OUT, may_take_out


def may_take(staff: Staff, job: Job) -> bool:
    """Only with the right to take it out, and only where the file speaks of nobody whom this person may not see now."""
    if not job.file or job.kind not in TAKEN_OUT or not may_take_out(staff, job.kind):
        return False
    if job.kind == Job.Kind.RECORD:
        return bool(Contact.objects.for_staff(staff).filter(pk=job.options["contact"]).exists())
    return staff.sees_all or _sees(staff, job.options.get("holds") or [])


def _sees(staff: Staff, contacts: list[int]) -> bool:
    """All of them. A file of somebody who saw everybody does not say whom it holds: nobody else takes it."""
    return bool(contacts) and set(contacts) <= set(Contact.objects.for_staff(staff).values_list("pk", flat=True))
