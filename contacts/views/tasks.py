"""Tasks: the tool of the record, the page of the practice, and what one does with a task."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from aesthetix.practices.http import PracticeRequest
from aesthetix.practices.models import Staff
from aesthetix.web.forms import add_errors
from aesthetix.web.http import wants_fragment
from aesthetix.web.undo import offer_undo
from contacts.models import Contact, Draft, Task
from contacts.models.tasks import LONGEST_DESCRIPTION, LONGEST_TITLE, TaskQuerySet
from contacts.panels import Tool
from contacts.services import tasks as service
from contacts.services.drafts import draft_of
from contacts.views.record import answer_with, draw_tool, fetch_contact

DONE_SHOWN = 20


class TaskForm(forms.Form):
    title = forms.CharField(
        label="Title", max_length=LONGEST_TITLE, error_messages={"required": "Say what is to be done."}
    )
    description = forms.CharField(
        label="Description", max_length=LONGEST_DESCRIPTION, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    assignee: Any = forms.ModelChoiceField(
        Staff.unscoped.none(),
        required=False,
        label="Assigned to",
        empty_label="No one",
        error_messages={"invalid_choice": "This person may not see this patient."},
    )
    due_on = forms.DateField(
        required=False, label="Due date", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    due_time = forms.TimeField(
        required=False, label="Time", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    version = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, contact: Contact, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["assignee"].queryset = service.who_may_have(contact)  # type: ignore[attr-defined]

    def facts(self) -> service.TaskFacts:
        return service.TaskFacts(**{name: value for name, value in self.cleaned_data.items() if name != "version"})


def rows_of(contact: Contact) -> Any:
    rows = Task.objects.for_practice(contact.practice_id).filter(contact=contact)
    return rows.select_related("assignee__user", "contact", "done_by__user")


def _draw(request: PracticeRequest, contact: Contact, form: TaskForm | None = None) -> SafeString:
    draft = draft_of(actor=request.actor, contact=contact, place="task")
    if form is None and (draft or "add" in request.GET):
        form = TaskForm(contact=contact, initial={"assignee": request.staff} | _begun(draft), auto_id="task_%s")
    rows = rows_of(contact)
    tasks, done = list(rows.open()), list(rows.standing().exclude(done_at=None).order_by("-done_at")[:DONE_SHOWN])
    context = {"contact": contact, "tasks": tasks, "done": done, "form": form, "draft": draft}
    return render_to_string("contacts/tasks/tool.html", context, request)


def _begun(draft: Draft | None) -> dict[str, Any]:
    """What somebody has begun to write: the form as it was."""
    given = QueryDict(draft.body if draft else "")
    return {name: given[name] for name in given if name in TaskForm.base_fields}


def _waiting(contact: Contact) -> TaskQuerySet:
    rows: TaskQuerySet = Task.objects.for_practice(contact.practice_id).filter(contact=contact).open()
    return rows


TASKS = Tool("tasks", "Tasks", "square-check", 20, _draw, _waiting)


@require_POST
def task_add(request: PracticeRequest, pk: int) -> HttpResponse:
    contact = fetch_contact(request, pk)
    form = TaskForm(request.POST, contact=contact, auto_id="task_%s")
    if form.is_valid():
        try:
            service.add_task(actor=request.actor, contact=contact, facts=form.facts())
        except ValidationError as error:
            add_errors(form, error)
        else:
            return _tool(request, contact)
    tool = Tool(TASKS.slug, TASKS.label, TASKS.icon, TASKS.order, lambda r, c: _draw(r, c, form), _waiting)
    answer = answer_with(request, contact, tool)
    answer.status_code = 422
    return answer


@require_GET
def task_rows(request: PracticeRequest, pk: int) -> HttpResponse:
    contact = fetch_contact(request, pk)
    return render(request, "contacts/tasks/rows.html", {"contact": contact, "tasks": list(rows_of(contact).open())})


@require_GET
def task_row(request: PracticeRequest, pk: int, task: int) -> HttpResponse:
    return _row(request, _fetch(request, pk, task))


@require_http_methods(["GET", "POST"])
def task_edit(request: PracticeRequest, pk: int, task: int) -> HttpResponse:
    found = _fetch(request, pk, task)
    own: dict[str, Any] = {"contact": found.contact, "auto_id": f"task-{found.pk}_%s"}
    if request.method == "GET":
        initial = {name: getattr(found, name) for name in ("title", "description", "due_on", "due_time", "version")}
        draft = draft_of(actor=request.actor, contact=found.contact, place=f"task-{found.pk}")
        initial |= {"assignee": found.assignee} | _begun(draft)
        return _editor(request, found, TaskForm(initial=initial, **own), draft=draft)
    form = TaskForm(request.POST, **own)
    if not form.is_valid():
        return _editor(request, found, form, status=422)
    version = form.cleaned_data["version"] or 0
    try:
        edited = service.edit_task(actor=request.actor, task=found, facts=form.facts(), version=version)
    except service.StaleTask as stale:
        again = TaskForm({**request.POST.dict(), "version": stale.task.version}, **own)
        return _editor(request, found, again, status=422, theirs=_fetch(request, pk, task))
    except ValidationError as error:
        add_errors(form, error)
        return _editor(request, found, form, status=422)
    return _row(request, edited) if wants_fragment(request) else redirect("contacts:tool", pk, TASKS.slug)


@require_POST
def task_done(request: PracticeRequest, pk: int, task: int) -> HttpResponse:
    """From the record, or from the practice's page (`from=page`), whose row then changes in place."""
    found = _fetch(request, pk, task)
    service.set_done(actor=request.actor, task=found, done=request.POST.get("done") == "yes")
    if request.POST.get("from") == "page":
        found.refresh_from_db()
        if wants_fragment(request):
            return render(request, "contacts/tasks/page_row.html", {"task": found})
        return redirect("tasks:list")
    return _tool(request, found.contact)


@require_POST
def task_delete(request: PracticeRequest, pk: int, task: int) -> HttpResponse:
    found = _fetch(request, pk, task)
    service.delete_task(actor=request.actor, task=found)
    offer_undo(request, "Task deleted.", reverse("contacts:task_restore", args=[pk, task]))
    return _tool(request, found.contact)


@require_POST
def task_restore(request: PracticeRequest, pk: int, task: int) -> HttpResponse:
    found = _fetch(request, pk, task)
    service.restore_task(actor=request.actor, task=found)
    messages.success(request, "The task is back.")
    return _tool(request, found.contact)


def _fetch(request: PracticeRequest, pk: int, task: int) -> Task:
    found: Task = get_object_or_404(rows_of(fetch_contact(request, pk)), pk=task)
    return found


def _tool(request: PracticeRequest, contact: Contact) -> HttpResponse:
    if wants_fragment(request):
        return draw_tool(request, contact, TASKS)
    return redirect("contacts:tool", contact.pk, TASKS.slug)


def _row(request: PracticeRequest, task: Task) -> HttpResponse:
    return render(request, "contacts/tasks/row.html", {"contact": task.contact, "task": task})


def _editor(request: PracticeRequest, task: Task, form: TaskForm, *, status: int = 200, **more: Any) -> HttpResponse:
    own = {"contact": task.contact, "task": task, "place": f"task-{task.pk}"}
    template = "contacts/tasks/editor.html" if wants_fragment(request) else "contacts/tasks/editor_page.html"
    return render(request, template, {**own, "form": form, **more}, status=status)
