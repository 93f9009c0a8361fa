"""Importing contacts: upload, say what each column is, look at the dry run, import, take it back."""

import contextlib
import csv
from collections.abc import Iterator
from functools import wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from aesthetix.audit import services as audit
from aesthetix.lib.cells import as_cell
from aesthetix.practices.http import PracticeRequest, View
from aesthetix.web.http import wants_fragment
from contacts.importing.reading import Format, Unreadable, rows
from contacts.models import ImportRow, Job
from contacts.services import imports as service
from contacts.services.jobs import cancel_job

EXAMPLES = 3
SHOWN = 100


def all_data_required(view: View) -> View:
    """Who sees only assigned contacts could neither see nor match the others."""

    @wraps(view)
    def guarded(request: PracticeRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.staff.sees_all:
            raise PermissionDenied("Only staff with all data can import contacts.")
        return view(request, *args, **kwargs)

    return guarded


class UploadForm(forms.Form):
    file = forms.FileField(
        label="CSV file",
        help_text="Save it as CSV in your spreadsheet; the first row names the columns.",
        error_messages={"empty": "The file is empty.", "required": "Choose a file first."},
    )


class MappingForm(forms.Form):
    dates = forms.ChoiceField(
        label="Dates are written", choices=[("mdy", "Month first: 3/14/1988"), ("dmy", "Day first: 14/3/1988")]
    )
    known = forms.ChoiceField(
        label="Contacts that we have",
        choices=[("update", "Update with what the file says"), ("skip", "Leave as they are")],
        help_text="Found by number and email. A blank cell never erases anything.",
    )

    def __init__(
        self, data: Any, *, head: list[str], targets: list[str], choices: dict[str, str], **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        self.names = [f"column-{at}" for at in range(len(head))]
        for name, label, target in zip(self.names, head, targets, strict=True):
            self.fields[name] = forms.ChoiceField(
                label=label or "Without a name", choices=list(choices.items()), initial=target, required=False
            )

    def targets(self) -> list[str]:
        return [self.cleaned_data[name] for name in self.names]


@all_data_required
@require_http_methods(["GET", "POST"])
def import_upload(request: PracticeRequest) -> HttpResponse:
    form = UploadForm(request.POST or None, request.FILES or None) if request.method == "POST" else UploadForm()
    if form.is_valid():
        try:
            job = service.upload(actor=request.actor, file=form.cleaned_data["file"])
        except ValidationError as error:
            form.add_error("file", error)
        else:
            return redirect("contacts:import", job.pk)
    return render(request, "contacts/importing/upload.html", {"form": form}, status=422 if form.errors else 200)


@all_data_required
@require_http_methods(["GET", "POST"])
def import_page(request: PracticeRequest, pk: int) -> HttpResponse:
    """Whatever comes next in this import; for an open page, how far it is."""
    job = _fetch(request, pk)
    if wants_fragment(request) and request.method == "GET":
        return render(request, "contacts/importing/state.html", _state(job))
    if job.file and (job.options["phase"] == "mapping" or "again" in request.GET or request.method == "POST"):
        return _map(request, job)
    return render(request, "contacts/importing/job.html", _state(job))


def _map(request: PracticeRequest, job: Job) -> HttpResponse:
    head = job.options["head"]
    targets = job.options.get("targets") or service.guessed(request.practice, head)
    data = request.POST if request.method == "POST" else None
    choices = service.targets_of(request.practice)
    form = MappingForm(data, head=head, targets=targets, choices=choices, initial=job.options)
    if form.is_valid():
        given = form.cleaned_data
        try:
            service.start_check(
                actor=request.actor, job=job, targets=form.targets(), dates=given["dates"], known=given["known"]
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect("contacts:import", job.pk)
    columns = zip([form[name] for name in form.names], _examples(job), strict=True)
    context = {"form": form, "job": job, "columns": list(columns)}
    return render(request, "contacts/importing/mapping.html", context, status=422 if form.errors else 200)


@all_data_required
@require_POST
def import_start(request: PracticeRequest, pk: int) -> HttpResponse:
    service.start_apply(actor=request.actor, job=_fetch(request, pk))
    return redirect("contacts:import", pk)


@all_data_required
@require_POST
def import_undo(request: PracticeRequest, pk: int) -> HttpResponse:
    try:
        service.start_undo(actor=request.actor, job=_fetch(request, pk))
    except ValidationError as error:
        messages.error(request, error.messages[0])
    return redirect("contacts:import", pk)


@all_data_required
@require_POST
def import_cancel(request: PracticeRequest, pk: int) -> HttpResponse:
    cancel_job(actor=request.actor, job=_fetch(request, pk))
    messages.success(request, "Stopped. What was done stays done.")
    return redirect("contacts:import", pk)


@all_data_required
@require_GET
def import_skipped(request: PracticeRequest, pk: int) -> StreamingHttpResponse:
    """The skipped rows as they came, each with its reason, to be mended and imported again."""
    job = _fetch(request, pk)
    audit.record(request.actor, "download", job)
    answer = StreamingHttpResponse(_skipped(job), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="skipped-rows-{job.pk}.csv"'
    return answer


class _Echo:
    def write(self, text: str) -> str:
        return text


def _skipped(job: Job) -> Iterator[str]:
    writer: Any = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow([*map(as_cell, job.options["head"]), "Line", "Reason"])
    for row in _rows(job).filter(action="skip").iterator(chunk_size=500):
        yield writer.writerow([*map(as_cell, row.cells), row.number, row.reason])


def _rows(job: Job) -> Any:
    return ImportRow.objects.for_practice(job.practice_id).filter(job=job)


def _state(job: Job) -> dict[str, Any]:
    rows_ = _rows(job)
    counts = {action: rows_.filter(action=action).count() for action in ImportRow.Action.values}
    return {
        "job": job,
        "phase": job.options["phase"],
        "counts": counts,
        "writes": counts["create"] + counts["update"],
        "skipped": rows_.filter(action="skip")[:SHOWN],
        "kept": rows_.exclude(action="skip").filter(is_applied=True).exclude(reason="")[:SHOWN],
        "may_undo": service.may_undo(job),
    }


def _examples(job: Job) -> list[str]:
    """Of each column the first cells that say something."""
    found: list[list[str]] = [[] for _ in job.options["head"]]
    with job.file.open("rb") as source:
        lines = rows(source, Format(**job.options["format"]))
        next(lines)
        with contextlib.suppress(Unreadable):  # the dry run says where
            for _, (_, cells) in zip(range(EXAMPLES), lines, strict=False):
                for column, cell in zip(found, cells, strict=False):
                    column.append(cell[:40])
    return [" · ".join(filter(None, cells)) for cells in found]


def _fetch(request: PracticeRequest, pk: int) -> Job:
    mine = (
        Job.objects.for_practice(request.practice)
        .filter(kind=Job.Kind.IMPORT)
        .select_related("staff__user", "practice")
    )
    job: Job = get_object_or_404(mine if request.staff.is_admin else mine.filter(staff=request.staff), pk=pk)
    return job
