"""The answer of routing: which phones ring, how, and the trace that says why."""

import json
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from telephony.profile import Person


class Status(StrEnum):
    MATCHED = "matched"
    SKIPPED = "skipped"
    OFF = "off"
    NOT_REACHED = "not_reached"


class Result(StrEnum):
    RING = "ring"
    VOICEMAIL = "voicemail"  # a rule matched, but nobody can be reached
    DROP = "drop"


@dataclass(frozen=True)
class Destination:
    """One phone to ring. `kind` client: an app, `address` is its identity; number: E.164."""

    kind: str
    address: str
    label: str
    staff_id: int | None = None
    channel: str = ""
    screened: bool = False  # Call Connect: the person who answers must press a key


@dataclass(frozen=True)
class Unreachable:
    label: str
    reason: str
    staff_id: int | None = None


@dataclass(frozen=True)
class Matched:
    """What a matching rule says: phones, or a number to forward to."""

    text: str
    destinations: tuple[Destination, ...] = ()
    unreachable: tuple[Unreachable, ...] = ()
    owner: "Person | None" = None
    forward_to: str = ""


@dataclass(frozen=True)
class RuleTrace:
    number: int
    question: str
    status: Status
    why: str


@dataclass(frozen=True)
class Route:
    """Everything that the call needs from here on, and everything a person needs to understand it.

    `timeout` is in seconds, `greeting` a greeting's token (empty: the spoken default), `onward` the
    route of our own line that the dialled line forwards to, with its own trace.
    """

    rule: int
    result: Result
    line_id: int
    trace: tuple[RuleTrace, ...]
    timeout: int = 20
    destinations: tuple[Destination, ...] = ()
    unreachable: tuple[Unreachable, ...] = ()
    greeting: str = ""
    whisper: str = ""
    record: bool = False
    disclosure: str = ""
    why: str = ""
    onward: "Route | None" = field(default=None)

    def as_dict(self) -> dict[str, Any]:
        """For the call's row. By hand: `dataclasses.asdict` copies deeply and takes ten times as long."""
        flat = dict(vars(self))
        for name in ("trace", "destinations", "unreachable"):
            flat[name] = [dict(vars(part)) for part in flat[name]]
        return {**flat, "onward": self.onward.as_dict() if self.onward else None}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "Route":
        onward = data.get("onward")
        return cls(
            **{
                **data,
                "result": Result(data["result"]),
                "trace": tuple(RuleTrace(**{**rule, "status": Status(rule["status"])}) for rule in data["trace"]),
                "destinations": tuple(Destination(**phone) for phone in data["destinations"]),
                "unreachable": tuple(Unreachable(**gap) for gap in data["unreachable"]),
                "onward": cls.from_dict(onward) if onward else None,
            }
        )


@lru_cache(maxsize=1024)
def route_json(route: Route) -> str:
    """For the call's row. Many calls have the same route."""
    return json.dumps(route.as_dict())
