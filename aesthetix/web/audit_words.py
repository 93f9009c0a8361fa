"""An audit entry in words: `change`, `telephony.ringmember 7`, `incoming_timeout` are names of our code."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps

from aesthetix.audit.models import AuditEntry
from aesthetix.practices.models import Practice

DONE = {
    "view": "Viewed",
    "read": "Viewed",
    "list": "Listed",
    "create": "Created",
    "change": "Changed",
    "delete": "Deleted",
    "restore": "Restored",
    "play": "Played",
    "download": "Downloaded",
    "send": "Sent",
    "export": "Exported",
    "tag": "Tagged",
    "untag": "Untagged",
    "assign": "Assigned",
    "tag.added": "Tagged",
    "tag.removed": "Untagged",
    "task.done": "Marked as done",
    "task.reopened": "Opened again",
    "job.export": "Started an export as",
    "job.record": "Asked for the whole record as",
    "job.audit": "Started an export of the audit log as",
    "job.import": "Uploaded",
    "job.tag": "Started tagging as",
    "job.untag": "Started untagging as",
    "job.assign": "Started assigning as",
    "job.cancelled": "Stopped",
    "import.check": "Checked the import of",
    "import.apply": "Imported",
    "import.undo": "Took back",
    "workflow.created": "Created",
    "workflow.edited": "Changed",
    "workflow.deleted": "Deleted",
    "workflow.tried": "Tried out",
    "workflow.published": "Published",
    "workflow.stopped": "Stopped",
}
# What the audit log can be narrowed to: slug → its words, and the actions that it means.
KINDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "view": ("Viewed", ("view", "read")),
    "list": ("Listed", ("list",)),
    "play": ("Played", ("play",)),
    "download": ("Downloaded", ("download",)),
    "export": ("Exported", ("export", "job.export", "job.record", "job.audit")),
    "create": ("Created", ("create", "workflow.created")),
    "change": ("Changed", ("change", "task.done", "task.reopened", "workflow.edited")),
    "tags": ("Tagged or assigned", ("tag", "untag", "assign", "tag.added", "tag.removed")),
    "delete": ("Deleted", ("delete", "workflow.deleted")),
    "restore": ("Restored", ("restore",)),
    "send": ("Sent", ("send",)),
    "bulk": ("Many at once", ("job.tag", "job.untag", "job.assign", "job.cancelled")),
    "import": ("Imported", ("job.import", "import.check", "import.apply", "import.undo")),
    "workflow": ("Workflows", ("workflow.published", "workflow.stopped", "workflow.tried")),
}
NOUNS = {"contacts.job": "job", "conversations.thread": "conversation", "telephony.recording": "recording"}
PLURALS = {"conversations.thread": "conversations"}
RECORD = "contacts.contact"
Namer = Callable[[Practice, list[str]], dict[str, str]]
_namers: dict[str, Namer] = {}


@dataclass(frozen=True)
class Told:
    """An entry as people read it."""

    entry: AuditEntry
    action: str
    object: str
    changes: list[str]


def say(actions: dict[str, str], *, kind: str = "", label: str = "") -> None:
    """Words of a room above for actions of its own; `kind` adds them to what the log can be narrowed to."""
    DONE.update(actions)
    if kind:
        words, known = KINDS.get(kind, (label, ()))
        KINDS[kind] = (words, (*known, *actions))


def name_objects(label: str, namer: Namer) -> None:
    """`namer(practice, ids)` names many rows of a model at once, such as documents, for who may see them."""
    _namers[label] = namer


def in_words(entry: AuditEntry) -> Told:
    return Told(entry, action_of(entry), object_of(entry), changes_of(entry))


def about_one(practice: Practice, entries: Iterable[AuditEntry]) -> list[Told]:
    """Entries of one record: it is “the record” there, and files have their names. One query per kind of name."""
    rows = list(entries)
    names = _names(practice, rows)
    return [
        Told(entry, action_of(entry), names.get((entry.object_type, entry.object_id), ""), changes_of(entry))
        for entry in rows
    ]


def _names(practice: Practice, rows: list[AuditEntry]) -> dict[tuple[str, str], str]:
    found = {(row.object_type, row.object_id): _of_the_record(row) for row in rows}
    for label, namer in _namers.items():
        ids = sorted({row.object_id for row in rows if row.object_type == label and row.object_id})
        for pk, name in (namer(practice, ids) if ids else {}).items():
            found[label, pk] = f"{found[label, pk]} “{name}”"
    return found


def _of_the_record(entry: AuditEntry) -> str:
    if entry.object_type == RECORD:
        return "the record"
    return object_of(entry)[:1].lower() + object_of(entry)[1:]


def action_of(entry: AuditEntry) -> str:
    return DONE.get(entry.action) or _plain(entry.action)


def object_of(entry: AuditEntry) -> str:
    """`Contact 12`, or the plural of a list: `Contacts`."""
    label, listed = entry.object_type, entry.action == "list"
    name = (PLURALS if listed else NOUNS).get(label) or _model_name(label, listed)
    return f"{_plain(name)} {entry.object_id or ''}".strip()


def _model_name(label: str, listed: bool) -> str:
    try:
        meta = apps.get_model(label)._meta
    except (LookupError, ValueError):
        return label.rpartition(".")[2]
    return str(meta.verbose_name_plural if listed else meta.verbose_name)


def changes_of(entry: AuditEntry) -> list[str]:
    return [f"{_plain(field)}: {_change(field, values)}" for field, values in entry.changes.items()]


def _change(field: str, values: Any) -> str:
    """A pair is what it was and what it is; `fields` are names of those that changed."""
    if not isinstance(values, list) or len(values) != 2 or field == "fields":
        return _value(values)
    before, after = map(_value, values)
    return f"{before} → {after}"


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return ", ".join(f"{_plain(str(key)).lower()} {_value(one)}" for key, one in value.items()) or "nothing"
    if isinstance(value, list):
        return ", ".join(map(_value, value)) or "nothing"
    return "nothing" if value in ("", None, "None", "[]", "{}") else str(value)


def _plain(name: str) -> str:
    words = name.replace(".", " ").replace("_", " ")
    return words[:1].upper() + words[1:]
