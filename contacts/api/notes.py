"""Notes of a contact by REST, through the same service as the pages. Deleting is left to people."""

from typing import Any, ClassVar

from django.db import transaction
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from aesthetix.audit import services as audit
from aesthetix.web.api.views import validated
from contacts.api.of_contact import ContactsView
from contacts.models import Note
from contacts.models.notes import LONGEST_NOTE
from contacts.services.notes import StaleNote, add_note, edit_note, pin_note


class NoteOut(serializers.ModelSerializer[Note]):
    """`author`: id of the staff member, null for a program. `version` counts the wordings."""

    class Meta:
        model = Note
        fields = ("id", "body", "pinned", "author", "version", "created_at", "updated_at")


class NoteIn(serializers.Serializer[Any]):
    body = serializers.CharField(max_length=LONGEST_NOTE)
    pinned = serializers.BooleanField(required=False, default=False)


class NoteChange(serializers.Serializer[Any]):
    """What is left out stays as it is. Another wording names the `version` that it started from: where somebody wrote
    another one meanwhile, nothing changes (409)."""

    body = serializers.CharField(max_length=LONGEST_NOTE, required=False)
    pinned = serializers.BooleanField(required=False)
    version = serializers.IntegerField(required=False, min_value=1)

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        if "body" in given and "version" not in given:
            raise serializers.ValidationError({"version": "Name the version that the wording started from."})
        return given


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


class NoteDetail(ContactsView):
    scopes: ClassVar[dict[str, str]] = {"GET": "notes:read", "PATCH": "notes:write"}

    @extend_schema(operation_id="notes_get", responses=NoteOut)
    def get(self, request: Request, pk: int, note: int) -> Response:
        found = self._note(pk, note)
        audit.record(self.actor, "view", found, contact_id=pk)
        return Response(NoteOut(found).data)

    @extend_schema(operation_id="notes_update", request=NoteChange, responses=NoteOut)
    def patch(self, request: Request, pk: int, note: int) -> Response:
        """Another wording, which keeps the ones before it; or pinned and not."""
        found = self._note(pk, note)
        try:
            self._change(found, validated(NoteChange, request))
        except StaleNote as stale:
            return Response({"detail": str(stale)}, status=409)
        return Response(NoteOut(self._note(pk, note)).data)

    @transaction.atomic
    def _change(self, note: Note, given: dict[str, Any]) -> None:
        """All of it or nothing."""
        if "body" in given:
            edit_note(actor=self.actor, note=note, body=given["body"], version=given["version"])
        if "pinned" in given:
            pin_note(actor=self.actor, note=note, pinned=given["pinned"])

    def _note(self, pk: int, note: int) -> Note:
        rows = Note.objects.for_practice(self.practice).filter(contact=self.contact(pk)).standing()
        found: Note = get_object_or_404(rows, pk=note)
        return found
