"""Forms: the tool of the record for what a patient filled in."""

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from aesthetix.practices.http import PracticeRequest
from contacts.models import Contact
from contacts.panels import Tool


def _draw(request: PracticeRequest, contact: Contact) -> SafeString:
    return render_to_string("contacts/forms.html", {"contact": contact}, request)


FORMS = Tool("forms", "Forms", "text-cursor-input", 50, _draw)
