"""What happened on the phone: calls, their legs, the carrier's raw events, recordings."""

from functools import cached_property

from django.db import models

from aesthetix.events.due import DueRow
from aesthetix.lib import clock
from aesthetix.practices.models import Staff
from aesthetix.practices.scoping import PracticeOwned, practice_key
from contacts.models import Contact
from telephony.models.settings import Line
from telephony.route import Route


class Call(DueRow):
    """One call, from its first ring to the last word of the voicemail.

    `due_at` is set until it has ended: the carrier is then asked about it (services/reports_lost).
    """

    class State(models.TextChoices):
        RINGING = "ringing", "Ringing"
        CONNECTED = "connected", "Connected"
        VOICEMAIL = "voicemail", "In voicemail"
        ENDED = "ended", "Ended"

    class Outcome(models.TextChoices):
        PENDING = "", "In progress"
        ANSWERED = "answered", "Answered"
        MISSED = "missed", "Missed"
        DROPPED = "dropped", "Dropped"

    practice = practice_key(db_index=False)
    sid = models.CharField(max_length=64)
    line = models.ForeignKey(
        Line, null=True, blank=True, on_delete=models.PROTECT, related_name="calls", db_index=False
    )
    contact = models.ForeignKey(Contact, null=True, blank=True, on_delete=models.SET_NULL, related_name="calls")
    inbound = models.BooleanField(default=True)
    from_number = models.CharField(max_length=80, help_text="E.164, or empty when withheld")
    to_number = models.CharField(max_length=80)
    state = models.CharField(max_length=10, choices=State.choices, default=State.RINGING)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True, default="")
    reason = models.CharField(
        max_length=40, blank=True, help_text="code: no_answer, busy, refused, abandoned, no_rule…"
    )
    route = models.JSONField(default=dict, help_text="the Route with its trace, as decided when it rang")
    lead_source = models.CharField(max_length=80, blank=True)
    answered_by = models.ForeignKey(
        Staff, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    accepted_leg = models.CharField(max_length=64, blank=True, help_text="Ring All hub: the leg that accepted first")
    started_at = models.DateTimeField(default=clock.now)
    answered_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True, default=None)

    class Meta(DueRow.Meta):
        constraints = [models.UniqueConstraint(fields=["sid", "practice"], name="call_once")]
        indexes = [
            DueRow.due_index("call_due"),
            models.Index(fields=["practice", "-started_at", "-id"], name="calls_recent"),
            models.Index(fields=["practice", "from_number", "-started_at"], name="calls_by_caller"),
        ]

    @cached_property
    def decision(self) -> Route:
        """`route`, read. It is decided once, when the call comes in."""
        return Route.from_dict(self.route)


class Leg(PracticeOwned):
    """One phone that was rung for a call. Its status only moves forward, by rank."""

    practice = practice_key(db_index=False)
    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="legs")
    sid = models.CharField(max_length=64)
    kind = models.CharField(max_length=8, help_text="client, number, sip")
    address = models.CharField(max_length=120)
    staff = models.ForeignKey(Staff, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    status = models.CharField(max_length=12, default="initiated", help_text="the carrier's CallStatus")
    rank = models.SmallIntegerField(default=0)
    started_at = models.DateTimeField(default=clock.now)
    answered_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True, help_text="Call Connect: the key press")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta(PracticeOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["practice", "sid"], name="leg_once")]


class CallEvent(DueRow):
    """A webhook as it came, stored once under the carrier's key: the flow on the screen, the proof later.

    `due_at` is set while it cannot be applied yet: it came before the call that it speaks of, or it ended
    a call whose outcome another webhook, still on its way, should decide.
    """

    practice = practice_key(db_index=False)
    call = models.ForeignKey(Call, null=True, on_delete=models.CASCADE, related_name="events")
    key = models.CharField(max_length=160)
    kind = models.CharField(max_length=32, help_text="inbound, dial_action, whisper, accept, leg, status, voicemail…")
    payload = models.JSONField(default=dict)
    at = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField(null=True, blank=True, default=None)

    class Meta(DueRow.Meta):
        ordering = ["at", "id"]
        constraints = [models.UniqueConstraint(fields=["practice", "key"], name="call_event_once")]
        indexes = [DueRow.due_index("call_event_due")]


class CarrierCommand(DueRow):
    """Something the carrier is asked to do to a call outside its TwiML. A row, so that it is done once."""

    class Kind(models.TextChoices):
        PLACE_LEG = "place_leg", "Ring a screened phone"
        JOIN_CALLER = "join_caller", "Bring the caller to the phone that accepted"
        END_LEG = "end_leg", "Stop ringing a phone"
        TO_VOICEMAIL = "to_voicemail", "Bring the caller to voicemail"

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="commands")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    target = models.CharField(max_length=64, help_text="place_leg: index of the destination; end_leg: the leg's sid")
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta(DueRow.Meta):
        constraints = [models.UniqueConstraint(fields=["call", "kind", "target"], name="command_once")]
        indexes = [DueRow.due_index("command_due")]


class Recording(DueRow):
    """A recording or voicemail at the carrier, and its copy in our storage. Due until fetched."""

    class Kind(models.TextChoices):
        CALL = "call", "Recording"
        VOICEMAIL = "voicemail", "Voicemail"

    class State(models.TextChoices):
        PENDING = "pending", "Being fetched"
        STORED = "stored", "Stored"
        ABSENT = "absent", "Silent or empty"
        FAILED = "failed", "Could not be fetched"

    practice = practice_key(db_index=False)
    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="recordings")
    sid = models.CharField(max_length=64)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    state = models.CharField(max_length=8, choices=State.choices, default=State.PENDING)
    url = models.CharField(max_length=300, help_text="at the carrier; never shown")
    seconds = models.PositiveIntegerField(default=0)
    file = models.FileField(upload_to="recordings/%Y/%m/", blank=True)
    content_type = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta(DueRow.Meta):
        constraints = [models.UniqueConstraint(fields=["practice", "sid"], name="recording_once")]
        indexes = [DueRow.due_index("recording_due")]

    @property
    def in_short(self) -> str:
        """For the inbox: `Voicemail, 0:41`."""
        return f"{self.get_kind_display()}, {self.seconds // 60}:{self.seconds % 60:02d}"
