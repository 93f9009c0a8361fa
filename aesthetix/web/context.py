from typing import Any

from django.http import HttpRequest

from aesthetix.web import nav


def shell(request: HttpRequest) -> dict[str, Any]:
    """What the shell around every page needs."""
    staff = getattr(request, "staff", None)
    if staff is None:
        return {}
    return {
        "practice": staff.practice,
        "staff": staff,
        "rail": nav.rail_for(staff),
        "settings_nav": nav.settings_for(staff),
    }
