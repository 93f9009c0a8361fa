"""Who saw, changed, heard and downloaded what of this record."""

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from aesthetix.audit.models import AuditEntry
from aesthetix.practices.http import PracticeRequest
from aesthetix.web.audit_words import in_words
from contacts.models import Contact
from contacts.panels import Tool

SHOWN = 100


def _draw(request: PracticeRequest, contact: Contact) -> SafeString:
    entries = AuditEntry.objects.for_practice(request.practice).filter(contact_id=contact.pk)[:SHOWN]
    context = {"contact": contact, "entries": [in_words(entry) for entry in entries], "shown": SHOWN}
    return render_to_string("contacts/history.html", context, request)


HISTORY = Tool("history", "History", "history", 60, _draw)
