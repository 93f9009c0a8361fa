"""Do our own numbers forward to one another in a circle? Pure, and asked before every save.

A line may forward to another line of the practice (tracking lines to the main line do), also by its
pool or by a Company Phone that is one of the lines. People are left out of it: whoever is assigned or
selected today may have left tomorrow, and then the forwarding counts. A Company Phone that is the
dialled line itself is no circle: a practice's published number usually is its own main line.
"""

from dataclasses import dataclass

from aesthetix.lib.phone import display
from telephony.profile import LineConfig, PhoneProfile

COMPANY_PHONE = "Company Phone"


@dataclass(frozen=True)
class Hop:
    number: str
    through: str = ""


def next_hop(profile: PhoneProfile, line: LineConfig) -> Hop | None:
    """Where rules 4 and 5, or the line's pool, send a call that no person takes."""
    if line.pool_name:
        return Hop(line.pool_forward)
    if profile.switches.forward_to_line_number and line.forwarding_number:
        return Hop(line.forwarding_number)
    if profile.switches.forward_to_business and profile.company_phone not in ("", line.number):
        return Hop(profile.company_phone, COMPANY_PHONE)
    return None


def find_loop(profile: PhoneProfile, line: LineConfig) -> list[str]:
    """The chain from `line` on, by name, up to the number that comes twice; empty when calls get out."""
    chain, seen = [_name(line)], {line.number}
    while hop := next_hop(profile, line):
        onward = profile.line_with(hop.number)
        if onward is None:
            return []
        chain.append(f"{_name(onward)} ({hop.through})" if hop.through else _name(onward))
        if onward.number in seen:
            return chain
        seen.add(onward.number)
        line = onward
    return []


def in_words(chain: list[str]) -> str:
    return f"Calls would go round in a circle: {' → '.join(chain)}."


def _name(line: LineConfig) -> str:
    return line.name or display(line.number)
