"""What follows a missed call, foretold for the screens. Upper floors register in AppConfig.ready."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from aesthetix.practices.models import Practice
from contacts.models import Contact
from telephony.models import Call


@dataclass(frozen=True)
class MissedCall:
    """A call that would be missed. `contact` is None for somebody new; `withheld`: no number to text."""

    practice: Practice
    line_id: int
    at: dt.datetime
    contact: Contact | None = None
    withheld: bool = False


@dataclass(frozen=True)
class Sentence:
    """One thing that happens, or does not: `icon` is a Lucide name, `detail` says why."""

    icon: str
    title: str
    detail: str = ""
    is_gap: bool = False


@dataclass(frozen=True)
class Handler:
    """Something that answers missed calls with a text, such as a workflow."""

    name: str
    is_on: bool
    url: str = ""


Foresight = Callable[[MissedCall], list[Sentence]]
Census = Callable[[Practice], list[Handler]]
History = Callable[[Call], list[Sentence]]
_foresights: list[Foresight] = []
_censuses: list[Census] = []
_histories: list[History] = []


def register(foresight: Foresight) -> Foresight:
    _foresights.append(foresight)
    return foresight


def register_handlers(census: Census) -> Census:
    _censuses.append(census)
    return census


def handlers_of(practice: Practice) -> list[Handler]:
    return [handler for census in _censuses for handler in census(practice)]


def foretell(call: MissedCall) -> list[Sentence]:
    """Every registered room's sentences, or that nothing sends a text."""
    said = [sentence for foresight in _foresights for sentence in foresight(call)]
    return said or [Sentence("message-square-off", "No text-back", "No workflow reacts to missed calls.", is_gap=True)]


def register_history(history: History) -> History:
    _histories.append(history)
    return history


def history_of(call: Call) -> list[Sentence]:
    """What did follow a call that was missed."""
    return [sentence for history in _histories for sentence in history(call)]
