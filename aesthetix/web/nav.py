"""What stands in the rail and in the settings menu. Upper floors add their pages in AppConfig.ready."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse

from aesthetix.practices.models import Staff
from aesthetix.practices.scoping import ScopedQuerySet
from aesthetix.web.counts import Counts


@dataclass(frozen=True)
class Entry:
    """A page of the menu. `icon` is a Lucide name; `count` gives the rows that wait there, `unit` says in which word,
    and `count_url` names the address that draws it again when something happened (`live` topics)."""

    label: str
    url_name: str
    icon: str
    order: int
    group: str = ""
    admin_only: bool = False
    count: Callable[[Staff], ScopedQuerySet] | None = None
    unit: str = "unread"
    count_url: str = ""
    live: str = ""
    back_office: bool = False  # for those who may open it; in a tab of its own, a full load would end a live call

    @property
    def key(self) -> str:
        return self.label.lower().replace(" ", "-")


@dataclass(frozen=True)
class Link:
    """An entry as one person sees it on one page."""

    label: str
    url: str
    icon: str
    key: str
    unit: str
    count: int = 0
    current: bool = False
    count_url: str = ""
    live: str = ""
    new_tab: bool = False


_rail: list[Entry] = []
_settings: list[Entry] = []


def add_to_rail(entry: Entry) -> None:
    _rail.append(entry)
    _rail.sort(key=lambda e: e.order)


def add_to_settings(entry: Entry) -> None:
    _settings.append(entry)
    _settings.sort(key=lambda e: e.order)


def _visible(entries: list[Entry], staff: Staff) -> list[Entry]:
    mine = [entry for entry in entries if staff.is_admin or not entry.admin_only]
    return [entry for entry in mine if staff.user.is_staff or not entry.back_office]


def rail_for(staff: Staff) -> list[Entry]:
    return _visible(_rail, staff)


def settings_for(staff: Staff) -> dict[str, list[Entry]]:
    groups: dict[str, list[Entry]] = {}
    for entry in _visible(_settings, staff):
        groups.setdefault(entry.group, []).append(entry)
    return groups


def _link(entry: Entry, current: str, counts: Counts | None = None) -> Link:
    url = reverse(entry.url_name)
    count = counts[entry.key] if counts and entry.count else 0
    count_url = reverse(entry.count_url) if entry.count_url else ""
    here = url == current
    return Link(
        entry.label, url, entry.icon, entry.key, entry.unit, count, here, count_url, entry.live, entry.back_office
    )


def _current(entries: list[Entry], path: str) -> str:
    """The page's own entry is the one with the longest address that the path begins with."""
    return max((url for entry in entries if path.startswith(url := reverse(entry.url_name))), key=len, default="")


def rail_links(staff: Staff, path: str, counts: Counts | None = None) -> list[Link]:
    """Without `counts` nothing is counted."""
    entries = rail_for(staff)
    current = _current(entries, path)
    for entry in entries:
        if counts and entry.count:
            counts.ask(entry.key, entry.count(staff))
    return [_link(entry, current, counts) for entry in entries]


def settings_links(staff: Staff, path: str) -> dict[str, list[Link]]:
    current = _current(_visible(_settings, staff), path)
    return {group: [_link(entry, current) for entry in entries] for group, entries in settings_for(staff).items()}
