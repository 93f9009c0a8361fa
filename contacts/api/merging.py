"""Possible duplicates, merging and undoing by REST, through the same services as the pages."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError as Refused
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from aesthetix.audit import services as audit
from aesthetix.web.api.views import PracticeView, an_id, validated
from contacts.api.of_contact import ContactsView
from contacts.duplicates.finding import person_of
from contacts.duplicates.likeness import compare
from contacts.merging.registry import counted
from contacts.merging.values import compare_values
from contacts.models import Contact, ContactPhone, DuplicatePair, Merge
from contacts.services import merging as service


class DuplicateOut(serializers.ModelSerializer[DuplicatePair]):
    """Two contacts that may be one person, or a household that shares a number or an email. `score`: how much speaks
    for it."""

    reasons = serializers.SerializerMethodField()
    against = serializers.SerializerMethodField()

    class Meta:
        model = DuplicatePair
        fields = ("id", "kind", "score", "first", "second", "reasons", "against")

    def get_reasons(self, pair: DuplicatePair) -> list[str]:
        found = compare(person_of(pair.first), person_of(pair.second))
        return found.in_words() if found else []

    def get_against(self, pair: DuplicatePair) -> list[str]:
        found = compare(person_of(pair.first), person_of(pair.second))
        return found.against() if found else []


class ValueOut(serializers.Serializer[Any]):
    """A value of both records in words. `both` is not empty where the two can stand together; `default` wins unless
    another is chosen."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    keep = serializers.CharField()
    other = serializers.CharField()
    both = serializers.CharField()
    default = serializers.CharField()


class PreviewOut(serializers.Serializer[Any]):
    """`mark`: send it with the merge, and it is refused when one of the values has changed since."""

    values = ValueOut(many=True)
    moving = serializers.DictField(child=serializers.IntegerField())
    mark = serializers.CharField()


class MergeIn(serializers.Serializer[Any]):
    other = serializers.IntegerField(min_value=1, help_text="id of the contact that becomes part of this one")
    values = serializers.DictField(
        child=serializers.ChoiceField(["keep", "other", "both"]),
        required=False,
        help_text="name of a value, as the preview has it → which wins",
    )
    mark = serializers.CharField(required=False, max_length=64)


class MergeOut(serializers.ModelSerializer[Merge]):
    survivor = serializers.IntegerField(source="survivor_id")
    merged = serializers.IntegerField(source="merged_id")
    moved = serializers.DictField(source="counts", child=serializers.IntegerField())

    class Meta:
        model = Merge
        fields = ("id", "survivor", "merged", "at", "moved", "undone_at")


class DuplicateList(PracticeView):
    scopes: ClassVar[dict[str, str]] = {"GET": "duplicates:read"}

    @extend_schema(
        operation_id="duplicates_list",
        responses=DuplicateOut(many=True),
        parameters=[OpenApiParameter("kind", enum=DuplicatePair.Kind.values)],
    )
    def get(self, request: Request) -> Response:
        """Pairs that nobody has dismissed, those first for which the most speaks."""
        rows = DuplicatePair.objects.for_practice(self.practice).filter(dismissed_at=None)
        if kind := request.query_params.get("kind"):
            if kind not in DuplicatePair.Kind.values:
                raise ValidationError({"kind": ["It is duplicate or household."]})
            rows = rows.filter(kind=kind)
        phones = ContactPhone.objects.for_practice(self.practice)
        people = [Prefetch(f"{side}__phones", phones) for side in ("first", "second")]
        audit.record(self.actor, "list", "contacts.duplicatepair")
        return self.page(
            request, rows.select_related("first", "second").prefetch_related(*people), DuplicateOut, "-score", "-id"
        )


class ContactMerge(ContactsView):
    scopes: ClassVar[dict[str, str]] = {"GET": "contacts:merge", "POST": "contacts:merge"}

    @extend_schema(
        operation_id="contacts_merge_preview",
        responses=PreviewOut,
        parameters=[OpenApiParameter("other", int, required=True)],
    )
    def get(self, request: Request, pk: int) -> Response:
        """What would become of both records. Nothing happens."""
        keep, other = self.contact(pk), self.contact(an_id(request.query_params.get("other", "")))
        comparison = compare_values(keep, other)
        for contact in (keep, other):
            audit.record(self.actor, "view", contact, contact_id=contact.pk)
        moving = {one.part.many: one.number for one in counted(other)}
        return Response(PreviewOut({"values": comparison.values, "moving": moving, "mark": comparison.mark}).data)

    @extend_schema(operation_id="contacts_merge", request=MergeIn, responses={201: MergeOut})
    def post(self, request: Request, pk: int) -> Response:
        """`other` becomes part of this contact. Its id leads here from then on; for 30 days it can be undone."""
        given = validated(MergeIn, request)
        other: int = self.contact(given["other"]).pk
        try:
            merge = service.merge_contacts(
                actor=self.actor,
                keep=self.contact(pk).pk,
                other=other,
                choices=given.get("values", {}),
                mark=given.get("mark", ""),
            )
        except service.CannotMerge as refused:
            return Response({"detail": str(refused)}, status=409)
        except Refused as refused:
            raise ValidationError({"values": refused.messages}) from refused
        except Contact.DoesNotExist:
            return Response({"detail": "One of the contacts is gone."}, status=409)
        return Response(MergeOut(merge).data, status=201)


class MergeList(PracticeView):
    scopes: ClassVar[dict[str, str]] = {"GET": "duplicates:read"}

    @extend_schema(operation_id="merges_list", responses=MergeOut(many=True))
    def get(self, request: Request) -> Response:
        """All merges, the newest first; also those that were undone."""
        audit.record(self.actor, "list", "contacts.merge")
        return self.page(request, Merge.objects.for_practice(self.practice).defer("journal"), MergeOut, "-id")


class MergeUndo(PracticeView):
    scopes: ClassVar[dict[str, str]] = {"POST": "contacts:merge"}

    @extend_schema(operation_id="merges_undo", request=None, responses=MergeOut)
    def post(self, request: Request, pk: int) -> Response:
        """Both contacts as they were; what came since stays with the survivor. 409 says why not."""
        merge: Merge = get_object_or_404(Merge.objects.for_practice(self.practice), pk=pk)
        try:
            service.undo_merge(actor=self.actor, merge=merge)
        except (service.CannotUndo, service.CannotMerge) as refused:
            return Response({"detail": str(refused)}, status=409)
        merge.refresh_from_db()
        return Response(MergeOut(merge).data)
