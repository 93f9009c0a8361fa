"""Threads and messages by REST. Sending goes through the same send gate as everything else."""

from typing import Any, ClassVar

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from aesthetix.audit import services as audit
from aesthetix.web.api.views import PracticeView, an_id, validated
from contacts.models import Contact
from conversations.api.serializers import ItemOut, MessageIn, MessageOut, ThreadOut
from conversations.models import Item, Message, Thread
from conversations.services.send import find_by_key, send_message

KEY_LENGTH = 80
IDEMPOTENCY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    required=True,
    description="Your own key for this message, at most 80 characters. A repeated key sends nothing again and "
    "answers 200 with the first message.",
)


class ThreadList(PracticeView):
    scopes: ClassVar[dict[str, str]] = {"GET": "messages:read"}

    @extend_schema(operation_id="threads_list", responses=ThreadOut(many=True))
    def get(self, request: Request) -> Response:
        """The practice's threads, newest first."""
        audit.record(self.actor, "list", "conversations.thread")
        return self.page(request, Thread.objects.for_practice(self.practice), ThreadOut, "-last_item_at", "-id")


class ThreadItems(PracticeView):
    scopes: ClassVar[dict[str, str]] = {"GET": "messages:read"}

    @extend_schema(operation_id="threads_items", responses=ItemOut(many=True))
    def get(self, request: Request, pk: int) -> Response:
        """What stands in one thread, newest first."""
        thread = get_object_or_404(Thread.objects.for_practice(self.practice), pk=pk)
        audit.record(self.actor, "view", thread, contact_id=thread.contact_id)
        items = Item.objects.for_practice(self.practice).filter(thread=thread)
        return self.page(request, items, ItemOut, "-at", "-id")


class MessageList(PracticeView):
    scopes: ClassVar[dict[str, str]] = {"GET": "messages:read", "POST": "messages:send"}

    @extend_schema(
        operation_id="messages_list",
        parameters=[OpenApiParameter("contact", int, description="only this contact's messages")],
        responses=MessageOut(many=True),
    )
    def get(self, request: Request) -> Response:
        """The practice's messages, newest first."""
        rows = Message.objects.for_practice(self.practice).select_related("thread")
        if contact := request.query_params.get("contact"):
            rows = rows.filter(thread__contact=an_id(contact))
        audit.record(self.actor, "list", "conversations.message")
        return self.page(request, rows, MessageOut, "-created_at", "-id")

    @extend_schema(
        operation_id="messages_send", parameters=[IDEMPOTENCY], request=MessageIn, responses={201: MessageOut}
    )
    def post(self, request: Request) -> Response:
        """Send a text. 201 with state `queued`, or `withheld` with the reason why it may not go out."""
        key = self._key(request)
        if (first := find_by_key(self.practice, key)) is not None:
            return _again(first, request.data)
        given = validated(MessageIn, request)
        contact = self._contact(given.pop("contact"))
        message = send_message(actor=self.actor, contact=contact, key=key, origin=Message.Origin.API, **given)
        return Response(MessageOut(message).data, status=201)

    def _key(self, request: Request) -> str:
        given = request.headers.get("Idempotency-Key", "").strip()
        if not given or len(given) > KEY_LENGTH:
            raise ValidationError(
                {"Idempotency-Key": [f"Send this header: your own key, 1 to {KEY_LENGTH} characters."]}
            )
        key: Any = request.auth
        return f"api:{key.pk}:{given}"

    def _contact(self, pk: int) -> Contact:
        contact: Contact | None = Contact.objects.for_practice(self.practice).filter(pk=pk).first()
        if contact is None:
            raise ValidationError({"contact": ["There is no such contact."]})
        return contact


def _again(first: Message, given: Any) -> Response:
    """The same request once more: the first answer. Another text or contact under the key: 409, nothing is sent."""
    said = given if isinstance(given, dict) else {}
    contact = str(said.get("contact", first.thread.contact_id))
    if said.get("body", first.body) != first.body or contact != str(first.thread.contact_id):
        return Response({"detail": "This Idempotency-Key was used for another message."}, status=409)
    return Response(MessageOut(first).data)


class MessageDetail(PracticeView):
    scopes: ClassVar[dict[str, str]] = {"GET": "messages:read"}

    @extend_schema(operation_id="messages_get", responses=MessageOut)
    def get(self, request: Request, pk: int) -> Response:
        """One message, with its delivery state."""
        message = get_object_or_404(Message.objects.for_practice(self.practice).select_related("thread"), pk=pk)
        audit.record(self.actor, "view", message, contact_id=message.thread.contact_id)
        return Response(MessageOut(message).data)
