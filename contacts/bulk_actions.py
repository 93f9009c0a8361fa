"""What one can do with many contacts beside tagging, assigning and exporting: rooms above add their own."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms

from aesthetix.practices.models import Staff
from contacts.models import Job


@dataclass(frozen=True)
class BulkAction:
    """`kind` is a kind of Job that the room runs (`bulk.each_slice`). On the confirmation it reads
    `<verb> 18 contacts <tail>`; `ask(staff)` gives the field to answer there, `options(answer)` what the job keeps of
    it. `is_final`: nothing brings it back, so the number is typed. `more(job)`: a link to what became of it."""

    kind: str
    label: str
    icon: str
    verb: str
    tail: str
    ask: Callable[[Staff], forms.Field]
    options: Callable[[Any], dict[str, Any]]
    hint: str = ""
    is_final: bool = False
    more: Callable[[Job], tuple[str, str] | None] = lambda job: None


_actions: dict[str, BulkAction] = {}


def add_bulk_action(action: BulkAction) -> None:
    _actions[action.kind] = action


def bulk_actions() -> list[BulkAction]:
    return list(_actions.values())


def action_of(kind: str) -> BulkAction | None:
    return _actions.get(kind)
