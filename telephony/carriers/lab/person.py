"""The people at the far ends. The engine tells them what they hear; they answer by timers on their leg."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from telephony.carriers.lab.behaviours import Callee, Caller

if TYPE_CHECKING:
    from telephony.carriers.lab.legs import Leg


class Person:
    """Somebody who does nothing by themselves; the lab's page or a test acts for them."""

    def __init__(self, leg: "Leg") -> None:
        self.leg = leg
        self.hears: list[str] = []

    def started(self) -> None:
        """An inbound call has begun."""

    def ringing(self) -> None:
        """The phone rings."""

    def answered(self) -> None:
        """The phone was picked up."""

    def connected(self) -> None:
        """The leg is answered, by whichever side had to."""

    def listening(self) -> None:
        """A Gather waits for keys."""

    def beep(self) -> None:
        """A Record has started."""

    def bridged(self) -> None:
        """Connected to a person or a running conference."""

    def heard(self, text: str) -> None:
        """Words or a recording begin to play."""
        self.hears.append(text)

    def _after(self, seconds: float, deed: Callable[[], None]) -> None:
        self.leg.lab.scheduler.later(seconds, lambda: deed() if self.leg.live else None)

    def _hang_up(self) -> None:
        self.leg.lab.hang_up(self.leg)

    def _press(self, keys: str) -> None:
        for key in keys:
            self.leg.lab.press(self.leg, key)


class CallerPerson(Person):
    """Calls one of our numbers and follows a `Caller` behaviour."""

    def __init__(self, leg: "Leg", behaviour: Caller) -> None:
        super().__init__(leg)
        self.behaviour = behaviour
        self.at_the_tone = False
        self._engaged = False
        self._talking = False
        self._gathers = 0

    def started(self) -> None:
        if self.behaviour.hang_up_after is not None:
            self._after(self.behaviour.hang_up_after, self._hang_up)
        if self.behaviour.hang_up_ringing is not None:
            self._after(self.behaviour.hang_up_ringing, self._give_up)

    def _give_up(self) -> None:
        if not self._engaged:
            self._hang_up()

    def heard(self, text: str) -> None:
        if self.behaviour.hang_up_in_greeting is not None and not self.hears:
            self._after(self.behaviour.hang_up_in_greeting, self._give_up)
        super().heard(text)

    def listening(self) -> None:
        if self._gathers < len(self.behaviour.presses):
            keys = self.behaviour.presses[self._gathers]
            self._after(self.behaviour.press_after, lambda: self._press(keys))
        self._gathers += 1

    def leave_voicemail(self, seconds: float) -> None:
        """By hand: speak so long after the tone, then hang up. At once, if the tone has sounded."""
        self.behaviour = replace(self.behaviour, voicemail=seconds, voicemail_end="hang_up")
        if self.at_the_tone:
            self.beep()

    def beep(self) -> None:
        self._engaged = self.at_the_tone = True
        spoken = self.behaviour.voicemail
        if spoken is None:
            self._hang_up()
            return
        if spoken:
            self.leg.lab.speak(self.leg, spoken)
        if self.behaviour.voicemail_end == "hang_up":
            self._after(spoken, self._hang_up)
        elif self.behaviour.voicemail_end == "key":
            self._after(spoken, lambda: self._press(self.behaviour.voicemail_key))

    def bridged(self) -> None:
        already, self._talking = self._talking, True
        self._engaged = True
        if self.behaviour.talk is not None and not already:
            self._after(self.behaviour.talk, self._hang_up)


class CalleePerson(Person):
    """Is called, and follows a `Callee` behaviour."""

    def __init__(self, leg: "Leg", behaviour: Callee) -> None:
        super().__init__(leg)
        self.behaviour = behaviour
        self._talking = False

    def ringing(self) -> None:
        deeds = {
            "answers": lambda: self.leg.lab.pick_up(self.leg),
            "declines": lambda: self.leg.lab.refuse(self.leg, "busy", 603),
            "busy": lambda: self.leg.lab.refuse(self.leg, "busy", 486),
            "unreachable": lambda: self.leg.lab.refuse(self.leg, "failed", 404),
        }
        if self.behaviour.outcome in deeds:
            self._after(self.behaviour.after, deeds[self.behaviour.outcome])

    def answered(self) -> None:
        if self.behaviour.hang_up_in_whisper is not None:
            self._after(self.behaviour.hang_up_in_whisper, self._leave_unless_talking)
        if self.behaviour.is_machine and self.behaviour.talk is not None:
            self._after(self.behaviour.talk, self._hang_up)

    def listening(self) -> None:
        if self.behaviour.presses:
            self._after(self.behaviour.press_after, lambda: self._press(self.behaviour.presses))

    def bridged(self) -> None:
        already, self._talking = self._talking, True
        if self.behaviour.talk is not None and not self.behaviour.is_machine and not already:
            self._after(self.behaviour.talk, self._hang_up)

    def _leave_unless_talking(self) -> None:
        if not self._talking:
            self._hang_up()
