"""Who looked at what. A page of pictures, or a player, asks for many pieces of one file: that is one look."""

import datetime as dt

from aesthetix.audit.models import AuditEntry
from aesthetix.audit.services import record
from aesthetix.lib import clock
from aesthetix.practices.actor import Actor
from documents.models import Document

ONE_LOOK = dt.timedelta(minutes=5)


def note_look(*, actor: Actor, document: Document, action: str = "view") -> None:
    """An audit row unless this person has the same one for this document from the last five minutes."""
    recent = AuditEntry.objects.for_practice(actor.practice).filter(
        staff=actor.staff,
        api_key=actor.api_key,
        action=action,
        object_type=document._meta.label_lower,
        object_id=str(document.pk),
        at__gt=clock.now() - ONE_LOOK,
    )
    if not recent.exists():
        record(actor, action, document, contact_id=document.contact_id)
