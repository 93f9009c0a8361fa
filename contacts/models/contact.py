"""Who a record is about: names, numbers, consent, tags."""

from typing import Any, ClassVar

from django.db import models
from django.db.models.functions import Lower, Upper

from aesthetix.lib import clock
from aesthetix.lib.phone import display
from aesthetix.practices.models import Staff
from aesthetix.practices.scoping import PracticeOwned, practice_key
from contacts.querysets import ContactQuerySet


class Tag(PracticeOwned):
    name = models.CharField(max_length=40)

    class Meta(PracticeOwned.Meta):
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["practice", "name"], name="tag_once")]

    def __str__(self) -> str:
        return self.name


class Contact(PracticeOwned):
    """A patient, a lead, or a caller of whom only the number is known (`unverified_caller`)."""

    practice = practice_key(db_index=False)
    first_name = models.CharField(max_length=80, blank=True)
    last_name = models.CharField(max_length=80, blank=True)
    email = models.EmailField(blank=True)
    birthday = models.DateField(null=True, blank=True)
    assigned_to = models.ForeignKey(Staff, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    lead_source = models.CharField(max_length=80, blank=True)
    alert = models.CharField(
        max_length=160,
        blank=True,
        db_default="",
        default="",
        help_text="what everybody must see first, such as an allergy",
    )
    unverified_caller = models.BooleanField(default=False)
    tags = models.ManyToManyField(Tag, blank=True, related_name="contacts")
    search_text = models.TextField(editable=False, default="", help_text="case-folded names, email, phone digits")
    created_at = models.DateTimeField(default=clock.now, editable=False)
    updated_at = models.DateTimeField(default=clock.now, editable=False)

    objects: ClassVar[Any] = ContactQuerySet.as_manager()

    class Meta(PracticeOwned.Meta):
        indexes = [
            models.Index(fields=["practice", "-updated_at", "-id"], name="contact_recent"),
            models.Index(fields=["practice", "-created_at", "-id"], name="contact_newest"),
            models.Index(fields=["practice", "search_text", "id"], name="contact_by_name"),
            # Partial: a new caller's row, which a webhook writes, is in the third at most.
            models.Index("practice", Lower("email"), condition=~models.Q(email=""), name="contact_by_email"),
            models.Index(
                "practice", Upper("lead_source"), condition=~models.Q(lead_source=""), name="contact_by_source"
            ),
            models.Index(
                fields=["practice", "birthday"], condition=models.Q(birthday__isnull=False), name="contact_by_birthday"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def main_number(self) -> str:
        """E.164, or empty. Reads `phones`: prefetch them for lists."""
        phone = next(iter(self.phones.all()), None)
        return phone.number if phone else ""

    @property
    def display_name(self) -> str:
        """What people call this contact: the name, else the number that they called from."""
        return self.name or display(self.main_number) or self.email or "Unnamed contact"


class ContactPhone(PracticeOwned):
    """A number of a contact. Families share numbers: exactly one contact is the number's first
    (`is_shared` false), which makes two webhooks at once agree on one new contact."""

    practice = practice_key(db_index=False)
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="phones", db_index=False)
    number = models.CharField(max_length=20, help_text="E.164")
    label = models.CharField(max_length=20, default="mobile")
    position = models.PositiveSmallIntegerField(default=0, help_text="0 is the main number")
    is_shared = models.BooleanField(default=False, editable=False)

    class Meta(PracticeOwned.Meta):
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "number"], condition=models.Q(is_shared=False), name="phone_identity"
            ),
            models.UniqueConstraint(fields=["contact", "number"], name="phone_once_per_contact"),
        ]
        indexes = [models.Index(fields=["practice", "number"], name="phone_lookup")]


class Consent(PracticeOwned):
    """What a contact agreed to, channel by channel; the newest row of a channel counts."""

    class Channel(models.TextChoices):
        TEXT = "text", "Texts"
        EMAIL = "email", "Email"
        CALL = "call", "Calls"

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="consents")
    channel = models.CharField(max_length=8, choices=Channel.choices)
    granted = models.BooleanField()
    source = models.CharField(max_length=120)
    at = models.DateTimeField(default=clock.now)

    class Meta(PracticeOwned.Meta):
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["practice", "channel", "granted", "contact"], name="consent_answers")]
