from aesthetix.web.backoffice import show
from contacts.models import Consent, Contact, ContactPhone, DuplicatePair, Merge, Note, NoteVersion, Tag, Task

show(
    Contact,
    "id",
    "first_name",
    "last_name",
    "email",
    "assigned_to",
    "unverified_caller",
    "created_at",
    search=("search_text",),
)
show(ContactPhone, "contact", "number", "label", "is_shared", search=("number",))
show(Tag, "name", search=("name",))
show(Consent, "contact", "channel", "granted", "source", "at")
show(Note, "created_at", "contact", "author", "pinned", "version", "deleted_at")
show(NoteVersion, "at", "note", "number", "author")
show(Task, "created_at", "contact", "assignee", "due_on", "due_time", "done_at", "version", "deleted_at")
show(DuplicatePair, "first", "second", "kind", "score", "dismissed_at", "dismissed_by")
show(Merge, "at", "merged_id", "survivor_id", "actor", "undone_at", "undone_by", secret_fields=("journal",))
