"""Who listened to what. A player asks for many ranges of one file; that is one play."""

import datetime as dt

from aesthetix.audit.models import AuditEntry
from aesthetix.audit.services import record
from aesthetix.lib import clock
from aesthetix.practices.actor import Actor
from telephony.models import Recording

ONE_PLAY = dt.timedelta(minutes=5)


def note_play(*, actor: Actor, recording: Recording) -> None:
    """An audit row unless this person has one for this recording from the last five minutes."""
    recent = AuditEntry.objects.for_practice(actor.practice).filter(
        staff=actor.staff,
        api_key=actor.api_key,
        action="play",
        object_type=recording._meta.label_lower,
        object_id=str(recording.pk),
        at__gt=clock.now() - ONE_PLAY,
    )
    if not recent.exists():
        record(actor, "play", recording, contact_id=recording.call.contact_id)
