"""The way out: every webhook passes here, where faults strike, the log is written and warnings are filed."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from telephony.carriers.lab.faults import CALLBACKS
from telephony.carriers.lab.scheduler import Job
from telephony.carriers.lab.webhooks import HttpTransport, Reply, Request

if TYPE_CHECKING:
    from telephony.carriers.lab.lab import Lab

OnReply = Callable[[Reply], None]
READ_TIMEOUT = 15.0


class PostOffice:
    def __init__(self, lab: "Lab", transport: HttpTransport) -> None:
        self._lab = lab
        self.transport = transport
        lab.scheduler.order = self._order

    def ask(self, request: Request, on_reply: OnReply) -> None:
        """Send a webhook whose answer somebody waits for."""
        self._dispatch(request, on_reply, awaited=True)

    def post(self, request: Request) -> None:
        """Send a callback that nobody waits for; a refusal is filed as warning 15003."""
        if request.url:
            self._dispatch(request, partial(self._file_callback, request), awaited=False)

    def _dispatch(self, request: Request, on_reply: OnReply, *, awaited: bool) -> None:
        request = replace(request, token=request.token or str(self._lab.sids.token()))
        deeds = self._lab.faults.deeds_for(request.kind)
        for deed in deeds:
            self._lab.note("fault", f"{deed}: {request.kind} {request.path}", request.leg)
        if "drop" in deeds or "refuse" in deeds:
            if awaited or "refuse" in deeds:
                self._fail(request, on_reply, dropped="drop" in deeds)
            return
        if "duplicate" in deeds:
            self._submit(request, _ignore)
        if "lose_reply" in deeds:
            on_reply = partial(self._lose, on_reply)
        delay = deeds["delay"].seconds if "delay" in deeds else 0.0
        if delay:
            self._lab.scheduler.later(delay, partial(self._submit, request, on_reply))
        else:
            self._submit(request, on_reply)

    def _fail(self, request: Request, on_reply: OnReply, *, dropped: bool) -> None:
        reply = Reply(0, error=11200 if dropped else 11205, url=request.url)
        wait = READ_TIMEOUT if dropped else 0.0
        self._lab.scheduler.later(wait, partial(self._answered, request, on_reply, reply))

    def _lose(self, on_reply: OnReply, reply: Reply) -> None:
        lost = Reply(0, error=11200, url=reply.url)
        self._lab.scheduler.later(READ_TIMEOUT, partial(on_reply, lost))

    def _submit(self, request: Request, on_reply: OnReply) -> None:
        done = partial(self._answered, request, on_reply)
        self._lab.scheduler.submit(Job(request, self.transport.perform, done))

    def _answered(self, request: Request, on_reply: OnReply, reply: Reply) -> None:
        outcome = str(reply.status) if reply.error is None else f"error {reply.error}"
        again = f" after {reply.tries} tries" if reply.tries > 1 else ""
        self._lab.note(
            "webhook",
            f"{request.method} {request.path} [{describe(request)}] → {outcome}{again}",
            request.leg,
            path=request.path,
            webhook=request.kind,
            status=reply.status,
            ms=round(reply.milliseconds, 1),
            fields=dict(request.fields),
        )
        on_reply(reply)

    def _file_callback(self, request: Request, reply: Reply) -> None:
        if reply.error is not None:
            self._lab.alert(request.account, reply.error, "callback not delivered", request.url, request.leg)
        elif reply.status >= 400:
            text = f"status callback answered {reply.status}"
            self._lab.alert(request.account, 15003, text, request.url, request.leg, level="warning")

    def _order(self, jobs: Iterable[Job]) -> list[Job]:
        return self._lab.faults.reorder(jobs, lambda job: job.request.kind in CALLBACKS)


TELLING = ("DialCallStatus", "CallStatus", "Digits", "RecordingStatus", "StatusCallbackEvent", "MessageStatus")


def describe(request: Request) -> str:
    """The kind of a webhook with the one field that says what it is about."""
    telling = next((request.fields[name] for name in TELLING if request.fields.get(name)), "")
    return f"{request.kind} {telling}".strip()


def _ignore(reply: Reply) -> None:
    """The answer to a duplicate is not used."""
