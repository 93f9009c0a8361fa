"""What stands in the rail and in the settings menu. Upper floors add their pages in AppConfig.ready."""

from collections.abc import Callable
from dataclasses import dataclass

from aesthetix.practices.models import Staff


@dataclass(frozen=True)
class Entry:
    label: str
    url_name: str
    icon: str
    order: int
    group: str = ""
    admin_only: bool = False
    count: Callable[[Staff], int] | None = None


_rail: list[Entry] = []
_settings: list[Entry] = []


def add_to_rail(entry: Entry) -> None:
    _rail.append(entry)
    _rail.sort(key=lambda e: e.order)


def add_to_settings(entry: Entry) -> None:
    _settings.append(entry)
    _settings.sort(key=lambda e: e.order)


def _visible(entries: list[Entry], staff: Staff) -> list[Entry]:
    return [entry for entry in entries if staff.is_admin or not entry.admin_only]


def rail_for(staff: Staff) -> list[Entry]:
    return _visible(_rail, staff)


def settings_for(staff: Staff) -> dict[str, list[Entry]]:
    groups: dict[str, list[Entry]] = {}
    for entry in _visible(_settings, staff):
        groups.setdefault(entry.group, []).append(entry)
    return groups
