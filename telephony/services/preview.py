"""What would happen if somebody called now: routing with the saved settings, without a call."""

from contacts.models import Contact
from telephony.models import Line
from telephony.profile import Caller
from telephony.route import Route
from telephony.routing import decide
from telephony.services.profile import load_profile


def preview_route(line: Line, caller_number: str) -> Route:
    """The route of a call from an E.164 number (empty: withheld) to this line."""
    profile = load_profile(line.practice)
    return decide(profile, profile.lines[line.pk], caller_of(line, caller_number))


def caller_of(line: Line, number: str) -> Caller:
    """The caller as routing sees them: known or not, and whose contact."""
    if not number:
        return Caller()
    contact = Contact.objects.for_practice(line.practice).with_number(number).first()
    return Caller(number, known=contact is not None, owner=contact.assigned_to_id if contact else None)
