"""Bytes of documents, by permission: downloads, pictures of pages, sound and film, all as a zip."""

from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_safe

from aesthetix.lib.files import file_response
from aesthetix.practices.http import PracticeRequest
from contacts.views.record import fetch_contact
from documents.models import Document
from documents.services.looking import note_look
from documents.services.previewing import NoPreview, preview_of
from documents.services.zipping import zip_documents
from documents.views.documents import fetch_document


@require_safe
def document_download(request: PracticeRequest, pk: int, document: int) -> HttpResponseBase:
    """The file as it came. It is only ever an attachment: nothing that a stranger made opens in our pages."""
    found = fetch_document(request, pk, document)
    note_look(actor=request.actor, document=found, action="download")
    return _sent(request, found, attachment=True)


@require_safe
def document_media(request: PracticeRequest, pk: int, document: int) -> HttpResponseBase:
    """Sound and film for the player, in ranges."""
    found = fetch_document(request, pk, document)
    if found.family not in {"audio", "video"}:
        raise Http404
    note_look(actor=request.actor, document=found, action="play")
    return _sent(request, found, attachment=False)


@require_safe
def document_preview(request: PracticeRequest, pk: int, document: int, page: int) -> HttpResponseBase:
    """A page as a picture that we made ourselves; 404 where none can be made, and the page says so. 503: the page
    asks again."""
    found = fetch_document(request, pk, document)
    note_look(actor=request.actor, document=found)
    try:
        preview = preview_of(found, page)
    except NoPreview as none:
        if none.for_now:
            return HttpResponse(status=503, headers={"Retry-After": "2"})
        raise Http404 from none
    except FileNotFoundError as lost:
        raise Http404 from lost
    name = f"page-{page}.{preview.content_type.rpartition('/')[2]}"
    return file_response(request, preview.file, content_type=preview.content_type, name=name)


@require_GET
def document_zip(request: PracticeRequest, pk: int) -> HttpResponseBase:
    contact = fetch_contact(request, pk)
    headers = {"Content-Disposition": content_disposition_header(True, f"{contact.display_name} documents.zip") or ""}
    pieces = zip_documents(actor=request.actor, contact=contact)
    return StreamingHttpResponse(pieces, content_type="application/zip", headers=headers)


def _sent(request: PracticeRequest, document: Document, *, attachment: bool) -> HttpResponseBase:
    try:
        return file_response(
            request, document.file, content_type=document.content_type, name=document.name, attachment=attachment
        )
    except FileNotFoundError:
        return HttpResponse(
            "This file is missing in storage. Tell your operator.", status=404, content_type="text/plain"
        )
