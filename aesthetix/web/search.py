"""The command search: every floor answers for what it knows."""

from collections.abc import Callable
from dataclasses import dataclass

from aesthetix.practices.models import Staff
from aesthetix.web import nav

MOST = 8


@dataclass(frozen=True)
class Hit:
    """One answer. `group` is the heading it stands under; `person` (an id) draws an avatar in place of the
    icon; `start_with` is posted to the page, because a patient's number must not stand in an address."""

    group: str
    label: str
    url: str
    detail: str = ""
    icon: str = "arrow-right"
    person: int | None = None
    start_with: str = ""


Provider = Callable[[Staff, str], list[Hit]]
_providers: list[Provider] = []


def add_provider(provider: Provider) -> None:
    """`provider(staff, words)` answers only with what this person may see."""
    _providers.append(provider)


def find(staff: Staff, words: str) -> dict[str, list[Hit]]:
    """The answers by group; none for fewer than two characters."""
    groups: dict[str, list[Hit]] = {}
    if len(words) < 2:
        return groups
    for provider in [*_providers, _pages]:
        for hit in provider(staff, words)[:MOST]:
            groups.setdefault(hit.group, []).append(hit)
    return groups


def _pages(staff: Staff, words: str) -> list[Hit]:
    """Every word must occur in the label or, for settings, in the name of its group."""
    groups = [("", nav.rail_links(staff, "")), *nav.settings_links(staff, "").items()]
    entries = [(f"{group} {link.label}".lower(), link) for group, links in groups for link in links]
    wanted = words.lower().split()
    return [
        Hit("Pages", link.label, link.url, icon=link.icon)
        for text, link in entries
        if wanted and all(word in text for word in wanted)
    ]
