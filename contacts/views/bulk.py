"""What one does with many contacts: said first with its number, then started as a job."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from aesthetix.practices.http import PracticeRequest
from aesthetix.practices.models import Staff
from contacts.bulk_actions import action_of, bulk_actions
from contacts.models import Job, Tag
from contacts.services import bulk
from contacts.services.tags import LONGEST, find_or_create

VERBS = {
    Job.Kind.TAG: "Add a tag to",
    Job.Kind.UNTAG: "Remove a tag from",
    Job.Kind.ASSIGN: "Assign",
    Job.Kind.EXPORT: "Export",
}


def verbs() -> dict[str, str]:
    return {kind.value: verb for kind, verb in VERBS.items()} | {one.kind: one.verb for one in bulk_actions()}


class BulkForm(forms.Form):
    """The contacts that are meant, and what is to be done. `sure` is the number as the person read it."""

    action = forms.ChoiceField(widget=forms.HiddenInput)
    query = forms.CharField(required=False, max_length=2000, widget=forms.HiddenInput)
    picks = forms.CharField(required=False, max_length=12_000, widget=forms.HiddenInput)
    sure = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    typed = forms.IntegerField(required=False, label="Number of contacts")
    tag = forms.CharField(required=False, max_length=LONGEST, label="Tag")
    old_tag: Any = forms.ModelChoiceField(Tag.unscoped.none(), required=False, label="Tag")
    assignee: Any = forms.ModelChoiceField(Staff.unscoped.none(), required=False, label="To", empty_label="No one")

    NEEDS = {Job.Kind.TAG: "tag", Job.Kind.UNTAG: "old_tag", Job.Kind.ASSIGN: "assignee"}

    def __init__(self, data: Any, *, staff: Staff) -> None:
        super().__init__(data, auto_id="bulk_%s")
        current = Staff.objects.for_practice(staff.practice_id).filter(left_at=None).select_related("user")
        self.fields["assignee"].queryset = current.order_by("user__name")  # type: ignore[attr-defined]
        self.fields["old_tag"].queryset = Tag.objects.for_practice(staff.practice_id)  # type: ignore[attr-defined]
        self.fields["action"].choices = list(verbs().items())  # type: ignore[attr-defined]
        if extra := action_of(self.data.get("action", "")):
            self.fields[extra.kind] = extra.ask(staff)
            self.fields[extra.kind].required = False

    def clean_picks(self) -> list[int]:
        given = [one for one in self.cleaned_data["picks"].split(",") if one]
        if len(given) > bulk.MOST_PICKS or not all(one.isdecimal() and len(one) < 19 for one in given):
            raise ValidationError(f"At most {bulk.MOST_PICKS:,} contacts can be ticked or searched for.", code="picks")
        return [int(one) for one in given]

    def asked(self) -> Any:
        """The field that this action needs, to be drawn; None for an export."""
        name = self.needs()
        return self[name] if name else None

    def needs(self) -> str | None:
        action = self.cleaned_data.get("action", "")
        return action if action_of(action) else self.NEEDS.get(action)

    def options(self, request: PracticeRequest) -> dict[str, Any]:
        """Raises ValidationError where something is missing."""
        given, action = self.cleaned_data, self.cleaned_data["action"]
        if action == Job.Kind.TAG:
            return {"tag_id": find_or_create(request.actor, given["tag"]).pk}
        if action == Job.Kind.UNTAG and given["old_tag"] is None:
            raise ValidationError("Choose a tag.", code="tag")
        if action == Job.Kind.UNTAG:
            return {"tag_id": given["old_tag"].pk}
        if action == Job.Kind.ASSIGN:
            return {"staff_id": given["assignee"].pk if given["assignee"] else None}
        if extra := action_of(action):
            if not given[action]:
                raise ValidationError("Choose one.", code="choose")
            return extra.options(given[action])
        return {}


@require_http_methods(["GET", "POST"])
def bulk_ask(request: PracticeRequest) -> HttpResponse:
    """ "Add a tag to 18 contacts": which tag, and are you sure? Nothing happens yet."""
    if request.method == "GET":  # reloaded, or come back to
        return redirect("contacts:list")
    form = _read(request)
    return _ask(request, form, status=422 if form.errors else 200)


@require_POST
def bulk_start(request: PracticeRequest) -> HttpResponse:
    form = _read(request)
    if form.errors:
        return _ask(request, form, status=422)
    if problem := _unsure(_number(request, form), form):
        form.add_error(*problem)
        return _ask(request, form, status=422)
    try:
        options = form.options(request)
    except ValidationError as error:
        form.add_error(form.needs(), error)
        return _ask(request, form, status=422)
    given = form.cleaned_data
    job = bulk.start(
        actor=request.actor, kind=given["action"], query=given["query"], picks=given["picks"], options=options
    )
    return redirect("contacts:job", job.pk)


def _unsure(number: int, form: BulkForm) -> tuple[str | None, str] | None:
    """What was read, and for what nothing brings back also typed, must be the number that it is."""
    extra = action_of(form.cleaned_data["action"])
    if number != form.cleaned_data["sure"]:
        return None, "The list has changed since you read the number. Look at it again."
    if extra and extra.is_final and number != form.cleaned_data["typed"]:
        return "typed", f"Type {number:,} to start."
    return None


def _read(request: PracticeRequest) -> BulkForm:
    data = request.POST.copy()
    data["picks"] = ",".join([*request.POST.getlist("pick"), *filter(None, [request.POST.get("picks")])])
    words = request.POST.get("words", "").strip()[:80]
    if words and not data["picks"]:  # what was found is meant, not the whole list
        data["picks"] = ",".join(map(str, bulk.found(request.staff, data.get("query", ""), words)))
    form = BulkForm(data, staff=request.staff)
    if form.is_valid():
        _require(request, form.cleaned_data["action"])
    return form


def _require(request: PracticeRequest, action: str) -> None:
    if action == Job.Kind.EXPORT and not request.staff.exports:
        raise PermissionDenied("You may not export contacts. A practice admin can allow it in My Staff.")
    if action == Job.Kind.ASSIGN and not request.staff.sees_all:
        raise PermissionDenied("Only staff with all data can assign contacts.")


def _number(request: PracticeRequest, form: BulkForm) -> int:
    given = form.cleaned_data
    return bulk.chosen(request.staff, given.get("query", ""), given.get("picks", [])).count()


def _ask(request: PracticeRequest, form: BulkForm, status: int) -> HttpResponse:
    number = _number(request, form) if "action" in form.cleaned_data else 0
    context = {
        "form": form,
        "number": number,
        "verb": verbs().get(form.cleaned_data.get("action", ""), ""),
        "extra": action_of(form.cleaned_data.get("action", "")),
        "field": form.asked(),
        "picks": ",".join(map(str, form.cleaned_data.get("picks", []))),
    }
    return render(request, "contacts/bulk.html", context, status=status)
