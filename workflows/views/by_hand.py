"""Adding a contact to a workflow by hand, from the record; and many, from the list."""

import secrets
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from aesthetix.practices.http import PracticeRequest
from aesthetix.practices.models import Practice, Staff
from contacts.bulk_actions import BulkAction
from contacts.models import Job
from contacts.views.record import fetch_contact
from workflows.models import Enrollment, Workflow
from workflows.services.by_hand import add_to_workflow, open_to_hands


class AddForm(forms.Form):
    """`once` names this page, so that its button counts once."""

    workflow: Any = forms.ModelChoiceField(
        Workflow.unscoped.none(),
        label="Workflow",
        widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
        empty_label=None,
        error_messages={"required": "Choose a workflow.", "invalid_choice": "This workflow is not on any more."},
    )
    once = forms.SlugField(max_length=32, widget=forms.HiddenInput)

    def __init__(self, data: Any, practice: Practice) -> None:
        super().__init__(data, initial={"once": secrets.token_hex(8)})
        self.fields["workflow"].queryset = open_to_hands(practice)  # type: ignore[attr-defined]


@require_http_methods(["GET", "POST"])
def contact_add(request: PracticeRequest, pk: int) -> HttpResponse:
    contact = fetch_contact(request, pk)
    form = AddForm(request.POST if request.method == "POST" else None, request.practice)
    if form.is_bound and form.is_valid():
        workflow, once = form.cleaned_data["workflow"], form.cleaned_data["once"]
        run = add_to_workflow(actor=request.actor, workflow=workflow, contact=contact, once=once)
        _say(request, run, f"{contact.display_name} is in “{workflow.name}” now.")
        return redirect("contacts:record", pk)
    context = {"contact": contact, "form": form, "open": list(open_to_hands(request.practice))}
    return render(request, "workflows/add.html", context, status=422 if form.is_bound else 200)


def _say(request: PracticeRequest, run: Enrollment, done: str) -> None:
    if run.state == Enrollment.State.SKIPPED:
        messages.warning(request, f"Not added. {run.reason}")
    else:
        messages.success(request, done)


def _ask(staff: Staff) -> forms.Field:
    rows = open_to_hands(staff.practice)
    help_text = "" if rows else "No workflow can be added to by hand. A practice admin makes one under Workflows."
    return forms.ModelChoiceField(rows, label="Workflow", empty_label="Choose a workflow", help_text=help_text)


def _became(job: Job) -> tuple[str, str]:
    return "See the runs", reverse("workflows:runs", args=[job.options["workflow_id"]])


ADD_MANY = BulkAction(
    Job.Kind.WORKFLOW,
    label="Add to workflow",
    icon="workflow",
    verb="Add",
    tail="to a workflow",
    ask=_ask,
    options=lambda workflow: {"workflow_id": workflow.pk, "name": workflow.name},
    hint="Its first step runs at once. Texts do not go to who said STOP or refused them. Who is skipped is counted.",
    is_final=True,
    more=_became,
)
