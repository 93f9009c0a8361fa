"""Asking routing about settings that nobody has saved yet."""

from collections.abc import Sequence
from dataclasses import replace

from aesthetix.practices.models import Staff
from telephony.models import Line
from telephony.profile import Caller, LineConfig, PhoneProfile, Switches
from telephony.route import Result, Route
from telephony.routing import decide
from telephony.services.lines import with_line
from telephony.services.profile import line_config, load_profile

STRANGER = Caller(number="")


def profile_with(line: Line, members: Sequence[Staff]) -> PhoneProfile:
    """The practice's configuration with this line's unsaved values in place of its own."""
    config = line_config(line, tuple(member.pk for member in members))
    return with_line(load_profile(line.practice), config)


def route_of(profile: PhoneProfile, line_id: int, caller: Caller = STRANGER) -> Route:
    return decide(profile, profile.lines[line_id], caller)


def drops(profile: PhoneProfile, line: LineConfig) -> bool:
    """Whether a call from somebody new would be cut off."""
    return decide(profile, line, STRANGER).result is Result.DROP


def dropping_lines(profile: PhoneProfile, switches: Switches) -> list[LineConfig]:
    """The lines that would cut off somebody new under these switches."""
    proposed = replace(profile, switches=switches)
    return [line for line in proposed.lines.values() if drops(proposed, line)]
