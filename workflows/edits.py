"""Changing a draft's list of steps: pure, each function returns a new list."""

import copy
from typing import Any

from workflows import walk
from workflows.walk import Step


class NoSuchStep(LookupError):
    """The step was deleted meanwhile, in another tab or by somebody else."""


class TooLarge(ValueError):
    """One step more than a workflow can have, or deeper than it can be drawn."""


def new_id(steps: list[Step]) -> str:
    numbers = [int(step["id"][1:]) for _, _, step in walk.every(steps) if step["id"][1:].isdecimal()]
    return f"s{max(numbers, default=0) + 1}"


def add(
    steps: list[Step], step: Step, *, parent: str = "", branch: str = "", position: int | None = None
) -> list[Step]:
    """With `step` put into the workflow's own list, or into a branch of the if/else `parent`;
    at `position`, else at the end."""
    changed = copy.deepcopy(steps)
    target = _target(changed, parent, branch)
    target.insert(len(target) if position is None else position, step)
    return changed


def update(steps: list[Step], step_id: str, settings: dict[str, Any]) -> list[Step]:
    """With these settings of one step replaced; its kind, id and branches stay."""
    changed = copy.deepcopy(steps)
    home, index = _home(changed, step_id)
    home[index].update({name: value for name, value in settings.items() if name not in {"id", "kind", *walk.BRANCHES}})
    return changed


def remove(steps: list[Step], step_id: str) -> list[Step]:
    """Without a step and all that stands inside it."""
    changed = copy.deepcopy(steps)
    home, index = _home(changed, step_id)
    del home[index]
    return changed


def move(steps: list[Step], step_id: str, *, up: bool) -> list[Step]:
    """One place up or down. At the edge of a branch the step leaves it, to stand before or after the if/else."""
    changed = copy.deepcopy(steps)
    home, index = _home(changed, step_id)
    target = index - 1 if up else index + 1
    step = home.pop(index)
    if 0 <= target <= len(home):
        home.insert(target, step)
        return changed
    around = _around(changed, home)
    if around is None:
        home.insert(index, step)
        return changed
    outer, place = around
    outer.insert(place if up else place + 1, step)
    return changed


def _target(steps: list[Step], parent: str, branch: str) -> list[Step]:
    if not parent:
        return steps
    step = walk.find(steps, parent)
    if step is None or branch not in dict(walk.branches(step)):
        raise NoSuchStep(parent)
    target: list[Step] = step.setdefault(branch, [])
    return target


def _home(steps: list[Step], step_id: str) -> tuple[list[Step], int]:
    found = walk.home(steps, step_id)
    if found is None:
        raise NoSuchStep(step_id)
    return found


def _around(steps: list[Step], inner: list[Step]) -> tuple[list[Step], int] | None:
    """Where the if/else stands that holds the list `inner`; None when `inner` is the workflow's own list."""
    for _, _, step in walk.every(steps):
        if any(step.get(name) is inner for name in walk.BRANCHES):
            return _home(steps, step["id"])
    return None
