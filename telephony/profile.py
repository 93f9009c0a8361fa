"""A practice's phone configuration as plain data: what routing reads.

Built from rows by telephony/services/profile.py, from unsaved forms by the settings preview, and by
hand in tests.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from aesthetix.lib.phone import display
from telephony.route import Destination, Route, Unreachable


@dataclass(frozen=True)
class Switches:
    """Settings → Phone Numbers → Advanced Settings → Voice Calls."""

    ring_number_user: bool = True
    ring_contact_user: bool = True
    forward_to_line_number: bool = True
    forward_to_business: bool = True


Phones = tuple[tuple[Destination, ...], tuple[Unreachable, ...]]


@dataclass(frozen=True)
class Person:
    """A staff member and their Call & Voicemail Settings.

    `here`: this is the practice that the person switched to last; their apps ring for it only.
    """

    id: int
    name: str
    current: bool = True
    here: bool = True
    web: bool = True
    mobile: bool = False
    personal_number: str = ""
    ring_all_channel: str = ""
    timeout: int | None = None
    greeting: str = ""

    def usual_phones(self) -> Phones:
        """Their normal calls: web app if chosen, else mobile app; a personal number rings together with it."""
        app = "web" if self.web else "mobile" if self.mobile else ""
        return self._phones(app, "personal" if self.personal_number else "")

    def ring_all_phones(self) -> Phones:
        """Their phones for Ring All: the "Default channel for Ring All", else as their normal calls."""
        if not self.ring_all_channel:
            return self.usual_phones()
        if self.ring_all_channel == "all":
            return self._phones("web", "mobile", "personal" if self.personal_number else "")
        return self._phones(self.ring_all_channel)

    def _phones(self, *channels: str) -> Phones:
        wanted = [channel for channel in channels if channel]
        gaps = {channel: self._gap(channel) for channel in wanted}
        phones = tuple(self._phone(channel) for channel in wanted if not gaps[channel])
        missing = tuple(Unreachable(self.name, gap, self.id) for gap in gaps.values() if gap)
        if not wanted:
            missing = (Unreachable(self.name, "has no app and no phone number chosen", self.id),)
        return phones, missing

    def _gap(self, channel: str) -> str:
        """Why a channel cannot ring, or nothing."""
        if channel == "personal":
            return "" if self.personal_number else "has no personal number"
        return "" if self.here else "is switched to another practice"

    def _phone(self, channel: str) -> Destination:
        if channel == "personal":
            label = f"{self.name}, {display(self.personal_number)}"
            return Destination("number", self.personal_number, label, self.id, channel)
        return Destination("client", f"s{self.id}_{channel}", f"{self.name}, {channel} app", self.id, channel)


@dataclass(frozen=True)
class LineConfig:
    id: int
    number: str
    name: str = ""
    pool_name: str = ""
    pool_forward: str = ""
    assigned_to: int | None = None
    ring_all: tuple[int, ...] = ()
    forwarding_number: str = ""
    timeout: int | None = None
    call_connect: bool = True
    whisper_message: str = ""
    record_calls: bool = False
    play_disclosure: bool = False
    disclosure: str = ""
    greeting: str = ""
    lead_source: str = ""
    is_default: bool = False


@dataclass(frozen=True)
class Caller:
    """Who calls: `number` is E.164 or None when withheld; `owner` the staff id of the caller's contact."""

    number: str | None = None
    known: bool = False
    owner: int | None = None


@dataclass(frozen=True)
class PhoneProfile:
    """`greeting` is the practice's greeting's token; `timeout` the practice's, in seconds.

    `has_carrier`: it has an account that can send texts. `decided` keeps what routing answered before under this
    configuration.
    """

    practice_name: str = ""
    company_phone: str = ""
    switches: Switches = Switches()
    timeout: int = 20
    greeting: str = ""
    people: Mapping[int, Person] = field(default_factory=dict)
    lines: Mapping[int, LineConfig] = field(default_factory=dict)
    has_carrier: bool = False
    decided: dict[tuple[int, Caller], Route] = field(init=False, default_factory=dict, compare=False, repr=False)

    def line_with(self, number: str) -> LineConfig | None:
        return next((line for line in self.lines.values() if line.number == number), None)

    def is_own(self, number: str) -> bool:
        """One of the practice's lines, its company phone, or a staff member's own phone: never a new contact."""
        return number in self._own_numbers

    @cached_property
    def _own_numbers(self) -> frozenset[str]:
        phones = {person.personal_number for person in self.people.values() if person.current}
        return frozenset({*phones, self.company_phone, *(line.number for line in self.lines.values())})

    @cached_property
    def numbers(self) -> frozenset[str]:
        """Every number that routing may come upon: our own, and those that it forwards to."""
        people = (person.personal_number for person in self.people.values())
        forwards = (number for line in self.lines.values() for number in (line.forwarding_number, line.pool_forward))
        return self._own_numbers.union(people, forwards)
