"""What upper floors hang onto a practice. They register in AppConfig.ready; this floor knows none of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

from aesthetix.practices.actor import Actor
from aesthetix.practices.models import Practice, Staff

Listener = Callable[[Practice], None]
_listeners: list[Listener] = []
_checks: list[Listener] = []


def on_change(listener: Listener) -> Listener:
    """Called in the transaction of every change to the Business Profile, the hours and the staff."""
    _listeners.append(listener)
    return listener


def check_profile(check: Listener) -> Listener:
    """Called with the practice as it would be saved; refuses by raising ValidationError, keyed by field."""
    _checks.append(check)
    return check


def changed(practice: Practice) -> None:
    for listener in _listeners:
        listener(practice)


def refuse_bad(practice: Practice) -> None:
    for check in _checks:
        check(practice)


_read_with: list[str] = []


def read_with_practice(relation: str) -> None:
    """A relation of Practice that pages need: it is read in the statement with which every request begins."""
    _read_with.append(relation)


def practice_and_more() -> list[str]:
    return ["practice", *(f"practice__{relation}" for relation in _read_with)]


# Cards of other rooms on the pages of this one ----------------------------------------------


@dataclass(frozen=True)
class Panel:
    """A card with a form and a URL of its own. `context(request, subject)` gives it a fresh form.

    `page` is "business-profile" (the subject is the practice) or "staff" (a staff member).
    """

    page: str
    name: str
    template: str
    context: Callable[[Any, Any], dict[str, Any]]
    order: int = 50


_panels: list[Panel] = []


def add_panel(panel: Panel) -> None:
    _panels.append(panel)
    _panels.sort(key=lambda each: each.order)


def render_panels(page: str, request: HttpRequest, subject: Any, given: Mapping[str, Any] | None = None) -> list[str]:
    """The page's cards as HTML. `given` holds by panel name what replaces its fresh context, such as a
    form with errors."""
    replaced = given or {}
    return [
        render_to_string(panel.template, panel.context(request, subject) | replaced.get(panel.name, {}), request)
        for panel in _panels
        if panel.page == page
    ]


# What hangs on a person ---------------------------------------------------------------------


@dataclass(frozen=True)
class Holding:
    """Something that a member has, or that rings them. `effect`: what happens when they leave."""

    label: str
    effect: str
    can_be_handed_over: bool = False


@dataclass(frozen=True)
class Keeper:
    """A room's part in a departure: `holdings` says what a member has there, `release` gives it to
    `heir`, or to nobody, in the transaction of the departure."""

    holdings: Callable[[Staff], list[Holding]]
    release: Callable[[Actor, Staff, Staff | None], None]


_keepers: list[Keeper] = []


def add_keeper(keeper: Keeper) -> None:
    _keepers.append(keeper)


def holdings_of(member: Staff) -> list[Holding]:
    return [holding for keeper in _keepers for holding in keeper.holdings(member)]


def release_all(actor: Actor, member: Staff, heir: Staff | None) -> None:
    for keeper in _keepers:
        keeper.release(actor, member, heir)
