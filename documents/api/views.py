"""Documents of a contact by REST, through the same services as the pages."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError as Refused
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from aesthetix.audit import services as audit
from aesthetix.lib.files import file_response
from aesthetix.web.api.views import validated
from contacts.api.of_contact import ContactsView
from documents.api.serializers import DocumentIn, DocumentOut
from documents.models import Document
from documents.services.looking import note_look
from documents.services.storing import store_file


class DocumentView(ContactsView):
    def documents(self, pk: int) -> Any:
        rows = Document.objects.for_practice(self.practice).filter(contact=self.contact(pk)).standing()
        return rows.select_related("field", "folder__parent__parent__parent__parent").defer("search_text")


class DocumentList(DocumentView):
    scopes: ClassVar[dict[str, str]] = {"GET": "documents:read", "POST": "documents:write"}
    parser_classes = (MultiPartParser,)

    @extend_schema(operation_id="documents_list", responses=DocumentOut(many=True))
    def get(self, request: Request, pk: int) -> Response:
        """The contact's documents, the newest first."""
        rows = self.documents(pk)
        audit.record(self.actor, "list", "documents.document", contact_id=pk)
        return self.page(request, rows, DocumentOut, "-created_at", "-id")

    @extend_schema(
        operation_id="documents_upload", request={"multipart/form-data": DocumentIn}, responses={201: DocumentOut}
    )
    def post(self, request: Request, pk: int) -> Response:
        """One file, as `multipart/form-data`. What the pages refuse is refused here with the same sentence."""
        contact = self.contact(pk)
        upload = validated(DocumentIn, request)["file"]
        try:
            document = store_file(actor=self.actor, contact=contact, upload=upload)
        except Refused as refused:
            raise ValidationError({"file": list(refused.messages)}) from refused
        return Response(DocumentOut(document).data, status=201)


class DocumentDetail(DocumentView):
    scopes: ClassVar[dict[str, str]] = {"GET": "documents:read"}

    @extend_schema(operation_id="documents_get", responses=DocumentOut)
    def get(self, request: Request, pk: int, document: int) -> Response:
        found = get_object_or_404(self.documents(pk), pk=document)
        note_look(actor=self.actor, document=found)
        return Response(DocumentOut(found).data)


class DocumentFile(DocumentView):
    scopes: ClassVar[dict[str, str]] = {"GET": "documents:read"}

    @extend_schema(
        operation_id="documents_download",
        responses={(200, "application/octet-stream"): OpenApiResponse(OpenApiTypes.BINARY)},
    )
    def get(self, request: Request, pk: int, document: int) -> HttpResponseBase:
        """The file as it came; byte ranges are served."""
        found = get_object_or_404(self.documents(pk), pk=document)
        note_look(actor=self.actor, document=found, action="download")
        return file_response(
            request._request, found.file, content_type=found.content_type, name=found.name, attachment=True
        )
