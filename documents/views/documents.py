"""One document and what one does with it: add, look, rename, move, delete, bring back."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from aesthetix.practices.http import PracticeRequest
from aesthetix.web.http import wants_fragment
from aesthetix.web.undo import offer_undo
from contacts.models import Contact
from contacts.views.record import fetch_contact
from documents.files.names import clean_name
from documents.models import Document, Folder
from documents.safety import check_count
from documents.services import keeping
from documents.services.looking import note_look
from documents.services.previewing import page_count, text_of
from documents.services.storing import limits, store_file
from documents.views.tool import Said, folder_asked_for, sentences, tool_again

PAGES_SHOWN = 20


@require_POST
def document_add(request: PracticeRequest, pk: int) -> HttpResponse:
    """Several files from the form; one, with progress, from its script, which reads the answer as JSON."""
    contact = fetch_contact(request, pk)
    folder, uploads = folder_asked_for(request, contact), request.FILES.getlist("files")
    if request.headers.get("Accept") == "application/json":
        return _add_one(request, contact, folder)
    try:
        check_count(len(uploads), limits())
    except ValidationError as error:
        return tool_again(request, contact, Said("file", sentences(error)))
    errors = _add_all(request, contact, folder, uploads) if uploads else ["Choose a file first."]
    kept = len(uploads) - len(errors)
    if kept > 0:
        messages.success(request, "Uploaded." if kept == 1 else f"{kept} files uploaded.")
    return tool_again(request, contact, Said("file", errors) if errors else None)


def _add_all(request: PracticeRequest, contact: Contact, folder: Folder | None, uploads: list[Any]) -> list[str]:
    """A sentence for each that was refused; the others are kept."""
    errors = []
    for upload in uploads:
        try:
            store_file(actor=request.actor, contact=contact, upload=upload, folder=folder)
        except ValidationError as error:
            errors.append(f"{clean_name(upload.name or '')}: {' '.join(sentences(error))}")
    return errors


def _add_one(request: PracticeRequest, contact: Contact, folder: Folder | None) -> HttpResponse:
    upload = request.FILES.get("files")
    if upload is None:
        return JsonResponse({"error": "The file did not arrive."}, status=422)
    try:
        document = store_file(actor=request.actor, contact=contact, upload=upload, folder=folder)
    except ValidationError as error:
        return JsonResponse({"error": " ".join(sentences(error))}, status=422)
    return JsonResponse({"id": document.pk, "name": document.name}, status=201)


@require_GET
def document_page(request: PracticeRequest, pk: int, document: int) -> HttpResponse:
    found = fetch_document(request, pk, document)
    note_look(actor=request.actor, document=found)
    return render(request, "documents/document.html", _page_context(found, ChangeForm.of(found)))


class FolderChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic for the type checker only
    def label_from_instance(self, obj: Any) -> str:
        return " / ".join(one.name for one in obj.path())


class ChangeForm(forms.Form):
    """`name` without its ending, which stays; `folder`: one of the record's."""

    name = forms.CharField(max_length=120, error_messages={"required": "The document needs a name."})
    folder = FolderChoice(Folder.unscoped.none(), required=False, empty_label="No folder")

    def __init__(self, data: Any, document: Document, **options: Any) -> None:
        super().__init__(data, auto_id="document_%s", **options)
        folders = Folder.objects.for_practice(document.practice_id).filter(contact=document.contact_id)
        choice = self.fields["folder"]
        assert isinstance(choice, FolderChoice)
        choice.queryset = folders.select_related("parent__parent__parent__parent")

    @classmethod
    def of(cls, document: Document) -> "ChangeForm":
        stem = document.name.rpartition(".")[0]
        return cls(None, document, initial={"name": stem, "folder": document.folder_id})


@require_POST
def document_change(request: PracticeRequest, pk: int, document: int) -> HttpResponse:
    """Its name and its folder."""
    found = fetch_document(request, pk, document)
    form = ChangeForm(request.POST, found)
    if not form.is_valid():
        return render(request, _template(request), _page_context(found, form), status=422)
    name = f"{form.cleaned_data['name']}.{found.ending}"
    keeping.rename_document(actor=request.actor, document=found, name=name)
    found = keeping.move_document(actor=request.actor, document=found, folder=form.cleaned_data["folder"])
    messages.success(request, "Saved.")
    if not wants_fragment(request):
        return redirect("documents:document", pk, document)
    answer = render(request, _template(request), _page_context(found, ChangeForm.of(found)))
    answer["HX-Trigger"] = '{"ax:refresh": {"target": "#documents"}}'
    return answer


@require_POST
def document_delete(request: PracticeRequest, pk: int, document: int) -> HttpResponse:
    found = fetch_document(request, pk, document)
    try:
        keeping.delete_document(actor=request.actor, document=found)
    except ValidationError as error:
        messages.error(request, sentences(error)[0])
    else:
        offer_undo(request, "Document deleted.", reverse("documents:restore", args=[pk, document]))
    return tool_again(request, found.contact)


@require_POST
def document_restore(request: PracticeRequest, pk: int, document: int) -> HttpResponse:
    found = fetch_document(request, pk, document, deleted=True)
    try:
        keeping.restore_document(actor=request.actor, document=found)
    except ValidationError as error:
        messages.error(request, sentences(error)[0])
    else:
        messages.success(request, "The document is back.")
    return tool_again(request, found.contact)


def fetch_document(request: PracticeRequest, pk: int, document: int, *, deleted: bool = False) -> Document:
    """404 for what the person may not see, and for what was deleted unless it is to come back."""
    rows = Document.objects.for_staff(request.staff).select_related("contact", "uploaded_by__user", "folder", "field")
    if not deleted:
        rows = rows.standing()
    found: Document = get_object_or_404(rows, pk=document, contact=pk)
    return found


def _template(request: PracticeRequest) -> str:
    return "documents/document_part.html" if wants_fragment(request) else "documents/document.html"


def _page_context(document: Document, form: ChangeForm) -> dict[str, Any]:
    count = page_count(document)
    context = {"document": document, "contact": document.contact, "form": form, "page_count": count}
    context["pages"] = range(1, min(count, PAGES_SHOWN) + 1)
    if document.family == "text":
        context["text"], context["text_is_whole"] = _text(document)
    return context


def _text(document: Document) -> tuple[str | None, bool]:
    try:
        return text_of(document)
    except Exception:  # whatever the storage says: the page still has its download
        return None, True
