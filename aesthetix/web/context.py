from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from aesthetix.events.models import Notification
from aesthetix.events.notifications import unseen_of
from aesthetix.practices.models import Alert, Practice, Staff
from aesthetix.web import assets, nav
from aesthetix.web.live.visibility import visible_contacts


def shell(request: HttpRequest) -> dict[str, Any]:
    """What the shell around every page needs. Lazy: a fragment asks for none of it."""
    staff: Staff | None = getattr(request, "staff", None)
    if staff is None:
        return {"stylesheets": assets.stylesheets}
    return {
        "stylesheets": assets.stylesheets,
        "practice": staff.practice,
        "staff": staff,
        "rail": SimpleLazyObject(lambda: nav.rail_links(staff, request.path)),
        "settings_nav": SimpleLazyObject(lambda: nav.settings_links(staff, request.path)),
        "my_practices": SimpleLazyObject(lambda: practices_of(staff)),
        "alert_count": SimpleLazyObject(lambda: bell_count(staff)),
    }


def practices_of(staff: Staff) -> list[Practice]:
    """Every practice that this person works in, for the switcher."""
    mine = Staff.objects.across_practices().filter(user=staff.user_id, left_at=None)
    return list(Practice.objects.filter(pk__in=mine.values("practice")).order_by("name"))


def bell_count(staff: Staff) -> int:
    """One's own notifications, and for admins the alerts: they say what to repair in the settings."""
    own = len(told_to(staff))
    return own + Alert.objects.for_practice(staff.practice_id).filter(seen_at=None).count() if staff.is_admin else own


def told_to(staff: Staff) -> list[Notification]:
    """Unseen ones; about patients only those whom this person may see now."""
    unseen = unseen_of(staff)
    seen = visible_contacts(staff, {one.contact_id for one in unseen if one.contact_id})
    return [one for one in unseen if one.contact_id is None or one.contact_id in seen]
