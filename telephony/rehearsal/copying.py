"""A practice's own configuration for a rehearsal: read from its database, written to a scratch one.

Staff come without passwords, the carrier account and every patient stay behind.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.core import serializers
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, models, transaction

from aesthetix.practices.models import BusinessHours, Holiday, Practice, Staff, User
from telephony.models import Greeting, Line, NumberPool, RingMember, StaffCallSettings, VoiceSettings
from telephony.rehearsal.rooms import rooms


@dataclass(frozen=True)
class Configuration:
    slug: str
    rows: list[dict[str, Any]]
    files: dict[str, bytes]


def read_configuration(slug: str) -> Configuration:
    """Raises Practice.DoesNotExist. The database itself refuses a write meanwhile."""
    with _read_only():
        practice = Practice.objects.get(slug=slug)
        rows = [row for queryset in _rows(practice) for row in serializers.serialize("python", queryset)]
        files = {greeting.file.name: greeting.file.read() for greeting in Greeting.objects.for_practice(practice)}
    for row in rows:
        if row["model"] == "practices.user":
            row["fields"] |= {"password": "!", "is_staff": False, "is_superuser": False, "groups": []}
            row["fields"] |= {"user_permissions": [], "last_login": None}
    return Configuration(slug, rows, files)


def write_configuration(configuration: Configuration) -> Practice:
    """Into an empty database, under the same keys."""
    for name, content in configuration.files.items():
        default_storage.save(name, ContentFile(content))
    with transaction.atomic():
        for row in serializers.deserialize("python", configuration.rows):
            row.save()
        practice = Practice.objects.get(slug=configuration.slug)
        _stand_ins_for_other_practices(configuration)
    return practice


def _stand_ins_for_other_practices(configuration: Configuration) -> None:
    """Whose app is switched to another practice does not ring here, so that practice must exist, by key only."""
    users = [row["fields"] for row in configuration.rows if row["model"] == "practices.user"]
    switched_to = {user["active_practice"] for user in users if user["active_practice"]}
    known = set(Practice.objects.filter(pk__in=switched_to).values_list("pk", flat=True))
    Practice.objects.bulk_create(
        Practice(pk=pk, name="Another practice", slug=f"another-{pk}") for pk in switched_to - known
    )


def _rows(practice: Practice) -> Iterator[models.QuerySet[Any]]:
    staff = Staff.objects.for_practice(practice)
    yield Practice.objects.filter(pk=practice.pk)
    yield User.objects.filter(pk__in=staff.values("user"))
    yield staff
    yield BusinessHours.objects.for_practice(practice)
    yield Holiday.objects.for_practice(practice)
    yield Greeting.objects.for_practice(practice)
    yield VoiceSettings.objects.filter(practice=practice)
    yield NumberPool.objects.for_practice(practice)
    yield Line.objects.for_practice(practice)
    yield RingMember.objects.filter(line__practice=practice)
    yield StaffCallSettings.objects.filter(staff__practice=practice)
    for room in rooms:
        yield from room.configuration(practice)


@contextmanager
def _read_only() -> Iterator[None]:
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA query_only = ON")
            try:
                yield
            finally:
                cursor.execute("PRAGMA query_only = OFF")
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield
