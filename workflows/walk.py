"""Finding the way through a definition's steps: pure, so that any nesting can be checked against an oracle.

Steps are dicts with an `id`; an `if_else` holds two lists, `then` and `else`. There are no loops, so a run
passes each step at most once, and the id of the next step is all that it has to remember.
"""

from collections.abc import Iterator
from typing import Any

Step = dict[str, Any]
BRANCHES = ("then", "else")


def branches(step: Step) -> list[tuple[str, list[Step]]]:
    """The lists inside a step: none, except for if/else."""
    if step.get("kind") != "if_else":
        return []
    return [(name, step.get(name) or []) for name in BRANCHES]


def every(steps: list[Step], path: str = "steps", depth: int = 0) -> Iterator[tuple[str, int, Step]]:
    """All steps from top to bottom with their path (`steps.2.then.0`) and depth of nesting."""
    for index, step in enumerate(steps):
        here = f"{path}.{index}"
        yield here, depth, step
        for name, inner in branches(step):
            yield from every(inner, f"{here}.{name}", depth + 1)


def find(steps: list[Step], step_id: str) -> Step | None:
    return next((step for _, _, step in every(steps) if step.get("id") == step_id), None)


def home(steps: list[Step], step_id: str) -> tuple[list[Step], int] | None:
    """The list in which a step stands, and its place there."""
    for index, step in enumerate(steps):
        if step.get("id") == step_id:
            return steps, index
        for _, inner in branches(step):
            if found := home(inner, step_id):
                return found
    return None


def first(steps: list[Step]) -> str | None:
    return steps[0]["id"] if steps else None


def after(steps: list[Step], step_id: str, branch: str | None = None) -> str | None:
    """The step that follows: into `branch` of an if/else when that list has one, else the next in the
    same list, else what follows the if/else around it. None at the end of the workflow."""
    order = _Order(steps)
    return order.inside(step_id, branch) or order.following[step_id]


class _Order:
    def __init__(self, steps: list[Step]) -> None:
        self.following: dict[str, str | None] = {}
        self._inside: dict[tuple[str, str], str] = {}
        self._lay(steps, None)

    def inside(self, step_id: str, branch: str | None) -> str | None:
        return self._inside.get((step_id, branch)) if branch else None

    def _lay(self, steps: list[Step], exit_to: str | None) -> None:
        for index, step in enumerate(steps, 1):
            following = steps[index]["id"] if index < len(steps) else exit_to
            self.following[step["id"]] = following
            for name, inner in branches(step):
                if inner:
                    self._inside[step["id"], name] = inner[0]["id"]
                self._lay(inner, following)
