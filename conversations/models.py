"""One thread per contact; everything that passed stands in it as an item."""

from typing import Any, ClassVar

from django.db import models

from aesthetix.events.due import DueRow
from aesthetix.lib import clock
from aesthetix.practices.models import Staff
from aesthetix.practices.scoping import PracticeOwned, practice_key
from contacts.models import Contact
from conversations.querysets import CALL_KINDS, ThreadQuerySet


class Thread(PracticeOwned):
    """A contact's conversation. The one without a contact collects callers who withheld their number."""

    practice = practice_key(db_index=False)
    contact = models.OneToOneField(Contact, null=True, blank=True, on_delete=models.CASCADE, related_name="thread")
    last_item_at = models.DateTimeField(default=clock.now)
    last_kind = models.CharField(max_length=16, blank=True)
    preview = models.CharField(max_length=160, blank=True)
    unread_count = models.PositiveIntegerField(default=0)

    objects: ClassVar[Any] = ThreadQuerySet.as_manager()

    class Meta(PracticeOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice"], condition=models.Q(contact=None), name="one_anonymous_thread")
        ]
        indexes = [
            models.Index(fields=["practice", "-last_item_at", "-id"], name="inbox_recent"),
            models.Index(fields=["practice"], condition=models.Q(unread_count__gt=0), name="inbox_unread"),
        ]


class Item(PracticeOwned):
    """One line of a thread. `kind` names who renders it (see conversations/kinds.py); the thing itself
    is `message`, or `ref` = id of the upper floor's row (a call, a voicemail)."""

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="items", db_index=False)
    kind = models.CharField(max_length=16, help_text="text, system, call, voicemail, …")
    at = models.DateTimeField(default=clock.now)
    message = models.OneToOneField("Message", null=True, blank=True, on_delete=models.CASCADE, related_name="item")
    ref = models.BigIntegerField(null=True, blank=True)
    text = models.CharField(max_length=300, blank=True, help_text="system items: the sentence")

    class Meta(PracticeOwned.Meta):
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "ref"], condition=models.Q(ref__isnull=False), name="item_once_per_ref"
            )
        ]
        indexes = [
            models.Index(fields=["thread", "-at", "-id"], name="thread_recent"),
            models.Index(fields=["thread"], condition=models.Q(kind__in=CALL_KINDS), name="thread_calls"),
        ]


class Message(DueRow):
    """A text (later: email, WhatsApp, …). Outgoing ones are due rows until the provider took them."""

    class State(models.TextChoices):
        RECEIVED = "received", "Received"
        WITHHELD = "withheld", "Not sent"
        QUEUED = "queued", "Sending"
        SENDING = "sending", "Sending "
        UNKNOWN = "unknown", "Checking with the carrier"
        SENT = "sent", "Sent"
        DELIVERED = "delivered", "Delivered"
        UNDELIVERED = "undelivered", "Not delivered"
        FAILED = "failed", "Not delivered "

    NOT_DELIVERED = frozenset({State.WITHHELD, State.UNDELIVERED, State.FAILED})

    class Origin(models.TextChoices):
        STAFF = "staff"
        WORKFLOW = "workflow"
        API = "api"
        SYSTEM = "system"
        PATIENT = "patient"

    practice = practice_key(db_index=False)
    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="messages")
    channel = models.CharField(max_length=12, default="sms")
    inbound = models.BooleanField(default=False)
    body = models.TextField(blank=True)
    media = models.JSONField(default=list, blank=True, help_text='[{"url", "content_type"}] as received')
    from_address = models.CharField(max_length=80)
    to_address = models.CharField(max_length=80)
    state = models.CharField(max_length=12, choices=State.choices)
    origin = models.CharField(max_length=10, choices=Origin.choices)
    staff = models.ForeignKey(Staff, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    label = models.CharField(max_length=120, blank=True, help_text="which workflow or key sent it")
    idempotency_key = models.CharField(max_length=120)
    # Null, not empty: those without a sid are not the same message.
    provider_sid = models.CharField(max_length=64, null=True, blank=True)  # noqa: DJ001
    verdict = models.JSONField(default=list, help_text="the send gate: [{check, passed, reason}]")
    error_code = models.CharField(max_length=12, blank=True)
    reason = models.CharField(max_length=300, blank=True, help_text="staff language: why it was not sent")
    segments = models.PositiveSmallIntegerField(default=1)
    created_at = models.DateTimeField(default=clock.now)
    asked_at = models.DateTimeField(null=True, blank=True, help_text="when the carrier was last asked to send it")
    lookups = models.PositiveSmallIntegerField(default=0, help_text="unknown: clear answers that it was not found")
    resent = models.BooleanField(default=False, help_text="unknown, not found, queued again: happens once at most")
    sent_at = models.DateTimeField(null=True, blank=True, help_text="when we learned that the carrier took it")
    delivered_at = models.DateTimeField(null=True, blank=True)

    class Meta(DueRow.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice", "idempotency_key"], name="message_once"),
            models.UniqueConstraint(fields=["practice", "provider_sid"], name="message_once_at_the_carrier"),
        ]
        indexes = [DueRow.due_index("message_due")]

    @property
    def not_delivered(self) -> bool:
        """It did not reach the patient, for good."""
        return self.state in self.NOT_DELIVERED


class MessageEvent(PracticeOwned):
    """What passed between us and the carrier about a message, each thing once under its key."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="events")
    key = models.CharField(max_length=120)
    kind = models.CharField(
        max_length=12, help_text="asked, taken, refused, later, unclear, found, absent, again, status"
    )
    status = models.CharField(max_length=24, blank=True, help_text="the carrier's word")
    error_code = models.CharField(max_length=12, blank=True)
    at = models.DateTimeField(default=clock.now)

    class Meta(PracticeOwned.Meta):
        ordering = ["at", "id"]
        constraints = [models.UniqueConstraint(fields=["message", "key"], name="message_event_once")]


class OptOut(PracticeOwned):
    """An address that said STOP on a channel. A later START ends it."""

    channel = models.CharField(max_length=12, default="sms")
    address = models.CharField(max_length=80)
    source = models.CharField(max_length=120)
    at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta(PracticeOwned.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "channel", "address"],
                condition=models.Q(ended_at=None),
                name="one_open_opt_out",
            )
        ]
