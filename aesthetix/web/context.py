from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from aesthetix.events.models import Notification
from aesthetix.events.notifications import SHOWN, unseen_of
from aesthetix.practices.accounts import memberships_of
from aesthetix.practices.models import Alert, Practice, Staff
from aesthetix.practices.scoping import ScopedQuerySet
from aesthetix.practices.standing import Standing
from aesthetix.web import assets, nav
from aesthetix.web.counts import Counts, counts_of
from aesthetix.web.live.visibility import about_visible


def shell(request: HttpRequest) -> dict[str, Any]:
    """What the shell around every page needs. Lazy: a fragment asks for none of it."""
    staff: Staff | None = getattr(request, "staff", None)
    if staff is None:
        return {"stylesheets": assets.stylesheets}
    return {
        "stylesheets": assets.stylesheets,
        "practice": staff.practice,
        "staff": staff,
        "idle_seconds": SimpleLazyObject(lambda: _idle_seconds(staff)),
        "rail": SimpleLazyObject(lambda: _rail(request, staff)),
        "settings_nav": SimpleLazyObject(lambda: nav.settings_links(staff, request.path)),
        "my_practices": SimpleLazyObject(lambda: practices_of(staff)),
        "alert_count": SimpleLazyObject(lambda: bell_count(staff, counts_of(request))),
    }


def _rail(request: HttpRequest, staff: Staff) -> list[nav.Link]:
    """With the bell's numbers among its own: it stands on the same page."""
    counts = counts_of(request)
    _ask_for_bell(staff, counts)
    return nav.rail_links(staff, request.path, counts)


def _idle_seconds(staff: Staff) -> int:
    """Until the automatic log-off; 0 for none."""
    limit = Standing(staff, None, memberships_of(staff.user)).idle_after
    return int(limit.total_seconds()) if limit else 0


def practices_of(staff: Staff) -> list[Practice]:
    """Every practice that this person works in, for the switcher."""
    return sorted((one.practice for one in memberships_of(staff.user)), key=lambda practice: practice.name)


def bell_count(staff: Staff, counts: Counts) -> int:
    """One's own notifications, and for admins the alerts: they say what to repair in the settings."""
    _ask_for_bell(staff, counts)
    return counts["notifications"] + (counts["alerts"] if staff.is_admin else 0)


def _ask_for_bell(staff: Staff, counts: Counts) -> None:
    counts.ask("notifications", _told_to(staff))
    if staff.is_admin:
        counts.ask("alerts", Alert.objects.for_practice(staff.practice_id).filter(seen_at=None))


def told_to(staff: Staff) -> list[Notification]:
    """Unseen ones, the newest first; about patients only those whom this person may see now."""
    return list(_told_to(staff).order_by("-id")[:SHOWN])


def _told_to(staff: Staff) -> ScopedQuerySet:
    return unseen_of(staff).filter(about_visible(staff))
