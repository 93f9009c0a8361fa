"""What can go wrong on purpose, and the points on which Twilio's behaviour is not certain.

Kinds of webhook: voice, action, whisper, gather, record, wait, fallback, redirect (the caller waits for their answer);
leg (noun status), status (call status), recording, conference, message_status (callbacks nobody waits for); sms, media.
"""

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, TypeVar

Deed = Literal["drop", "duplicate", "delay", "refuse", "lose_reply"]
T = TypeVar("T")
CALLBACKS = frozenset({"leg", "status", "recording", "conference", "message_status"})


@dataclass
class Switches:
    """The uncertain points of the reference (its §17); each default is the position taken there."""

    timeout_buffer: float = 0.0
    """Seconds the carrier adds to a Dial or Calls timeout (Twilio: about 5)."""
    cancel_losers_at: Literal["pick_up", "bridge"] = "pick_up"
    """§17.1: when the other nouns of a Dial stop ringing."""
    loser_status: Literal["canceled", "no-answer", "completed"] = "canceled"
    """§17.5: CallStatus of the nouns that lost."""
    refused_whisper_status: Literal["completed", "no-answer"] = "completed"
    """§17.2: DialCallStatus when nobody accepted in the whisper."""
    action_on_caller_hangup: bool = True
    """§17.3: whether the Dial action is requested when the caller hangs up first."""
    caller_drop_dial_status: Literal["no-answer", "canceled"] = "no-answer"
    """§17.3: DialCallStatus when the caller hangs up while it rings."""
    caller_drop_child_status: Literal["canceled", "no-answer"] = "canceled"
    caller_drop_call_status: Literal["completed", "no-answer", "canceled"] = "completed"
    """Final status of a call that its caller ended before it was answered."""
    redirected_child_status: Literal["completed", "answered"] = "completed"
    """§17.4: DialCallStatus after the child was redirected by REST."""
    combined_status: Literal["first", "last", "worst"] = "worst"
    """§17.6: which child's status is the Dial's when all failed differently (worst: no-answer, busy, failed)."""
    omit_dial_bridged: bool = False
    """§17.10: leave DialBridged out of the Dial action."""
    record_from: Literal["answer", "bridge"] = "answer"
    """§17.9: where record-from-answer starts when there is a whisper."""
    play_failure: Literal["end", "skip"] = "end"
    """§17.12: what a Play that cannot be fetched does to the call."""
    keep_silent_recordings: bool = False
    """False: a recording without speech is `absent`, its action is not requested, the next verb runs."""
    opt_out_by_carrier: bool = True
    """Twilio's default STOP/START/HELP replies and block of opted-out numbers (21610)."""


@dataclass
class Rule:
    """One fault: does `deed` to webhooks of `kind` ("*": any), the next `times` ones (None: all), or by chance."""

    deed: Deed
    kind: str
    times: int | None = 1
    seconds: float = 0.0
    chance: float = 1.0
    skip: int = 0

    def wants(self, kind: str, dice: random.Random) -> bool:
        if self.kind not in (kind, "*") or self.times == 0:
            return False
        if self.chance < 1.0 and dice.random() >= self.chance:
            return False
        if self.skip:
            self.skip -= 1
            return False
        if self.times is not None:
            self.times -= 1
        return True


class Faults:
    """The fault desk of a lab. Random ones are seeded: the same script fails in the same way every time."""

    def __init__(self, seed: int = 1) -> None:
        self.switches = Switches()
        self.rules: list[Rule] = []
        self.rest_errors: list[tuple[int, int]] = []
        self.stall_seconds: float | None = None
        """How long (real seconds) a stalled REST request is held before its connection is cut; None: not at all on
        a virtual clock, 20 in real time."""
        self._dice = random.Random(seed)  # noqa: S311 - repeatable faults, not secrets
        self._shuffle_callbacks = False

    def drop(self, kind: str, times: int | None = 1, *, skip: int = 0, chance: float = 1.0) -> None:
        """The webhook is never sent."""
        self.rules.append(Rule("drop", kind, times, chance=chance, skip=skip))

    def duplicate(self, kind: str, times: int | None = 1, *, skip: int = 0, chance: float = 1.0) -> None:
        """The webhook is sent twice, with the same idempotency token."""
        self.rules.append(Rule("duplicate", kind, times, chance=chance, skip=skip))

    def delay(self, kind: str, seconds: float, times: int | None = 1, *, skip: int = 0, chance: float = 1.0) -> None:
        """The webhook is sent `seconds` later; one that the call waits for takes that long to be answered."""
        self.rules.append(Rule("delay", kind, times, seconds, chance, skip))

    def refuse(self, kind: str, times: int | None = 1, *, skip: int = 0) -> None:
        """The connection to our app fails (11205): it never sees the request."""
        self.rules.append(Rule("refuse", kind, times, skip=skip))

    def lose_reply(self, kind: str, times: int | None = 1, *, skip: int = 0) -> None:
        """Our app gets the request, but its answer is lost: a read timeout (11200) after 15 s."""
        self.rules.append(Rule("lose_reply", kind, times, skip=skip))

    def shuffle(self, on: bool = True) -> None:
        """Callbacks that are due at the same moment leave in a random (seeded) order."""
        self._shuffle_callbacks = on

    def fail_rest(self, *, status: int = 429, code: int = 20429, times: int = 1) -> None:
        """The next `times` REST requests are answered with this HTTP status and error code, not processed."""
        self.rest_errors.extend([(status, code)] * times)

    def clear(self) -> None:
        """Back to a healthy carrier with the default positions."""
        self.switches = Switches()
        self.rules.clear()
        self.rest_errors.clear()
        self._shuffle_callbacks = False

    def deeds_for(self, kind: str) -> dict[Deed, Rule]:
        """The faults that strike this webhook now; each use counts."""
        return {rule.deed: rule for rule in self.rules if rule.wants(kind, self._dice)}

    def reorder(self, items: Iterable[T], movable: Callable[[T], bool]) -> list[T]:
        """The same items, the movable ones shuffled among their own places when `shuffle` is on."""
        listed = list(items)
        if not self._shuffle_callbacks:
            return listed
        places = [place for place, item in enumerate(listed) if movable(item)]
        moved = [listed[place] for place in places]
        self._dice.shuffle(moved)
        for place, item in zip(places, moved, strict=True):
            listed[place] = item
        return listed
