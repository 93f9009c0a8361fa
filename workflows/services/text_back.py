"""The Missed Call Text Back toggle of Business Profile: one text for every missed call, with no controls.

Off by default and not recommended; the workflow "Missed call text back" does it better. Where a practice
turns it on, its texts still go through the send gate.
"""

from aesthetix.events.models import Event
from aesthetix.lib import merge
from aesthetix.practices.actor import Actor
from contacts.models import Contact
from conversations.models import Message
from conversations.services.send import send_message
from telephony.models import Call, VoiceSettings
from workflows.facts import call_of, contact_of, too_late
from workflows.services.defaults import TEXT_BACK_BODY

LABEL = "Missed Call Text Back (Business Profile)"


def text_back_by_toggle(event: Event) -> Message | None:
    """Text the caller of one `call.missed` when the toggle is on; the key makes it one text per call."""
    if not VoiceSettings.objects.filter(practice=event.practice_id, text_back_toggle=True).exists():
        return None
    call = call_of(event)
    contact = contact_of(event, call)
    if call is None or contact is None or too_late(event):
        return None
    message: Message = send_message(
        actor=Actor.system(event.practice, LABEL),
        contact=contact,
        body=_body(call, contact),
        key=text_back_key(call.pk),
        to=call.from_number,
        from_number=call.line.number if call.line else "",
        origin=Message.Origin.SYSTEM,
        label=LABEL,
    )
    return message


def text_back_key(call_id: int) -> str:
    return f"text-back:{call_id}"


def _body(call: Call, contact: Contact) -> str:
    staff = contact.assigned_to.user if contact.assigned_to else None
    context = merge.build_context(contact=contact, practice=call.practice, line=call.line, staff=staff)
    return merge.render(TEXT_BACK_BODY, context)
