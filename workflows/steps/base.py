"""What a kind of step is: it can be checked, said as a sentence, run, and tried out without effect."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar

from aesthetix.practices.actor import Actor
from aesthetix.practices.models import Practice
from contacts.models import Contact
from telephony.models import Call, Line

Step = dict[str, Any]


@dataclass(frozen=True)
class Known:
    """What a definition may refer to: the practice's lines (id → name), tags, and fields of its own (their keys)."""

    lines: dict[int, str]
    tags: frozenset[str]
    fields: tuple[str, ...] = ()


@dataclass
class Run:
    """One contact's way through a workflow, as a step sees it. A try-out changes `tags` only here."""

    practice: Practice
    contact: Contact
    line: Line | None
    call: Call | None
    at: dt.datetime
    in_hours: Callable[[dt.datetime], bool]
    tags: set[str]
    actor: Actor
    label: str
    key: str = ""


@dataclass(frozen=True)
class Outcome:
    """What a step did, in staff language, and where the run goes on."""

    result: str
    branch: str | None = None
    wait: dt.timedelta = field(default_factory=dt.timedelta)
    stop: bool = False
    is_withheld: bool = False


class StepKind:
    kind: ClassVar[str]
    label: ClassVar[str]
    icon: ClassVar[str]
    new: ClassVar[Step] = {}

    def check(self, step: Step, known: Known) -> dict[str, str]:
        """What is missing or wrong: setting → message. Empty when the step can run."""
        return {}

    def sentence(self, step: Step, known: Known) -> str:
        raise NotImplementedError

    def run(self, run: Run, step: Step) -> Outcome:
        """The effect, inside the engine's transaction. Must write rows only, never call a provider."""
        raise NotImplementedError

    def foresee(self, run: Run, step: Step) -> Outcome:
        """What `run` would do, without doing it."""
        return self.run(run, step)


def text_of(step: Step, name: str) -> str:
    value = step.get(name)
    return value.strip() if isinstance(value, str) else ""
