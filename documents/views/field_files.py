"""Files of a File Upload field, where it stands on the record: add, replace, delete, bring back."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from aesthetix.practices.http import PracticeRequest
from aesthetix.web.http import wants_fragment
from aesthetix.web.undo import offer_undo
from contacts.models import Contact, CustomField
from contacts.views.custom_fields import fetch_field, line_again
from contacts.views.record import fetch_contact
from documents.file_upload import FILE_UPLOAD
from documents.files.names import clean_name
from documents.models import Document
from documents.services import keeping
from documents.services.fields import Rules, files_of, refuse_full
from documents.services.storing import store_file
from documents.views.tool import sentences


@require_http_methods(["GET", "POST"])
def file_add(request: PracticeRequest, pk: int, field: int) -> HttpResponse:
    """GET: where the files are chosen. POST: several from the form; one, with progress, from its script, which
    reads the answer as JSON. `replaces`: the file whose place the new one takes."""
    contact, found = _fetch(request, pk, field)
    replaces = _replaced(request, contact, found)
    if request.method == "GET":
        return _adding(request, contact, found, replaces)
    errors = _add_all(request, contact, found, replaces)
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"error": " ".join(errors)}, status=422) if errors else JsonResponse({}, status=201)
    return _adding(request, contact, found, replaces, errors) if errors else line_again(request, contact, found)


@require_POST
def file_delete(request: PracticeRequest, pk: int, field: int, document: int) -> HttpResponse:
    contact, found = _fetch(request, pk, field)
    file = get_object_or_404(files_of(found, contact).select_related("contact"), pk=document)
    try:
        keeping.delete_document(actor=request.actor, document=file)
    except ValidationError as error:
        messages.error(request, sentences(error)[0])
    else:
        offer_undo(request, "File deleted.", _way_back(contact, found, file))
    return line_again(request, contact, found)


@require_POST
def file_restore(request: PracticeRequest, pk: int, field: int, document: int) -> HttpResponse:
    """`?instead=`: the file that had replaced it goes again."""
    contact, found = _fetch(request, pk, field)
    rows = Document.objects.for_practice(request.practice).filter(contact=contact, field=found)
    file = get_object_or_404(rows.select_related("contact"), pk=document)
    instead = _named(request.GET.get("instead", ""), contact, found)
    try:
        keeping.restore_document(actor=request.actor, document=file, instead=instead)
    except ValidationError as error:
        messages.error(request, sentences(error)[0])
    else:
        messages.success(request, "The file is back.")
    return line_again(request, contact, found)


def _fetch(request: PracticeRequest, pk: int, field: int) -> tuple[Contact, CustomField]:
    """404 for a record that the person may not see, and for a field that is archived or takes no files."""
    contact, found = fetch_contact(request, pk), fetch_field(request, field)
    if found.kind != FILE_UPLOAD.slug:
        raise Http404
    return contact, found


def _replaced(request: PracticeRequest, contact: Contact, field: CustomField) -> Document | None:
    return _named(request.POST.get("replaces") or request.GET.get("replaces") or "", contact, field)


def _named(given: str, contact: Contact, field: CustomField) -> Document | None:
    """The file of this field and record; 404 for what is none."""
    if not given:
        return None
    if not (given.isascii() and given.isdecimal() and len(given) < 19):
        raise Http404
    found: Document = get_object_or_404(files_of(field, contact), pk=int(given))
    return found


def _add_all(request: PracticeRequest, contact: Contact, field: CustomField, replaces: Document | None) -> list[str]:
    """A sentence for each that was refused; the others are kept. More than there is room for: none."""
    uploads, errors = request.FILES.getlist("files"), []
    if not uploads:
        return ["Choose a file first."]
    try:
        refuse_full(field, 0 if replaces else files_of(field, contact).count(), len(uploads))
    except ValidationError as error:
        return sentences(error)
    for upload in uploads[:1] if replaces else uploads:
        try:
            stored = store_file(actor=request.actor, contact=contact, upload=upload, field=field, replaces=replaces)
        except ValidationError as error:
            name = "" if len(uploads) == 1 else f"{clean_name(upload.name or '')}: "
            errors.append(name + " ".join(sentences(error)))
        else:
            _say(request, contact, field, stored, replaces)
    return errors


def _say(
    request: PracticeRequest, contact: Contact, field: CustomField, stored: Document, replaces: Document | None
) -> None:
    if replaces is not None:
        back = _way_back(contact, field, replaces)
        offer_undo(request, "File replaced.", f"{back}?instead={stored.pk}")
    elif request.headers.get("Accept") != "application/json":  # the script says it itself
        messages.success(request, f"{stored.name} uploaded.")


def _way_back(contact: Contact, field: CustomField, file: Document) -> str:
    return reverse("documents:field_restore", args=[contact.pk, field.pk, file.pk])


def _adding(
    request: PracticeRequest,
    contact: Contact,
    field: CustomField,
    replaces: Document | None,
    errors: list[str] | None = None,
) -> HttpResponse:
    rules, held = Rules.of(field), files_of(field, contact).count()
    room = 1 if replaces else max(rules.most_files - held, 0)
    context = {"contact": contact, "field": field, "rules": rules, "room": room, "held": held}
    context |= {"replaces": replaces, "errors": errors or []}
    template = "documents/field_add.html" if wants_fragment(request) else "documents/field_add_page.html"
    return render(request, template, context, status=422 if errors else 200)
