from typing import Any

from django.db import models

from aesthetix.audit.models import AuditEntry
from aesthetix.practices.actor import Actor


def record(
    actor: Actor,
    action: str,
    subject: models.Model | str,
    *,
    contact_id: int | None = None,
    changes: dict[str, Any] | None = None,
) -> None:
    """One audit row, in the caller's transaction. `subject` is the object, or a name for a list."""
    AuditEntry.objects.create(
        practice=actor.practice,
        staff=actor.staff,
        api_key=actor.api_key,
        actor=str(actor),
        action=action,
        object_type=subject if isinstance(subject, str) else subject._meta.label_lower,
        object_id="" if isinstance(subject, str) else str(subject.pk),
        contact_id=contact_id,
        changes=changes or {},
        ip=actor.ip,
    )


def changes_between(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """The fields that differ, as text: `{"email": ["old", "new"]}`."""
    return {name: [str(before.get(name)), str(after[name])] for name in after if before.get(name) != after[name]}
