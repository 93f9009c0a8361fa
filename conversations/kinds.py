"""Kinds of thread items. An upper floor registers its own: how to load many at once, how to show one."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from conversations.models import Item, Message

Load = Callable[[list[int]], dict[int, Any]]


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
    """`load(refs)` gives the rows by id in a fixed number of queries; `label` in staff language.

    A row may have `in_short`, what the inbox says of it, and `tone`: "missed" stands out there.
    """
    _kinds[kind] = Kind(kind, load, template, label)


def load_items(items: Iterable[Item]) -> list[Shown]:
    """The items in their order, each with its thing: one load per kind, no query per item.

    Items of kinds that are not registered (an app that was taken out) are left away.
    """
    known = [item for item in items if item.kind in _kinds]
    things = _load_by_kind(known)
    return [Shown(item, _kinds[item.kind], things[item.kind].get(_key(item))) for item in known]


def _key(item: Item) -> int:
    """0, which no row has, for an item that stands for itself."""
    return item.message_id or item.ref or 0


def _load_by_kind(items: list[Item]) -> dict[str, dict[int, Any]]:
    wanted: dict[str, list[int]] = defaultdict(list)
    for item in items:
        wanted[item.kind].append(_key(item))
    return {kind: _kinds[kind].load(keys) for kind, keys in wanted.items()}


def load_messages(ids: list[int]) -> dict[int, Message]:
    rows = Message.objects.across_practices().select_related("staff__user").filter(pk__in=ids)
    return {row.pk: row for row in rows}


def load_nothing(ids: list[int]) -> dict[int, Any]:
    return {}
