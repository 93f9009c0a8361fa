"""Notes of a contact by REST, through the same service as the pages."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from aesthetix.audit import services as audit
from aesthetix.web.api.views import validated
from contacts.api.of_contact import ContactsView
from contacts.models import Note
from contacts.models.notes import LONGEST_NOTE
from contacts.services.notes import add_note


class NoteOut(serializers.ModelSerializer[Note]):
    """`author`: id of the staff member, null for a program. `version` counts the wordings."""

    class Meta:
        model = Note
        fields = ("id", "body", "pinned", "author", "version", "created_at", "updated_at")


class NoteIn(serializers.Serializer[Any]):
    body = serializers.CharField(max_length=LONGEST_NOTE)
    pinned = serializers.BooleanField(required=False, default=False)


class NoteList(ContactsView):
    scopes: ClassVar[dict[str, str]] = {"GET": "notes:read", "POST": "notes:write"}

    @extend_schema(operation_id="notes_list", responses=NoteOut(many=True))
    def get(self, request: Request, pk: int) -> Response:
        """The contact's notes, the newest first."""
        rows = Note.objects.for_practice(self.practice).filter(contact=self.contact(pk)).standing()
        audit.record(self.actor, "list", "contacts.note", contact_id=pk)
        return self.page(request, rows, NoteOut, "-created_at", "-id")

    @extend_schema(operation_id="notes_create", request=NoteIn, responses={201: NoteOut})
    def post(self, request: Request, pk: int) -> Response:
        """A new note. Staff see it as written by a program."""
        contact = self.contact(pk)
        note = add_note(actor=self.actor, contact=contact, **validated(NoteIn, request))
        return Response(NoteOut(note).data, status=201)
