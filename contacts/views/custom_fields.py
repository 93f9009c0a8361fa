"""Settings → Custom Fields, and one field of a record being changed."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from aesthetix.practices.http import PracticeRequest, admin_required
from aesthetix.web.forms import add_errors
from aesthetix.web.http import wants_fragment
from contacts.additional_info import Line, line_of
from contacts.custom_fields import KINDS, Kind, ask_for, kind_of, to_answer, to_stored
from contacts.models import Contact, CustomField, FieldGroup
from contacts.services import custom_fields as service
from contacts.views.record import fetch_contact


class FieldForm(forms.Form):
    """Name first; the key under Additional Preferences fills itself in. `more`: what the kind has beside."""

    name = forms.CharField(label="Field Name", max_length=80)
    # What fields are of: only contacts so far.
    object = forms.ChoiceField(label="Object", choices=[("contact", "Contact")], required=False)
    group = forms.CharField(
        label="Group", max_length=60, required=False, help_text="A heading on the record; a new name makes a new group."
    )
    options = forms.CharField(
        label="Options", required=False, widget=forms.Textarea(attrs={"rows": 5}), help_text="One a line."
    )
    required = forms.BooleanField(label="Required for new contacts", required=False)
    key = forms.CharField(
        label="Unique Key",
        max_length=60,
        required=False,
        help_text="For imports, exports and programs, such as skin_type. Left empty, it is made from the name.",
    )
    description = forms.CharField(label="Description", max_length=300, required=False)

    def __init__(self, data: Any = None, *, kind: Kind, field: CustomField | None = None) -> None:
        super().__init__(data, initial=_initial(field) if field else None)
        settings = field.settings if field else None
        self.more: Any = kind.rows.settings_form(data, initial=settings) if kind.rows else None

    def is_valid(self) -> bool:
        return super().is_valid() & (self.more is None or self.more.is_valid())

    def wrong_settings(self) -> list[forms.BoundField]:
        """Those of `more` that stop the form, for its summary."""
        return [one for one in self.more if one.errors] if self.more else []

    def facts(self) -> service.FieldFacts:
        given = {name: value for name, value in self.cleaned_data.items() if name != "object"}
        settings = self.more.settings() if self.more else {}
        return service.FieldFacts(**{**given, "options": given["options"].splitlines(), "settings": settings})


def _initial(field: CustomField) -> dict[str, Any]:
    own = {name: getattr(field, name) for name in ("name", "key", "description", "required")}
    labels = "\n".join(option["label"] for option in field.options if not option.get("gone"))
    return own | {"group": field.group.name, "options": labels}


@admin_required
@require_GET
def field_list(request: PracticeRequest) -> HttpResponse:
    rows = CustomField.objects.for_practice(request.practice).select_related("group")
    context = {
        "fields": [(field, KINDS[field.kind]) for field in rows if field.archived_at is None],
        "archived": [field for field in rows if field.archived_at is not None],
    }
    return render(request, "contacts/fields/list.html", context)


@admin_required
@require_http_methods(["GET", "POST"])
def field_add(request: PracticeRequest) -> HttpResponse:
    """The kind first; then only what that kind has."""
    kind = KINDS.get(request.GET.get("kind", ""))
    if kind is None:
        return render(request, "contacts/fields/kinds.html", {"kinds": KINDS.values()})
    form = FieldForm(request.POST or None, kind=kind)
    if form.is_valid():
        try:
            field = service.add_field(actor=request.actor, kind=kind.slug, facts=form.facts())
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, f"{field.name} is now on every record, under {field.group}.")
            return redirect("fields:list")
    return _page(request, form, kind=kind, groups=_groups(request))


@admin_required
@require_http_methods(["GET", "POST"])
def field_edit(request: PracticeRequest, pk: int) -> HttpResponse:
    field = _field(request, pk)
    form = FieldForm(request.POST or None, kind=KINDS[field.kind], field=field)
    if form.is_valid():
        try:
            service.change_field(actor=request.actor, field=field, facts=form.facts())
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, "Saved.")
            return redirect("fields:list")
    return _page(request, form, kind=KINDS[field.kind], field=field, groups=_groups(request))


@admin_required
@require_POST
def field_archive(request: PracticeRequest, pk: int) -> HttpResponse:
    field, archived = _field(request, pk), request.POST.get("archived") == "yes"
    service.set_archived(actor=request.actor, field=field, archived=archived)
    messages.success(request, f"{field.name} is archived; what records say there is kept." if archived else "Back.")
    return redirect("fields:list")


@admin_required
@require_POST
def field_move(request: PracticeRequest, pk: int) -> HttpResponse:
    service.move_field(actor=request.actor, field=fetch_field(request, pk), up=request.POST.get("up") == "yes")
    return redirect("fields:list")


@require_http_methods(["GET", "POST"])
def value_edit(request: PracticeRequest, pk: int, field: int) -> HttpResponse:
    """One field of a record, where it stands: GET the editor, POST the value."""
    contact, found = fetch_contact(request, pk), fetch_field(request, field)
    if kind_of(found).rows:
        raise Http404
    line = line_of(contact, found)
    if request.method == "GET":
        return _editor(request, contact, line, _value_form(line))
    form = _value_form(line, request.POST)
    if not form.is_valid():
        return _editor(request, contact, line, form, status=422)
    try:
        service.set_value(
            actor=request.actor,
            contact=contact,
            field=found,
            stored=to_stored(found, form.cleaned_data["value"]),
            version=form.cleaned_data["version"],
        )
    except service.StaleValue:
        return _editor(request, contact, line, _value_form(line, request.POST, again=True), status=422, theirs=True)
    return line_again(request, contact, found)


@require_GET
def value_line(request: PracticeRequest, pk: int, field: int) -> HttpResponse:
    return draw_line(request, fetch_contact(request, pk), _field(request, field))


def line_again(request: PracticeRequest, contact: Contact, field: CustomField) -> HttpResponse:
    """After the field was changed: its line, or without JavaScript the record with it."""
    return draw_line(request, contact, field) if wants_fragment(request) else redirect("contacts:record", contact.pk)


def draw_line(request: PracticeRequest, contact: Contact, field: CustomField) -> HttpResponse:
    line = line_of(contact, field)
    return render(request, line.template, {"contact": contact, "line": line})


def fetch_field(request: PracticeRequest, pk: int) -> CustomField:
    """404 for one that is archived: its values are kept, and nothing more is said there."""
    field = _field(request, pk)
    if field.archived_at is not None:
        raise Http404
    return field


def _value_form(line: Line, data: Any = None, *, again: bool = False) -> forms.Form:
    """`again`: the answer stays, and starts from what is there now."""
    if again:
        data = data.copy()
        data["version"] = str(line.version)
    initial = {"value": to_answer(line.field, line.text), "version": line.version}
    form = forms.Form(data, auto_id=f"field-{line.field.pk}_%s", initial=initial)
    form.fields["value"] = ask_for(line.field)
    form.fields["version"] = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)
    return form


def _editor(
    request: PracticeRequest, contact: Contact, line: Line, form: forms.Form, *, status: int = 200, theirs: bool = False
) -> HttpResponse:
    context = {"contact": contact, "line": line, "form": form, "theirs": theirs}
    fragment = wants_fragment(request)
    template = "contacts/fields/editor.html" if fragment else "contacts/fields/editor_page.html"
    return render(request, template, context, status=status)


def _page(request: PracticeRequest, form: FieldForm, **context: Any) -> HttpResponse:
    return render(request, "contacts/fields/form.html", {"form": form, **context}, status=422 if form.is_bound else 200)


def _groups(request: PracticeRequest) -> list[str]:
    return list(FieldGroup.objects.for_practice(request.practice).values_list("name", flat=True))


def _field(request: PracticeRequest, pk: int) -> CustomField:
    rows = CustomField.objects.for_practice(request.practice).select_related("group")
    field: CustomField = get_object_or_404(rows, pk=pk)
    return field
