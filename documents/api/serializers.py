from typing import Any

from rest_framework import serializers

from documents.models import Document


class DocumentOut(serializers.ModelSerializer[Document]):
    """`source`: how it came. `folder`: its path, empty at the top."""

    folder = serializers.SerializerMethodField()

    class Meta:
        model = Document
        fields = ("id", "name", "folder", "content_type", "size", "sha256", "pages", "source", "created_at")

    def get_folder(self, document: Document) -> str:
        return "/".join(folder.name for folder in document.folder.path()) if document.folder else ""


class DocumentIn(serializers.Serializer[Any]):
    file = serializers.FileField(max_length=None, allow_empty_file=True)
