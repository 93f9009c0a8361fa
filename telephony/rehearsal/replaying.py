"""Playing a tape again in another order: everything from outside can come twice, late and in any order
(architecture decision 4), and must end in the same rows."""

import datetime as dt
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from urllib.parse import urlsplit

from django.core.handlers.wsgi import WSGIHandler

from aesthetix.events import bell
from aesthetix.practices.models import Practice
from telephony.carriers.lab.accounts import Account
from telephony.carriers.lab.clock import VirtualClock
from telephony.carriers.lab.faults import CALLBACKS
from telephony.carriers.lab.webhooks import Request
from telephony.rehearsal.findings import Check, Report
from telephony.rehearsal.listening import listening
from telephony.rehearsal.playing import AFTERMATH_SECONDS, at_address, house_clock
from telephony.rehearsal.rows import difference, dump
from telephony.rehearsal.script import Script
from telephony.rehearsal.serving import served
from telephony.rehearsal.staging import connect_carrier, stage_practice, stage_script
from telephony.rehearsal.tape import Posted, Tape, TapedRest, Transport
from telephony.rehearsal.working import next_due, work_off

Fresh = Callable[[], Practice | None]


def replay(script: Script, tape: Tape, order: str, seed: int, practice: Practice | None = None) -> list[str]:
    """The rows after `tape` came again, in an empty database, in this order."""
    virtual = VirtualClock(tape.start)
    with ExitStack() as stack:
        stack.enter_context(listening())
        stack.enter_context(house_clock(virtual))
        stage = stage_practice(practice, script) if practice else stage_script(script)
        rest = TapedRest(tape)
        app_url = stack.enter_context(served(WSGIHandler()))
        rest_url = stack.enter_context(served(rest, keep_alive=False))
        stack.enter_context(at_address(app_url))
        connect_carrier(stage.practice, account_sid=tape.account_sid, auth_token=tape.auth_token, base_url=rest_url)
        player = _Player(tape, rest, virtual, app_url, rest_url)
        stack.enter_context(closing(player.transport))
        player.play(script, order, seed)
        return dump(stage.practice)


def check_replay(report: Report, order: str, seed: int, fresh: Fresh) -> Check | None:
    """Play the report's tape again and compare the rows; None where nothing was played.

    `fresh` empties the database and brings the practice back, where one was given. After a fault the rows of
    the run itself prove nothing (a webhook may never have reached us), so a replay in the recorded order does.
    """
    if report.tape is None:
        return None
    wanted = report.rows
    if report.script.faults:
        wanted = replay(report.script, report.tape, "straight", seed, fresh())
    found = replay(report.script, report.tape, order, seed, fresh())
    changes = difference(wanted, found)
    return Check(
        f"{order} (seed {seed})", 1, "the same rows", "\n        ".join(changes) or "the same rows", not changes
    )


class _Player:
    def __init__(self, tape: Tape, rest: TapedRest, virtual: VirtualClock, app_url: str, rest_url: str) -> None:
        self.tape, self.rest, self.virtual = tape, rest, virtual
        self.app_url, self.rest_url = app_url, rest_url
        self.transport = Transport()
        self.account = Account(tape.account_sid, tape.auth_token, "replay", tape.start)
        self.waiting: list[Posted] = []

    def play(self, script: Script, order: str, seed: int) -> None:
        silent, bell.silent = bell.silent, True
        try:
            for at, posted in arranged(script, self.tape, order, seed):
                self._pass_time(at)
                self._deliver(posted)
            self._pass_time(self.virtual() + dt.timedelta(seconds=AFTERMATH_SECONDS))
        finally:
            bell.silent = silent

    def _pass_time(self, until: dt.datetime) -> None:
        """Move on to `until`, stopping wherever the application has work that falls due."""
        work_off()
        while (due := next_due()) and due <= until:
            self.virtual.move_to(due)
            work_off()
            self._deliver_waiting()
        self.virtual.move_to(until)
        self._deliver_waiting()

    def _deliver(self, posted: Posted) -> None:
        url = self._url(posted)
        if url is None:
            self.waiting.append(posted)
            return
        fields = {name: value.replace(self.tape.rest_url, self.rest_url) for name, value in posted.fields.items()}
        self.transport.perform(Request(posted.kind, self.account, url, fields, posted.method, posted.token))
        work_off()

    def _deliver_waiting(self) -> None:
        waiting, self.waiting = self.waiting, []
        for posted in waiting:
            self._deliver(posted)

    def _url(self, posted: Posted) -> str | None:
        """None for a report on a text that we have not sent yet: its address does not exist before."""
        if posted.kind != "message_status":
            return self.app_url + posted.path
        known = self.rest.status_urls
        url = known.get(posted.fields["MessageSid"]) or known.get(posted.fields["To"])
        return self.app_url + urlsplit(url).path if url else None


def arranged(script: Script, tape: Tape, order: str, seed: int) -> Iterator[tuple[dt.datetime, Posted]]:
    """The tape's webhooks with the times at which they come now. What belongs to different episodes of the
    script (two calls an hour apart) is never mixed: the hour between them matters."""
    dice = random.Random(seed)  # noqa: S311  a repeatable order, not a secret
    now = tape.start
    for episode in _episodes(script, tape):
        for posted in ORDERINGS[order](episode, dice):
            now = max(now, posted.at)
            yield now, posted


def _episodes(script: Script, tape: Tape) -> Iterator[list[Posted]]:
    begins = sorted({tape.start + dt.timedelta(seconds=step.after) for step in script.steps})
    for begin, end in zip(begins, [*begins[1:], dt.datetime.max.replace(tzinfo=dt.UTC)], strict=True):
        yield [posted for posted in tape.posted if begin <= posted.at < end]


def _straight(posts: Sequence[Posted], dice: random.Random) -> list[Posted]:
    return list(posts)


def _doubled(posts: Sequence[Posted], dice: random.Random) -> list[Posted]:
    """Each at once again, as a retry does, and all of them once more at the end."""
    return [copy for posted in posts for copy in (posted, posted)] + list(posts)


def _shuffled(posts: Sequence[Posted], dice: random.Random) -> list[Posted]:
    """Every webhook twice, in any order that a network can make of it: the ones for whose answer the carrier
    waits keep their order the first time, everything else comes as late as chance will have it, and before
    others of the same moment."""
    places = [
        (dice.uniform(_earliest(posts, index), len(posts)) if posted.kind in CALLBACKS else float(index), posted)
        for index, posted in enumerate(posts)
    ]
    again = [(dice.uniform(index, len(posts)), posted) for index, posted in enumerate(posts)]
    return [posted for _, posted in sorted(places + again, key=lambda place: place[0])]


def _earliest(posts: Sequence[Posted], index: int) -> float:
    posted = posts[index]
    waited_for = [n for n, other in enumerate(posts) if other.kind not in CALLBACKS and other.at < posted.at]
    return float(max(waited_for, default=-1)) + 0.5


ORDERINGS: dict[str, Callable[[Sequence[Posted], random.Random], list[Posted]]] = {
    "straight": _straight,
    "doubled": _doubled,
    "shuffled": _shuffled,
}
