"""Practices, the people in them, and when they are open."""

import hashlib
import secrets
import zoneinfo
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower

from aesthetix.lib import clock
from aesthetix.practices.scoping import PracticeOwned


def validate_time_zone(name: str) -> None:
    if name not in zoneinfo.available_timezones():
        raise ValidationError(f"“{name}” is not a time zone.", code="time_zone")


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email: str | None) -> "User":
        return self.get(email__iexact=email)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in. What they may do is decided by their `Staff` row in each practice."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField("may open the back office", default=False)
    date_joined = models.DateTimeField(default=clock.now)
    single_key_shortcuts = models.BooleanField("Single-key shortcuts", default=True)
    active_practice = models.ForeignKey("Practice", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    # What practices/accounts.py read with the person; None: not read yet.
    memberships_as_read: "list[Staff] | None" = None

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects = UserManager()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_any_case")]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return self.name


IDLE_CHOICES = [(minutes, f"{minutes} minutes") for minutes in (5, 10, 15, 30, 60, 120)]


class Practice(models.Model):
    """One med-spa location: the tenant, and its Business Profile."""

    name = models.CharField(max_length=120)
    slug = models.SlugField(unique=True)
    time_zone = models.CharField(max_length=64, default="America/Phoenix", validators=[validate_time_zone])
    company_phone = models.CharField("Company Phone", max_length=20, blank=True, help_text="E.164")
    require_second_factor = models.BooleanField("staff must use a second factor", default=False, db_default=False)
    idle_minutes = models.PositiveSmallIntegerField(
        "automatic log-off after", null=True, blank=True, choices=IDLE_CHOICES, default=30, db_default=30
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)

    def __str__(self) -> str:
        return self.name

    @property
    def tz(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.time_zone)


class Role(models.TextChoices):
    ADMIN = "admin", "Admin"
    STAFF = "staff", "Staff"


class DataAccess(models.TextChoices):
    ALL = "all", "All data"
    ASSIGNED = "assigned", "Only assigned data"


class Staff(PracticeOwned):
    """A user in a practice. Least access by default; a person who left keeps the row, not the access."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=8, choices=Role.choices, default=Role.STAFF)
    data_access = models.CharField(max_length=8, choices=DataAccess.choices, default=DataAccess.ASSIGNED)
    may_export = models.BooleanField("may export contacts", default=False, db_default=False)
    left_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    # Read with the membership (practices/accounts.py).
    has_second_factor: bool

    class Meta(PracticeOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["practice", "user"], name="staff_once_per_practice")]
        verbose_name_plural = "staff"

    def __str__(self) -> str:
        return self.user.name

    @property
    def is_admin(self) -> bool:
        return self.role == Role.ADMIN

    @property
    def is_current(self) -> bool:
        return self.left_at is None and self.user.is_active

    @property
    def exports(self) -> bool:
        """Whether this person may take many records out at once."""
        return self.is_admin or self.may_export

    @property
    def sees_all(self) -> bool:
        return self.data_access == DataAccess.ALL


class BusinessHours(PracticeOwned):
    """One interval of a weekday (0 = Monday). `closes` at or before `opens` runs past midnight."""

    weekday = models.PositiveSmallIntegerField()
    opens = models.TimeField()
    closes = models.TimeField()

    class Meta(PracticeOwned.Meta):
        ordering = ["weekday", "opens"]
        constraints = [
            models.UniqueConstraint(fields=["practice", "weekday", "opens"], name="hours_once"),
            models.CheckConstraint(condition=models.Q(weekday__lte=6), name="hours_weekday"),
        ]


class Holiday(PracticeOwned):
    """A date on which the practice is closed all day."""

    date = models.DateField()
    name = models.CharField(max_length=80)

    class Meta(PracticeOwned.Meta):
        ordering = ["date"]
        constraints = [models.UniqueConstraint(fields=["practice", "date"], name="holiday_once")]


class Alert(PracticeOwned):
    """Something the practice's admins should see: in the bell, until somebody marks it seen."""

    kind = models.CharField(max_length=32)
    text = models.CharField(max_length=300)
    url = models.CharField(max_length=200, blank=True)
    key = models.CharField(max_length=100, help_text="one alert per key while it is unseen")
    count = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=clock.now)
    seen_at = models.DateTimeField(null=True, blank=True)
    seen_by = models.ForeignKey(Staff, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta(PracticeOwned.Meta):
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "key"], condition=models.Q(seen_at=None), name="alert_once_unseen"
            )
        ]


class ApiKey(PracticeOwned):
    """A program's key to one practice. Only its hash is kept; it is shown once."""

    SCOPES = {
        "contacts:read": "Read contacts",
        "contacts:write": "Create and change contacts",
        "contacts:merge": "Merge contacts and undo it",
        "duplicates:read": "Read possible duplicates and merges",
        "notes:read": "Read notes of contacts",
        "notes:write": "Write notes of contacts",
        "tasks:read": "Read tasks of contacts",
        "tasks:write": "Add tasks, change them and mark them done",
        "documents:read": "Read documents of contacts",
        "documents:write": "Upload documents",
        "messages:read": "Read threads and messages",
        "messages:send": "Send messages",
        "calls:read": "Read calls and recordings",
        "lines:read": "Read lines and preview routing",
    }

    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=12, unique=True)
    digest = models.CharField(max_length=64)
    scopes = models.JSONField(default=list)
    created_by = models.ForeignKey(Staff, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=clock.now, editable=False)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    @staticmethod
    def hash(key: str) -> str:
        return hashlib.sha256(key.encode()).hexdigest()

    @classmethod
    def issue(cls, **fields: Any) -> tuple["ApiKey", str]:
        """A new key and its text `ax_<prefix>_<secret>`, which nobody can read again."""
        prefix, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
        key = f"ax_{prefix}_{secret}"
        return cls.objects.create(prefix=prefix, digest=cls.hash(key), **fields), key
