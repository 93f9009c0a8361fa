"""How calls and voicemails stand in the patient's thread."""

from django.db import IntegrityError, transaction

from conversations.models import Thread
from conversations.services import threads
from telephony.models import Call, Recording


def set_preview(call: Call, text: str) -> None:
    """What the inbox says of the thread, while this call is the last thing in it."""
    last = Thread.objects.for_practice(call.practice_id).filter(contact=call.contact_id, last_kind="call")
    last.update(preview=text)


def show_voicemail(recording: Recording, call: Call, seconds: int) -> bool:
    """Put the voicemail into the thread; False when it stands there already."""
    preview = f"Voicemail, {seconds // 60}:{seconds % 60:02d}"
    try:
        with transaction.atomic():
            threads.add_item(call.practice, call.contact, "voicemail", ref=recording.pk, preview=preview, unread=True)
    except IntegrityError:
        return False
    return True
