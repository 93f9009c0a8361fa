"""Gather: prompts that can be cut short, keys, and where they go."""

from collections.abc import Generator
from typing import Any

from telephony.carriers.lab.flow import Run, VerbSteps, Want, verb
from telephony.carriers.lab.legs import Key
from telephony.carriers.lab.process import Receive
from telephony.carriers.lab.twiml import Verb
from telephony.carriers.lab.verbs import start_sound


class Keys:
    """The keys so far, and whether they are enough."""

    def __init__(self, one: Verb) -> None:
        self.limit = int(one.seconds("numDigits", 0))
        self.finish = one.get("finishOnKey", "#")
        self.digits = ""
        self.finished_on = ""
        self.done = False

    def take(self, message: object) -> None:
        if not isinstance(message, Key) or self.done:
            return
        if message.digit in self.finish:
            self.finished_on, self.done = message.digit, True
            return
        self.digits += message.digit
        self.done = bool(self.limit) and len(self.digits) >= self.limit


@verb("Gather")
def gather(run: Run, one: Verb) -> VerbSteps:
    """Keys pressed during the prompts count. Nothing pressed: the next verb runs, unless actionOnEmptyResult."""
    leg = run.leg
    if run.role == "call":
        leg.answer()
    keys = Keys(one)
    leg.person.listening()
    for prompt in one.nested:
        if not keys.digits and not keys.done:
            seconds = yield from start_sound(run, prompt)
            yield from _listen(run, keys, seconds)
    while not keys.done:
        before = len(keys.digits)
        yield from _listen(run, keys, one.seconds("timeout", 5))
        if not keys.done and len(keys.digits) == before:
            break
    if not keys.digits and not one.flag("actionOnEmptyResult"):
        return None
    fields = {"Digits": keys.digits, "FinishedOnKey": keys.finished_on, "msg": "Gather End"}
    return run.request("gather", one.get("action"), one.get("method", "POST"), **fields)


def _listen(run: Run, keys: Keys, seconds: float) -> Generator[Want, Any, None]:
    end = run.leg.lab.now.timestamp() + seconds
    while not keys.done and (left := end - run.leg.lab.now.timestamp()) > 0:
        message = yield Receive(left)
        if message is None:
            return
        before = len(keys.digits)
        keys.take(message)
        if len(keys.digits) > before:
            return
