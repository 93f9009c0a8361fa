"""The bell: what the practice's admins should see until somebody marks it seen."""

from typing import Any

from django.db.models import F

from aesthetix.lib import clock
from aesthetix.lib.rows import insert_once
from aesthetix.practices.actor import Actor
from aesthetix.practices.models import Alert, Practice


def raise_alert(practice: Practice, kind: str, text: str, *, key: str, url: str = "") -> None:
    """One unseen alert per key: the same thing again counts up and shows its latest words."""
    if insert_once(Alert(practice=practice, kind=kind, text=text, key=key, url=url)):
        return
    latest: dict[str, Any] = {"count": F("count") + 1, "text": text, "url": url, "created_at": clock.now()}
    Alert.objects.for_practice(practice).filter(key=key, seen_at=None).update(**latest)


def mark_seen(*, actor: Actor, alert: Alert) -> None:
    """Twice changes nothing: the first person stays the one who saw it."""
    Alert.objects.for_practice(actor.practice).filter(pk=alert.pk, seen_at=None).update(
        seen_at=clock.now(), seen_by=actor.staff
    )
