"""An audit entry in words: `change`, `telephony.ringmember 7`, `incoming_timeout` are names of our code."""

from dataclasses import dataclass
from typing import Any

from django.apps import apps

from aesthetix.audit.models import AuditEntry

DONE = {
    "view": "Viewed",
    "read": "Marked as read",
    "list": "Listed",
    "create": "Created",
    "change": "Changed",
    "delete": "Deleted",
    "restore": "Restored",
    "play": "Played",
    "download": "Downloaded",
    "send": "Sent",
    "export": "Exported",
}


@dataclass(frozen=True)
class Told:
    """An entry as people read it."""

    entry: AuditEntry
    action: str
    object: str
    changes: list[str]


def in_words(entry: AuditEntry) -> Told:
    return Told(entry, action_of(entry), object_of(entry), changes_of(entry))


def action_of(entry: AuditEntry) -> str:
    return DONE.get(entry.action) or _plain(entry.action)


def object_of(entry: AuditEntry) -> str:
    """`Contact 12`, or the plural of a list: `Contacts`."""
    label = entry.object_type
    try:
        meta = apps.get_model(label)._meta
        name = str(meta.verbose_name_plural if entry.action == "list" else meta.verbose_name)
    except (LookupError, ValueError):
        name = label.rpartition(".")[2]
    return f"{_plain(name)} {entry.object_id or ''}".strip()


def changes_of(entry: AuditEntry) -> list[str]:
    return [f"{_plain(field)}: {_change(values)}" for field, values in entry.changes.items()]


def _change(values: Any) -> str:
    if not isinstance(values, list) or len(values) != 2:
        return str(values)
    before, after = (str(value) if value not in ("", None) else "nothing" for value in values)
    return f"{before} → {after}"


def _plain(name: str) -> str:
    words = name.replace(".", " ").replace("_", " ")
    return words[:1].upper() + words[1:]
