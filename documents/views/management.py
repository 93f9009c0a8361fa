"""Document Management: the tool of the record for agreements and contracts."""

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from aesthetix.practices.http import PracticeRequest
from contacts.models import Contact
from contacts.panels import Tool


def _draw(request: PracticeRequest, contact: Contact) -> SafeString:
    return render_to_string("documents/management.html", {"contact": contact}, request)


MANAGEMENT = Tool("document-management", "Document Management", "file-badge", 40, _draw)
