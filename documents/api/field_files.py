"""Files of a File Upload field by REST. Their content comes from the document's own address."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError as Refused
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from aesthetix.audit import services as audit
from aesthetix.web.api.views import validated
from contacts.models import CustomField
from contacts.services.custom_fields import fields_of
from documents.api.serializers import DocumentIn, DocumentOut
from documents.api.views import DocumentView
from documents.file_upload import FILE_UPLOAD
from documents.services.keeping import delete_document
from documents.services.storing import store_file


class _FieldView(DocumentView):
    def field(self, key: str) -> CustomField:
        """404 for one that is archived or takes no files."""
        field: CustomField = get_object_or_404(fields_of(self.practice).filter(kind=FILE_UPLOAD.slug), key=key)
        return field

    def files(self, pk: int, key: str) -> Any:
        return self.documents(pk).filter(field=self.field(key))


class FieldFileList(_FieldView):
    scopes: ClassVar[dict[str, str]] = {"GET": "documents:read", "POST": "documents:write"}
    parser_classes = (MultiPartParser,)

    @extend_schema(operation_id="field_files_list", responses=DocumentOut(many=True))
    def get(self, request: Request, pk: int, key: str) -> Response:
        """The files that the field holds on this record, the newest first."""
        rows = self.files(pk, key)
        audit.record(self.actor, "list", "documents.document", contact_id=pk)
        return self.page(request, rows, DocumentOut, "-created_at", "-id")

    @extend_schema(
        operation_id="field_files_upload", request={"multipart/form-data": DocumentIn}, responses={201: DocumentOut}
    )
    def post(self, request: Request, pk: int, key: str) -> Response:
        """One file, as `multipart/form-data`. The field's formats, size and number hold here too."""
        contact, field = self.contact(pk), self.field(key)
        upload = validated(DocumentIn, request)["file"]
        try:
            document = store_file(actor=self.actor, contact=contact, upload=upload, field=field)
        except Refused as refused:
            raise ValidationError({"file": list(refused.messages)}) from refused
        return Response(DocumentOut(document).data, status=201)


class FieldFileDetail(_FieldView):
    scopes: ClassVar[dict[str, str]] = {"DELETE": "documents:write"}

    @extend_schema(operation_id="field_files_delete", responses={204: None})
    def delete(self, request: Request, pk: int, key: str, document: int) -> Response:
        """Hidden from the record; on the page's History it can be seen who did it."""
        found = get_object_or_404(self.files(pk, key), pk=document)
        try:
            delete_document(actor=self.actor, document=found)
        except Refused as refused:
            raise ValidationError({"file": list(refused.messages)}) from refused
        return Response(status=204)
