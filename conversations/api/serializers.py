from rest_framework import serializers

from conversations.models import Item, Message, Thread


class ThreadOut(serializers.ModelSerializer[Thread]):
    """`contact` is null for the thread of callers who withheld their number."""

    class Meta:
        model = Thread
        fields = ("id", "contact", "last_item_at", "last_kind", "unread_count")


class MessageOut(serializers.ModelSerializer[Message]):
    """`state`: received, withheld, queued, sending, unknown, sent, delivered, undelivered or failed.
    `verdict` is what the send gate checked; `reason` says in words why a text was not sent."""

    contact = serializers.IntegerField(source="thread.contact_id", allow_null=True)

    class Meta:
        model = Message
        fields = (
            "id",
            "thread",
            "contact",
            "channel",
            "inbound",
            "body",
            "from_address",
            "to_address",
            "state",
            "origin",
            "label",
            "segments",
            "error_code",
            "reason",
            "verdict",
            "created_at",
            "sent_at",
            "delivered_at",
        )


class MessageIn(serializers.Serializer[None]):
    contact = serializers.IntegerField(help_text="id of the contact")
    body = serializers.CharField(max_length=1600, help_text="plain text, at most 1,600 characters")
    to = serializers.CharField(required=False, default="", max_length=40, help_text="one of the contact's numbers")
    from_number = serializers.CharField(required=False, default="", max_length=20, help_text="one of your lines, E.164")


class ItemOut(serializers.ModelSerializer[Item]):
    """One line of a thread; `ref` is the id of the call or recording, `message` that of the message."""

    class Meta:
        model = Item
        fields = ("id", "kind", "at", "message", "ref", "text")
