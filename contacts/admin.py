from aesthetix.web.backoffice import show
from contacts.models import Consent, Contact, ContactPhone, Tag

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
