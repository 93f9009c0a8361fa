from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from aesthetix.practices.models import Alert, Practice, Staff
from aesthetix.web import assets, nav


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
        "alert_count": SimpleLazyObject(lambda: unseen_alerts(staff)),
    }


def practices_of(staff: Staff) -> list[Practice]:
    """Every practice that this person works in, for the switcher."""
    mine = Staff.objects.across_practices().filter(user=staff.user_id, left_at=None)
    return list(Practice.objects.filter(pk__in=mine.values("practice")).order_by("name"))


def unseen_alerts(staff: Staff) -> int:
    """Alerts are for admins: they say what to repair in the settings."""
    if not staff.is_admin:
        return 0
    count: int = Alert.objects.for_practice(staff.practice_id).filter(seen_at=None).count()
    return count
