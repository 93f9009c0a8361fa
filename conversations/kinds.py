"""Kinds of thread items. An upper floor registers its own: how to load many at once, how to show one."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from conversations.models import Item

Load = Callable[[list[int]], dict[int, Any]] | None


@dataclass(frozen=True)
class Kind:
    name: str
    load: Load
    template: str
    label: str


@dataclass(frozen=True)
class Shown:
    """An item with what it stands for. `thing` is None when that is gone; `template` gets both."""

    item: Item
    kind: Kind
    thing: Any

    @property
    def template(self) -> str:
        return self.kind.template


_kinds: dict[str, Kind] = {}


def register_kind(kind: str, *, load: Load, template: str, label: str) -> None:
    """`load(refs)` gives the rows by id in a fixed number of queries; None where an item's own message is the thing.
    `label` in staff language.

    A row may have `in_short`, what the inbox says of it, and `tone`: "missed" stands out there.
    """
    _kinds[kind] = Kind(kind, load, template, label)


def with_messages(items: Any) -> Any:
    """Items as `load_items` wants them: texts, the most frequent of all, come with their items."""
    return items.select_related("message__staff__user")


def load_items(items: Iterable[Item]) -> list[Shown]:
    """The items in their order, each with its thing: one load per kind, no query per item.

    Items of kinds that are not registered (an app that was taken out) are left away.
    """
    known = [item for item in items if item.kind in _kinds]
    things = _load_by_kind(known)
    return [Shown(item, _kinds[item.kind], item.message or things[item.kind].get(item.ref or 0)) for item in known]


def _load_by_kind(items: list[Item]) -> dict[str, dict[int, Any]]:
    wanted: dict[str, list[int]] = defaultdict(list)
    for item in items:
        if item.ref is not None:
            wanted[item.kind].append(item.ref)
    found = {kind: load(refs) for kind, refs in wanted.items() if (load := _kinds[kind].load)}
    return defaultdict(dict, found)
