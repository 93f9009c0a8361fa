"""What telephony does when something happened."""

from aesthetix.events.models import Event
from aesthetix.events.outbox import subscribe
from aesthetix.practices.models import Staff
from aesthetix.practices.services import alerts
from telephony.models import Line
from telephony.services.profile import touch


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


@subscribe("practice.switched", "telephony.profile")
def apps_follow_the_switch(event: Event) -> None:
    """A person's apps ring only for the practice that they switched to last: tell all their practices."""
    memberships = Staff.objects.across_practices().filter(user=event.payload["user_id"])
    for staff in memberships.select_related("practice"):
        touch(staff.practice)
