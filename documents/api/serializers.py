from typing import Any

from rest_framework import serializers

from documents.models import Document


class DocumentOut(serializers.ModelSerializer[Document]):
    """`source`: how it came. `folder`: its path, empty at the top. `field`: the unique key of the custom field that
    it belongs to, else empty."""

    folder = serializers.SerializerMethodField()
    field = serializers.SerializerMethodField()

    class Meta:
        model = Document
        fields = ("id", "name", "folder", "content_type", "size", "sha256", "pages", "source", "field", "created_at")

    def get_folder(self, document: Document) -> str:
        return "/".join(folder.name for folder in document.folder.path()) if document.folder else ""

    def get_field(self, document: Document) -> str:
        return document.field.key if document.field else ""


class DocumentIn(serializers.Serializer[Any]):
    file = serializers.FileField(max_length=None, allow_empty_file=True)
