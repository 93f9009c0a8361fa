"""What a practice configures: lines, switches, people's devices, greetings, the carrier account."""

import secrets

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from aesthetix.lib import clock
from aesthetix.lib.crypto import EncryptedTextField
from aesthetix.practices.models import Practice, Staff
from aesthetix.practices.scoping import PracticeOwned

TIMEOUT_VALIDATORS = [
    MinValueValidator(5, "At least 5 seconds."),
    MaxValueValidator(60, "At most 60 seconds."),
]
DEFAULT_WHISPER = "Aesthetix CRM call, press any key to connect"
DEFAULT_DISCLOSURE = "This call may be recorded for quality purposes"


def new_version() -> int:
    """Random, not counted up: a rolled-back change must not leave its number to the next one."""
    return secrets.randbelow(2**31)


class CarrierAccount(models.Model):
    """Where a practice's numbers live. Twilio, or anything that speaks its interface at `base_url`."""

    practice = models.OneToOneField(Practice, on_delete=models.CASCADE, related_name="carrier_account")
    account_sid = models.CharField(max_length=34, unique=True)
    auth_token = EncryptedTextField()
    base_url = models.CharField(max_length=200, blank=True, help_text="empty: Twilio")
    checked_at = models.DateTimeField(null=True, blank=True)
    check_report = models.JSONField(default=list, blank=True)


class Greeting(PracticeOwned):
    """A voicemail greeting: a real MP3 or WAV file in private storage."""

    file = models.FileField(upload_to="greetings/")
    name = models.CharField(max_length=120)
    content_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    seconds = models.FloatField()
    token = models.CharField(max_length=43, unique=True, help_text="the carrier fetches it by this; it cannot sign in")
    uploaded_by = models.ForeignKey(Staff, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=clock.now)

    class Meta(PracticeOwned.Meta):
        pass


class VoiceSettings(models.Model):
    """Account-level voice settings: the four switches, and the defaults for all lines.

    `version` changes with everything that routing reads, so that a webhook knows with the
    row it reads anyway whether its compiled copy of the configuration still holds.
    """

    practice = models.OneToOneField(Practice, on_delete=models.CASCADE, related_name="voice_settings")
    ring_number_user = models.BooleanField("Ring user assigned to called number", default=True)
    ring_contact_user = models.BooleanField("Ring user assigned to contact", default=True)
    forward_to_line_number = models.BooleanField("Forward to phone number on number settings", default=True)
    forward_to_business = models.BooleanField("Forward calls to business phone number", default=True)
    incoming_timeout = models.PositiveSmallIntegerField(
        "Incoming Call Timeout", default=20, validators=TIMEOUT_VALIDATORS
    )
    greeting = models.ForeignKey(Greeting, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    text_back_toggle = models.BooleanField("Missed Call Text Back", default=False)
    version = models.PositiveIntegerField(default=new_version)


class NumberPool(PracticeOwned):
    """Website call tracking: its lines always ring the pool's own outside number."""

    name = models.CharField(max_length=80)
    forwarding_number = models.CharField(max_length=20, help_text="E.164; a pool without one cannot be saved")
    lead_source = models.CharField(max_length=80, blank=True)

    class Meta(PracticeOwned.Meta):
        constraints = [
            models.CheckConstraint(condition=~models.Q(forwarding_number=""), name="pool_forwards"),
            models.UniqueConstraint(fields=["practice", "name"], name="pool_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Line(PracticeOwned):
    """A phone number of the practice, with a name and its own call configuration."""

    number = models.CharField(max_length=20, unique=True, help_text="E.164")
    name = models.CharField("Name", max_length=80)
    provider_sid = models.CharField(max_length=34, blank=True)
    pool = models.ForeignKey(NumberPool, null=True, blank=True, on_delete=models.PROTECT, related_name="lines")
    assigned_to = models.ForeignKey(Staff, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    ring_members = models.ManyToManyField(Staff, through="RingMember", related_name="+")
    forwarding_number = models.CharField("Forwarding Number", max_length=20, blank=True)
    incoming_timeout = models.PositiveSmallIntegerField(
        "Incoming Call Timeout", null=True, blank=True, validators=TIMEOUT_VALIDATORS, help_text="empty: the practice's"
    )
    call_connect = models.BooleanField("Call Connect", default=True)
    whisper_message = models.CharField("Whisper Message", max_length=300, default=DEFAULT_WHISPER)
    record_calls = models.BooleanField("Call Recording", default=False)
    play_disclosure = models.BooleanField("Play Call Recording Message", default=False)
    disclosure = models.CharField(max_length=300, blank=True, default=DEFAULT_DISCLOSURE)
    greeting = models.ForeignKey(Greeting, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    is_default_outbound = models.BooleanField("Default outbound number", default=False)
    lead_source = models.CharField("Lead source", max_length=80, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta(PracticeOwned.Meta):
        ordering = ["-is_default_outbound", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["practice"], condition=models.Q(is_default_outbound=True), name="one_default_line"
            )
        ]

    def __str__(self) -> str:
        return self.name


class RingMember(models.Model):
    """A member of a line's Ring All; at most six per line (checked where it is saved)."""

    line = models.ForeignKey(Line, on_delete=models.CASCADE)
    staff = models.ForeignKey(Staff, on_delete=models.CASCADE)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["line", "staff"], name="ring_member_once")]


class StaffCallSettings(models.Model):
    """My Staff → Edit → Call & Voicemail Settings."""

    class RingAllChannel(models.TextChoices):
        SAME = "", "Same as their normal calls"
        WEB = "web", "Web app"
        MOBILE = "mobile", "Mobile app"
        PERSONAL = "personal", "Personal number"
        ALL = "all", "All of them"

    staff = models.OneToOneField(Staff, on_delete=models.CASCADE, related_name="call_settings")
    web_app = models.BooleanField("Web app", default=True)
    mobile_app = models.BooleanField("Mobile app", default=False)
    personal_number = models.CharField("Personal phone number", max_length=20, blank=True)
    incoming_timeout = models.PositiveSmallIntegerField(
        "Incoming Call Timeout", null=True, blank=True, validators=TIMEOUT_VALIDATORS
    )
    greeting = models.ForeignKey(Greeting, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    ring_all_channel = models.CharField(
        "Default channel for Ring All", max_length=8, choices=RingAllChannel.choices, blank=True, default=""
    )
