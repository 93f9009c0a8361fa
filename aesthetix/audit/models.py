"""Who saw or changed which patient's data. Append-only."""

from django.db import models

from aesthetix.lib import clock
from aesthetix.practices.models import ApiKey, Staff
from aesthetix.practices.scoping import PracticeOwned


class AuditEntry(PracticeOwned):
    at = models.DateTimeField(default=clock.now)
    staff = models.ForeignKey(Staff, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    api_key = models.ForeignKey(ApiKey, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    actor = models.CharField(max_length=120)
    action = models.CharField(max_length=20, help_text="view, list, create, change, delete, play, download, send")
    object_type = models.CharField(max_length=60)
    object_id = models.CharField(max_length=40, blank=True)
    contact_id = models.BigIntegerField(null=True, blank=True)
    changes = models.JSONField(default=dict, blank=True, help_text="field → [old, new]")
    ip = models.GenericIPAddressField(null=True, blank=True)

    class Meta(PracticeOwned.Meta):
        ordering = ["-at", "-id"]
        verbose_name_plural = "audit entries"
        indexes = [
            models.Index(fields=["practice", "-at", "-id"], name="audit_recent"),
            models.Index(fields=["practice", "contact_id", "-at"], name="audit_by_contact"),
        ]
