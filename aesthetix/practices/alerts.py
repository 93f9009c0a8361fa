"""Telling a practice's admins that something wants their attention."""

from django.db import transaction
from django.db.models import F

from aesthetix.lib import clock
from aesthetix.lib.rows import insert_once
from aesthetix.practices.models import Alert, Practice


def raise_alert(practice: Practice, *, kind: str, text: str, key: str, url: str = "") -> None:
    """One alert per key while it is unseen; a repeat raises its count and brings it to the top.

    `text` is a sentence for staff without patient data: it shows wherever the bell does.
    """
    with transaction.atomic():
        if insert_once(Alert(practice=practice, kind=kind, text=text, url=url, key=key)):
            return
        unseen = Alert.objects.for_practice(practice).filter(key=key, seen_at=None)
        unseen.update(count=F("count") + 1, text=text, url=url, created_at=clock.now())
