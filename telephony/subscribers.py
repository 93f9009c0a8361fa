"""What telephony does when something happened."""

from aesthetix.events.models import Event
from aesthetix.events.outbox import subscribe
from aesthetix.practices.services import alerts
from telephony.models import Line


@subscribe("call.dropped", "telephony.alert")
def alert_dropped(event: Event) -> None:
    """Rule 6 cut a caller off: an admin must hear of it."""
    line = Line.objects.for_practice(event.practice_id).get(pk=event.payload["line_id"])
    alerts.raise_alert(
        event.practice,
        kind="dropped_call",
        text=f"A call to {line.name} was dropped: no rule matched.",
        key=f"dropped:{line.pk}",
        url=f"/settings/phone-numbers/{line.pk}/",
    )
