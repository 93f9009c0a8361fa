"""Fields that a practice adds to its records, and what they say there."""

from django.db import models

from aesthetix.lib import clock
from aesthetix.practices.scoping import PracticeOwned, practice_key
from contacts.models.contact import Contact


class FieldGroup(PracticeOwned):
    """A heading of Additional Info."""

    name = models.CharField(max_length=60)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta(PracticeOwned.Meta):
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["practice", "name"], name="field_group_once")]

    def __str__(self) -> str:
        return self.name


class CustomField(PracticeOwned):
    """`key` names it for programs and in files, and stays once a record says something there. `options` of a
    dropdown: [{"id": "a1", "label": "Type III"}], with "gone" where it is no longer offered. `settings`: what else
    the kind has, such as {"formats": ["pdf"], "most_files": 3, "most_mb": 10}. An archived field keeps its values
    and shows nowhere."""

    group = models.ForeignKey(FieldGroup, on_delete=models.PROTECT, related_name="fields")
    name = models.CharField(max_length=80)
    key = models.CharField(max_length=60)
    kind = models.CharField(max_length=12)
    description = models.CharField(max_length=300, blank=True)
    required = models.BooleanField(default=False)
    options = models.JSONField(default=list)
    settings = models.JSONField(default=dict)
    position = models.PositiveSmallIntegerField(default=0)
    archived_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta(PracticeOwned.Meta):
        ordering = ["group__position", "group_id", "position", "id"]
        constraints = [models.UniqueConstraint(fields=["practice", "key"], name="custom_field_once")]

    def __str__(self) -> str:
        return self.name


class FieldValue(PracticeOwned):
    """`text` is the whole value in one canonical form (contacts/custom_fields.py); `number` and `day` are for
    filters. No row: nothing is said. `version` counts the changes."""

    practice = practice_key(db_index=False)
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="field_values", db_index=False)
    field = models.ForeignKey(CustomField, on_delete=models.PROTECT, related_name="values", db_index=False)
    text = models.TextField(blank=True)
    number = models.DecimalField(max_digits=20, decimal_places=4, null=True, blank=True)
    day = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta(PracticeOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["contact", "field"], name="field_value_once")]
        indexes = [models.Index(fields=["field", "day"], name="field_by_day")]
