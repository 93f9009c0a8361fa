"""Ringing a leg out: from `initiated` to a pick-up or one of the ways not to be answered."""

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

from telephony.carriers.lab.flow import Want
from telephony.carriers.lab.legs import Leg
from telephony.carriers.lab.process import Receive


@dataclass(frozen=True)
class PickedUp:
    """The far end answered."""


@dataclass(frozen=True)
class Refused:
    """The far end did not take it: a final status and the SIP code behind it."""

    status: str
    sip_code: int


def ring_out(leg: Leg, timeout: float) -> Generator[Want, Any, str]:
    """Ring for at most `timeout` seconds. Returns `in-progress` or a final status; the caller ends the leg."""
    leg.reach("initiated")
    refused = leg.lab.unroutable(leg.to)
    if refused:
        leg.lab.alert(leg.account, refused, "the destination cannot be dialled", "", leg)
        leg.sip_code = 404
        return "failed"
    leg.reach("ringing")
    leg.person.ringing()
    end = leg.lab.now.timestamp() + timeout
    while (left := end - leg.lab.now.timestamp()) > 0:
        message = yield Receive(left)
        if isinstance(message, PickedUp):
            leg.reach("in-progress")
            leg.person.answered()
            return "in-progress"
        if isinstance(message, Refused):
            leg.sip_code = message.sip_code
            return message.status
    return "no-answer"
