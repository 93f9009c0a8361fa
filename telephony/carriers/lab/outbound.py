"""Calls that the application starts over REST, and what REST may change on a live leg."""

from collections.abc import Generator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from telephony.carriers.lab.accounts import Account
from telephony.carriers.lab.errors import RestError
from telephony.carriers.lab.flow import Source, Want, follow, pause
from telephony.carriers.lab.legs import Leg, StatusHook, is_number
from telephony.carriers.lab.process import Redirected, Steps
from telephony.carriers.lab.ringing import ring_out
from telephony.carriers.lab.twiml import Document, TwimlError, parse

if TYPE_CHECKING:
    from telephony.carriers.lab.lab import Lab


@dataclass(frozen=True)
class Order:
    """A call to be placed. One of `url` and `document` says what to do once it is answered."""

    to: str
    from_: str
    url: str = ""
    method: str = "POST"
    document: Document | None = None
    timeout: float = 60
    hook: StatusHook | None = None
    fallback_url: str = ""
    detect_machine: bool = False
    call_token: str = ""
    record: bool = False


@dataclass
class Pace:
    """Calls that REST starts leave one by one: so many a second and account, the rest queues."""

    per_second: float = 1.0
    free_at: dict[str, float] = field(default_factory=dict)

    def wait(self, account: Account, now: float) -> float:
        """Seconds until the next place in the queue, which is taken by asking."""
        at = max(self.free_at.get(account.sid, now), now)
        self.free_at[account.sid] = at + 1 / self.per_second
        return at - now


def start_call(lab: "Lab", account: Account, order: Order) -> Leg:
    """Queue a call. Raises RestError where Twilio's API refuses."""
    _check(lab, account, order)
    leg = lab.new_leg(account, order.from_, order.to, "outbound-api")
    leg.fallback_url = order.fallback_url
    if order.hook is not None:
        leg.hooks.append(order.hook)
    lab.note("call", f"the application calls {order.to}", leg)
    leg.run(_steps(lab, leg, order))
    return leg


def _check(lab: "Lab", account: Account, order: Order) -> None:
    if not order.to:
        raise RestError(21201)
    if not order.from_:
        raise RestError(21213)
    if lab.unroutable(order.to):
        raise RestError(21211)
    if not order.url and order.document is None:
        raise RestError(21205)
    if is_number(order.to) and not account.may_call_from(order.from_) and not _forwarded(lab, order):
        raise RestError(21210)


def _forwarded(lab: "Lab", order: Order) -> bool:
    """With the CallToken of a live inbound call its caller's number may be shown on."""
    legs = (leg for leg in lab.legs.values() if leg.live and leg.direction == "inbound")
    return any(order.call_token == leg.call_token and order.from_ == leg.from_ for leg in legs)


def _steps(lab: "Lab", leg: Leg, order: Order) -> Steps:
    yield from pause(leg, lab.pace.wait(leg.account, lab.now.timestamp()))
    status = yield from ring_out(leg, order.timeout + lab.faults.switches.timeout_buffer)
    if status != "in-progress":
        leg.end(status)
        return
    if order.detect_machine:
        machine = getattr(lab.callee_of(leg), "is_machine", False)
        leg.extra["AnsweredBy"] = "machine_start" if machine else "human"
    if order.record:
        leg.recorders["OutboundAPI"] = lab.recorder.start("OutboundAPI", leg.account, leg=leg)
    yield from _obey(leg, order)


def _obey(leg: Leg, order: Order) -> Generator[Want, Any, None]:
    source: Source = order.document or leg.request("voice", order.url, order.method)
    yield from follow(leg, source)


def read_source(leg: Leg, url: str, method: str, twiml: str) -> Source:
    """What a REST request gives a leg to do: a URL, or TwiML as text (12100 if it does not parse)."""
    if url:
        return leg.request("redirect", url, method)
    return read_twiml(twiml)


def read_twiml(text: str) -> Document:
    try:
        return parse(text, "")
    except TwimlError as error:
        raise RestError(error.code, message=error.text) from error


def redirect_leg(leg: Leg, source: Source) -> None:
    """Give an answered leg another document; whatever it was doing ends."""
    if not leg.live or not leg.answered:
        raise RestError(21220)
    leg.lab.note("rest", f"{leg.name} is redirected", leg)
    leg.interrupt(Redirected(source))


def finish_leg(leg: Leg, status: str) -> None:
    """End a leg by REST: `completed` at any time, `canceled` only for an API call that is not answered yet."""
    if not leg.live:
        raise RestError(21220, message="Call is not in-progress. Cannot redirect.")
    if status == "canceled" and (leg.answered or leg.direction != "outbound-api"):
        raise RestError(21220)
    if leg.status == "queued":
        leg.hooks.clear()
    leg.end("completed" if leg.answered else "canceled", why="ended by REST")
