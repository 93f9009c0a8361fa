"""Ringing one or several destinations for a Dial: who picks up first, the whisper, the bridge, the end."""

from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Any

from telephony.carriers.lab.flow import Run, Want, follow
from telephony.carriers.lab.legs import Key, Leg, StatusHook
from telephony.carriers.lab.process import HungUp, Interrupt, Receive, Redirected, Steps
from telephony.carriers.lab.recordings import Recording, RecordingHook
from telephony.carriers.lab.ringing import ring_out
from telephony.carriers.lab.twiml import Verb

RANKS = ("no-answer", "busy", "failed", "canceled")


@dataclass(frozen=True)
class Plan:
    """A Dial's attributes, read."""

    nouns: tuple[Verb, ...]
    caller_id: str
    timeout: float
    time_limit: float = 14400
    hangup_on_star: bool = False
    sequential: bool = False
    record: str = "do-not-record"
    record_track: str = "both"
    record_hook: RecordingHook = field(default_factory=RecordingHook)


@dataclass(frozen=True)
class ChildNews:
    """What a child leg tells its Dial: answered, accepted (ready to bridge), moved (redirected), gone."""

    word: str
    child: Leg


class Connection:
    """One Dial at work. Afterwards: `status`, `bridged`, `winner`, `decisive`, `moved`, `recording`."""

    def __init__(self, run: Run, plan: Plan) -> None:
        self.run, self.plan = run, plan
        self.parent, self.lab = run.leg, run.leg.lab
        self.children: list[Leg] = []
        self.winner: Leg | None = None
        self.bridged = False
        self.moved = False
        self.recording: Recording | None = None
        self.status = "no-answer"

    # The course of it -----------------------------------------------------------------------------------------------

    def steps(self) -> Generator[Want, Any, None]:
        batches = [(noun,) for noun in self.plan.nouns] if self.plan.sequential else [self.plan.nouns]
        for batch in batches:
            for noun in batch:
                self._start(noun)
            yield from self._until_decided()
            if self.winner is not None and self.bridged:
                break
        self._stop_recording()
        self.status = self._final_status()

    def _until_decided(self) -> Generator[Want, Any, None]:
        while any(child.live for child in self.children):
            news = yield Receive()
            if not isinstance(news, ChildNews) or news.child not in self.children:
                continue
            if news.word == "answered":
                self._picked_up(news.child)
            elif news.word == "accepted" and news.child.live:
                yield from self._talk(news.child)
                return
            elif news.word == "moved":
                self.winner, self.moved = news.child, True
                return

    def _picked_up(self, child: Leg) -> None:
        if self.lab.faults.switches.cancel_losers_at == "pick_up":
            self.winner = self.winner or child
            self._cancel_others(child)
        if self.lab.faults.switches.record_from == "answer":
            self._start_recording("record-from-answer")

    def _talk(self, child: Leg) -> Generator[Want, Any, None]:
        self.winner, self.bridged = child, True
        self._cancel_others(child)
        self.parent.answer()
        self._start_recording("record-from-answer")
        bridge(self.parent, child)
        end = self.lab.now.timestamp() + self.plan.time_limit
        while child.live:
            news = yield Receive(max(end - self.lab.now.timestamp(), 0.0))
            if isinstance(news, ChildNews) and news.word == "moved":
                self.moved = True
                break
            star = isinstance(news, Key) and news.digit == "*" and self.plan.hangup_on_star
            if news is None or star:
                child.end("completed", why="time limit" if news is None else "star pressed")
        unbridge(self.parent, child)

    # Children -------------------------------------------------------------------------------------------------------

    def _start(self, noun: Verb) -> None:
        child = start_child(self.run, noun, self.plan)
        child.on_end.append(lambda leg: self.parent.send(ChildNews("gone", leg)))
        self.children.append(child)
        self._start_recording("record-from-ringing")
        child.run(_child_steps(self.run, child, noun, self.plan.timeout))

    def _cancel_others(self, chosen: Leg) -> None:
        for child in self.children:
            if child is not chosen:
                child.end(self.lab.faults.switches.loser_status, why="another one answered")

    def abandon(self, reason: Interrupt) -> None:
        """The parent was hung up or redirected while this Dial was at work."""
        switches = self.lab.faults.switches
        self.status = "completed" if self._anyone_answered() else switches.caller_drop_dial_status
        for child in self.children:
            if child.live and self.bridged:
                unbridge(self.parent, child)
            why = "the caller hung up" if isinstance(reason, HungUp) else "the caller was moved"
            child.end("completed" if child.answered else switches.caller_drop_child_status, why=why)
        self._stop_recording()

    def let_children_end(self) -> Generator[Want, Any, None]:
        """Give the children's last events a turn before the parent's own."""
        while (yield Receive(0.0)) is not None:
            continue

    # The result -----------------------------------------------------------------------------------------------------

    @property
    def decisive(self) -> Leg | None:
        """The child whose status is the Dial's when nobody was connected."""
        answered = next((child for child in self.children if child.answered), None)
        if answered or not self.children:
            return answered
        rule = self.lab.faults.switches.combined_status
        if rule == "worst":
            return min(self.children, key=lambda child: RANKS.index(child.status) if child.status in RANKS else 9)
        return self.children[0 if rule == "first" else -1]

    def _anyone_answered(self) -> bool:
        return any(child.answered for child in self.children)

    def _final_status(self) -> str:
        switches = self.lab.faults.switches
        if self.moved:
            return switches.redirected_child_status
        if self.bridged:
            return "completed"
        if self._anyone_answered():
            return switches.refused_whisper_status
        return self.decisive.status if self.decisive else "failed"

    # Recording ------------------------------------------------------------------------------------------------------

    def _start_recording(self, moment: str) -> None:
        wanted = "record-from-answer" if self.plan.record == "true" else self.plan.record
        if self.recording is not None or not wanted.startswith(moment):
            return
        channels = 2 if wanted.endswith("-dual") and self.plan.record_track == "both" else 1
        self.recording = self.lab.recorder.start(
            "DialVerb", self.parent.account, leg=self.parent, channels=channels, hook=self.plan.record_hook
        )

    def _stop_recording(self) -> None:
        if self.recording is not None:
            self.lab.recorder.stop(self.recording)


def start_child(run: Run, noun: Verb, plan: Plan) -> Leg:
    """A new leg towards a noun's destination, with the noun's status callback."""
    target = destination_of(noun)
    child = run.leg.lab.new_leg(run.leg.account, plan.caller_id, target, "outbound-dial", parent=run.leg)
    if noun.get("statusCallback"):
        events = frozenset(noun.get("statusCallbackEvent", "completed").split())
        url, method = run.document.absolute(noun.get("statusCallback")), noun.get("statusCallbackMethod", "POST")
        child.hooks.append(StatusHook(url, method, events, "leg"))
    return child


def destination_of(noun: Verb) -> str:
    """The address a noun stands for: E.164, `client:identity` or `sip:…` without its query."""
    if noun.name == "Client":
        identity = next((part.text for part in noun.nested if part.name == "Identity"), noun.text)
        return f"client:{identity}"
    if noun.name == "Sip":
        return noun.text.split("?")[0]
    return noun.text


def _child_steps(run: Run, child: Leg, noun: Verb, timeout: float) -> Steps:
    parent = run.leg
    status = yield from ring_out(child, timeout)
    if status != "in-progress":
        child.end(status)
        return
    parent.send(ChildNews("answered", child))
    try:
        if noun.get("url") and not (yield from _whisper(run, child, noun)):
            return
        parent.send(ChildNews("accepted", child))
        while True:
            yield Receive()
    except Redirected as redirected:
        parent.send(ChildNews("moved", child))
        yield from follow(child, redirected.source)


def _whisper(run: Run, child: Leg, noun: Verb) -> Generator[Want, Any, bool]:
    request = child.request("whisper", run.document.absolute(noun.get("url")), noun.get("method", "POST"))
    return (yield from follow(child, request, "whisper"))


def bridge(one: Leg, other: Leg) -> None:
    """Connect two legs: their people hear each other."""
    one.bridged_to, other.bridged_to = other, one
    one.lab.note("leg", f"{one.name} and {other.name} are connected", other)
    one.person.bridged()
    other.person.bridged()


def unbridge(one: Leg, other: Leg) -> None:
    one.bridged_to = other.bridged_to = None
