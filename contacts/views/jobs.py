"""How far a job is, its file, and stopping it."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST, require_safe

from aesthetix.audit import services as audit
from aesthetix.lib.files import file_response
from aesthetix.practices.http import PracticeRequest
from aesthetix.web.http import wants_fragment
from contacts.bulk_actions import action_of
from contacts.models import Contact, Job
from contacts.services.jobs import cancel_job
from contacts.services.taking import may_take

SHOWN = 30
CSV = "text/csv; charset=utf-8"
FORMS: dict[str, tuple[str, str, str]] = {  # what it is called, its ending, its type
    Job.Kind.EXPORT: ("contacts", "csv", CSV),
    Job.Kind.RECORD: ("record", "zip", "application/zip"),
    Job.Kind.AUDIT: ("audit log", "csv", CSV),
}


@require_GET
def job_list(request: PracticeRequest) -> HttpResponse:
    return render(request, "contacts/jobs.html", {"jobs": _mine(request)[:SHOWN]})


@require_GET
def job_page(request: PracticeRequest, pk: int) -> HttpResponse:
    """The page; for a page that is open, how far the job is by now."""
    job = _fetch(request, pk)
    context = {"job": job, "may_take": may_take(request.staff, job), "contact": _contact(request, job)}
    extra = action_of(job.kind)
    context["more"] = extra.more(job) if extra else None
    template = "contacts/job_progress.html" if wants_fragment(request) else "contacts/job.html"
    return render(request, template, context)


@require_POST
def job_cancel(request: PracticeRequest, pk: int) -> HttpResponse:
    job = _fetch(request, pk)
    cancel_job(actor=request.actor, job=job)
    messages.success(request, "Stopped. What was done stays done.")
    return redirect("contacts:job", pk)


@require_safe
def job_file(request: PracticeRequest, pk: int) -> HttpResponseBase:
    job = _fetch(request, pk)
    if not may_take(request.staff, job):
        raise Http404
    contact = _contact(request, job)
    changes = {} if contact else {"rows": job.done}
    audit.record(request.actor, "download", job, contact_id=contact.pk if contact else None, changes=changes)
    made, (of, ending, content_type) = job.created_at.astimezone(request.practice.tz), FORMS[job.kind]
    name = f"{contact.display_name if contact else ''} {of} {made:%Y-%m-%d %H%M}.{ending}".strip()
    return file_response(request, job.file, content_type=content_type, name=name, attachment=True)


def _contact(request: PracticeRequest, job: Job) -> Contact | None:
    """Whose record a data request is, for who may see them."""
    rows = Contact.objects.for_staff(request.staff).filter(pk=job.options.get("contact"))
    found: Contact | None = rows.prefetch_related("phones").first() if job.kind == Job.Kind.RECORD else None
    return found


def _mine(request: PracticeRequest) -> "QuerySet[Job]":
    """One's own; admins see everybody's, but a file only reaches who may export."""
    rows: QuerySet[Job] = Job.objects.for_practice(request.practice).select_related("staff__user")
    return rows if request.staff.is_admin else rows.filter(staff=request.staff)


def _fetch(request: PracticeRequest, pk: int) -> Job:
    job: Job = get_object_or_404(_mine(request), pk=pk)
    return job
