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
from contacts.models import Job
from contacts.services.jobs import cancel_job

SHOWN = 30


@require_GET
def job_list(request: PracticeRequest) -> HttpResponse:
    return render(request, "contacts/jobs.html", {"jobs": _mine(request)[:SHOWN]})


@require_GET
def job_page(request: PracticeRequest, pk: int) -> HttpResponse:
    """The page; for a page that is open, how far the job is by now."""
    template = "contacts/job_progress.html" if wants_fragment(request) else "contacts/job.html"
    return render(request, template, {"job": _fetch(request, pk)})


@require_POST
def job_cancel(request: PracticeRequest, pk: int) -> HttpResponse:
    job = _fetch(request, pk)
    cancel_job(actor=request.actor, job=job)
    messages.success(request, "Stopped. What was done stays done.")
    return redirect("contacts:job", pk)


@require_safe
def job_file(request: PracticeRequest, pk: int) -> HttpResponseBase:
    job = _fetch(request, pk)
    if not job.file or job.kind != Job.Kind.EXPORT or not request.staff.exports:
        raise Http404
    audit.record(request.actor, "download", job, changes={"contacts": job.done})
    name = f"contacts {job.created_at.astimezone(request.practice.tz):%Y-%m-%d %H%M}.csv"
    answer = file_response(request, job.file, content_type="text/csv; charset=utf-8", name=name)
    answer.headers["Content-Disposition"] = answer.headers["Content-Disposition"].replace("inline", "attachment", 1)
    return answer


def _mine(request: PracticeRequest) -> "QuerySet[Job]":
    """One's own; admins see everybody's, but a file only reaches who may export."""
    rows: QuerySet[Job] = Job.objects.for_practice(request.practice).select_related("staff__user")
    return rows if request.staff.is_admin else rows.filter(staff=request.staff)


def _fetch(request: PracticeRequest, pk: int) -> Job:
    job: Job = get_object_or_404(_mine(request), pk=pk)
    return job
