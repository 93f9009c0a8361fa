"""A call script, parsed: what is set up, who calls, how everybody behaves, what is expected.

The format is documented in docs/phone-lab.md; `parsing.py` reads it. Durations are seconds, numbers
E.164, times local to the practice.
"""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from telephony.rehearsal.expecting import Expected
from telephony.rehearsal.reading import Place
from telephony.rehearsal.words import Behaviour, CallerManner, Fault, Handset

START = dt.datetime(2026, 11, 16, 10, 0)


@dataclass(frozen=True)
class PracticeSetup:
    name: str = "Glow Med Spa"
    company_phone: str = ""
    time_zone: str = "America/Phoenix"
    incoming_timeout: int = 20
    greeting: bool = False
    text_back_toggle: bool = False
    hours: tuple[tuple[int, dt.time, dt.time], ...] = tuple((day, dt.time(9), dt.time(17)) for day in range(5))
    holidays: tuple[dt.date, ...] = ()


@dataclass(frozen=True)
class StaffSetup:
    name: str
    role: str = "staff"
    access: str = "all"
    web_app: bool = True
    mobile_app: bool = False
    personal_number: str = ""
    incoming_timeout: int | None = None
    greeting: bool = False
    ring_all_channel: str = ""
    left: bool = False
    elsewhere: bool = False


@dataclass(frozen=True)
class PoolSetup:
    name: str
    forwarding_number: str = ""
    lead_source: str = ""


@dataclass(frozen=True)
class LineSetup:
    """The fields of Edit Configuration. None means: as the product sets it by default."""

    name: str
    number: str
    assigned_to: str = ""
    ring_all: tuple[str, ...] = ()
    forwarding_number: str = ""
    incoming_timeout: int | None = None
    call_connect: bool = True
    whisper_message: str | None = None
    record_calls: bool = False
    play_disclosure: bool = False
    disclosure: str | None = None
    greeting: bool = False
    default_outbound: bool = False
    lead_source: str = ""
    pool: str = ""


@dataclass(frozen=True)
class ContactSetup:
    name: str
    numbers: tuple[str, ...] = ()
    assigned_to: str = ""
    tags: tuple[str, ...] = ()
    last_contact: dt.datetime | None = None


@dataclass(frozen=True)
class Setup:
    practice: PracticeSetup = PracticeSetup()
    switches: dict[str, bool] = field(default_factory=dict)
    staff: tuple[StaffSetup, ...] = ()
    pools: tuple[PoolSetup, ...] = ()
    lines: tuple[LineSetup, ...] = ()
    contacts: tuple[ContactSetup, ...] = ()
    workflows: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class CallStep:
    """`caller`: a contact's or staff member's name, number, `withheld`, or `as …`; `to`: a line's name or a number."""

    caller: str
    to: str
    after: int = 0
    manner: CallerManner = CallerManner()
    behaviours: dict[str, Behaviour] = field(default_factory=dict)


@dataclass(frozen=True)
class TextStep:
    sender: str
    to: str
    body: str
    after: int = 0


@dataclass(frozen=True)
class Script:
    name: str
    file: str
    at: dt.datetime = START
    about: str = ""
    setup: Setup = Setup()
    calls: tuple[CallStep, ...] = ()
    texts: tuple[TextStep, ...] = ()
    behaviours: dict[str, Behaviour] = field(default_factory=dict)
    handsets: dict[str, Handset] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    expect: tuple[Expected, ...] = ()
    names: dict[str, Place] = field(default_factory=dict, compare=False)  # who is spoken of, and where first
    setup_at: int = 1  # the line of `setup:`

    @property
    def steps(self) -> list[CallStep | TextStep]:
        """In the order of time; a text comes before a call of the same moment."""
        steps: list[CallStep | TextStep] = [*self.texts, *self.calls]
        return sorted(steps, key=lambda step: step.after)
