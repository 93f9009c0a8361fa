"""Where a call goes, and why: a pure function from configuration and caller to a `Route`.

Source: product/phone-system.md ("the complete order the system evaluates when a call comes in") with the
choices of docs/decisions. The same function answers the live call, the settings preview on unsaved
values and the Phone Lab. Nothing here reads the database or the clock.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from aesthetix.lib.phone import display
from telephony.profile import Caller, LineConfig, Person, PhoneProfile
from telephony.route import Destination, Matched, Result, Route, RuleTrace, Status, Unreachable

MAX_LEGS = 10  # how many phones one <Dial> rings (Twilio, <Dial> nouns)
MAX_PHONES = 18  # six people with three phones each

QUESTIONS = {
    1: "Is this number assigned to a user?",
    2: "Is the caller’s contact assigned to a user?",
    3: "Is Ring All on for this number?",
    4: "Is there a forwarding number on this number?",
    5: "Is there a Company Phone in Business Profile?",
    6: "No match",
}
SWITCH_NAMES = {
    1: "Ring user assigned to called number",
    2: "Ring user assigned to contact",
    4: "Forward to phone number on number settings",
    5: "Forward calls to business phone number",
}


SOMEBODY = "+"


def decide_once(profile: PhoneProfile, line: LineConfig, caller: Caller) -> Route:
    """As `decide`, for a line of the profile, which has one answer for everybody who is none of its own numbers."""
    if caller.number and caller.number not in profile.numbers:
        caller = Caller(SOMEBODY, caller.known, caller.owner)
    key = (line.id, caller)
    if key not in profile.decided:
        profile.decided[key] = decide(profile, line, caller)
    return profile.decided[key]


def decide(profile: PhoneProfile, line: LineConfig, caller: Caller) -> Route:
    """The route of a call to `line`. Exactly one rule matches, or rule 6 drops the call."""
    return _decide(profile, line, caller, visited=(line.number,))


def _decide(profile: PhoneProfile, line: LineConfig, caller: Caller, visited: tuple[str, ...]) -> Route:
    outcomes = _pool_outcomes(line) if line.pool_name else _outcomes(profile, line, caller)
    hit = next((number for number, outcome in outcomes.items() if isinstance(outcome, Matched)), 6)
    matched = outcomes.get(hit)
    trace = tuple(_trace(number, outcomes.get(number), hit) for number in QUESTIONS)
    if not isinstance(matched, Matched):
        return Route(rule=6, result=Result.DROP, line_id=line.id, trace=trace, timeout=line.timeout or profile.timeout)
    route = Route(
        rule=hit,
        result=Result.RING,
        line_id=line.id,
        trace=trace,
        timeout=line.timeout or _owner_timeout(matched) or profile.timeout,
        greeting=_greeting(profile, line, matched.owner),
        whisper=line.whisper_message,
        record=line.record_calls,
        disclosure=line.disclosure if line.record_calls and line.play_disclosure else "",
    )
    if matched.forward_to:
        return _forward(profile, line, caller, route, matched.forward_to, visited)
    return _ring(profile, route, line, caller, matched)


# The six rules ------------------------------------------------------------------------------

Outcome = Matched | str  # a match, or the sentence why the rule was skipped
OFF = "off"


def _outcomes(profile: PhoneProfile, line: LineConfig, caller: Caller) -> dict[int, Outcome]:
    switches = profile.switches
    return {
        1: _number_user(profile, line) if switches.ring_number_user else OFF,
        2: _contact_user(profile, caller) if switches.ring_contact_user else OFF,
        3: _ring_all(profile, line),
        4: _line_forward(line) if switches.forward_to_line_number else OFF,
        5: _business_forward(profile) if switches.forward_to_business else OFF,
    }


def _pool_outcomes(line: LineConfig) -> dict[int, Outcome]:
    skipped = f"Number pool “{line.pool_name}” always forwards to its own number."
    text = f"Number pool “{line.pool_name}” forwards to {display(line.pool_forward)}, whatever the switches say."
    return {1: skipped, 2: skipped, 3: skipped, 4: Matched(text, forward_to=line.pool_forward)}


def _number_user(profile: PhoneProfile, line: LineConfig) -> Outcome:
    if line.assigned_to is None:
        return "No one is assigned."
    return _person_rule(profile, line.assigned_to, "Assigned to {name}.")


def _contact_user(profile: PhoneProfile, caller: Caller) -> Outcome:
    if caller.number is None:
        return "The caller withheld their number."
    if caller.owner is None:
        return "The caller’s contact is not assigned to anyone." if caller.known else "The caller is not a contact yet."
    return _person_rule(profile, caller.owner, "The caller’s contact is assigned to {name}.")


def _person_rule(profile: PhoneProfile, person_id: int, sentence: str) -> Outcome:
    person = profile.people.get(person_id)
    if person is None or not person.current:
        return f"{person.name if person else 'The assigned user'} left the practice."
    reached, missing = person.usual_phones()
    return Matched(sentence.format(name=person.name), reached, missing, owner=person)


def _ring_all(profile: PhoneProfile, line: LineConfig) -> Outcome:
    if not line.ring_all:
        return "No one is selected."
    people = [profile.people[pk] for pk in line.ring_all if pk in profile.people and profile.people[pk].current]
    if not people:
        return "Everyone selected left the practice."
    reached: list[Destination] = []
    missing: list[Unreachable] = []
    for person in people:
        phones, gaps = person.ring_all_phones()
        reached += phones
        missing += gaps
    count = f"{len(people)} people" if len(people) > 1 else people[0].name
    return Matched(f"Yes. Rings {count} at the same time.", tuple(reached), tuple(missing))


def _line_forward(line: LineConfig) -> Outcome:
    if not line.forwarding_number:
        return "No forwarding number is set."
    return Matched(f"Forwards to {display(line.forwarding_number)}.", forward_to=line.forwarding_number)


def _business_forward(profile: PhoneProfile) -> Outcome:
    if not profile.company_phone:
        return "No Company Phone is set."
    return Matched(f"Forwards to {display(profile.company_phone)}.", forward_to=profile.company_phone)


# From a match to the phones that ring ---------------------------------------------------------


def _forward(
    profile: PhoneProfile, line: LineConfig, caller: Caller, route: Route, target: str, visited: tuple[str, ...]
) -> Route:
    own = profile.line_with(target)
    if own is None:
        phone = Destination(kind="number", address=target, label=display(target))
        return _ring(profile, route, line, caller, Matched("", (phone,)))
    if own.number in visited:
        words = "That is this number itself" if own.number == line.number else "Our own lines forward in a circle"
        return replace(route, result=Result.VOICEMAIL, why=f"{words}, so the caller goes to voicemail at once.")
    onward = _decide(profile, own, caller, (*visited, own.number))
    if onward.result is Result.DROP:
        onward = _caught(own, onward, route.greeting)
    return replace(
        onward,
        rule=route.rule,
        line_id=route.line_id,
        trace=route.trace,
        record=route.record or onward.record,
        disclosure=route.disclosure or onward.disclosure,
        onward=onward,
    )


def _caught(line: LineConfig, dropped: Route, greeting: str) -> Route:
    """A forwarding that matched does not drop the call, even if the line that it leads to has no rule for it."""
    *others, last = dropped.trace
    why = f"No rule of {line.name or display(line.number)} matches, so the caller goes to voicemail at once."
    trace = (*others, replace(last, why="The call does not drop, for it was forwarded."))
    return replace(dropped, result=Result.VOICEMAIL, trace=trace, why=why, greeting=greeting)


def _ring(profile: PhoneProfile, route: Route, line: LineConfig, caller: Caller, matched: Matched) -> Route:
    """Leave out the caller's own phone, our own lines and what the carrier cannot ring; screen outside phones."""
    gaps = list(matched.unreachable)
    ringing: dict[str, Destination] = {}
    for phone in matched.destinations:
        if caller.number and phone.address == caller.number:
            gaps.append(Unreachable(phone.label, "is the phone that is calling", phone.staff_id))
        elif profile.line_with(phone.address):
            gaps.append(Unreachable(phone.label, "is one of our own lines", phone.staff_id))
        else:
            screened = phone.kind == "number" and line.call_connect
            ringing.setdefault(phone.address, replace(phone, screened=screened))
    for phone in _too_many(ringing.values()):
        gaps.append(Unreachable(phone.label, f"is left out: {MAX_LEGS} phones ring at once", phone.staff_id))
        del ringing[phone.address]
    why = "" if ringing else "Nobody can be reached, so the caller goes to voicemail at once."
    result = Result.RING if ringing else Result.VOICEMAIL
    return replace(route, result=result, destinations=tuple(ringing.values()), unreachable=tuple(gaps), why=why)


def _too_many(phones: Iterable[Destination]) -> list[Destination]:
    """What one <Dial> cannot hold: nobody's second phone rings while somebody's first does not. Screened phones do
    not count, for they are calls of their own (services/hub)."""
    turns: Counter[int | None] = Counter()
    by_turn: list[tuple[int, Destination]] = []
    for phone in phones:
        if not phone.screened:
            by_turn.append((turns[phone.staff_id], phone))
            turns[phone.staff_id] += 1
    by_turn.sort(key=lambda place: place[0])
    return [phone for _, phone in by_turn[MAX_LEGS:]]


def _owner_timeout(matched: Matched) -> int | None:
    return matched.owner.timeout if matched.owner else None


def _greeting(profile: PhoneProfile, line: LineConfig, owner: Person | None) -> str:
    """Token of the greeting that plays; empty for the spoken default. A user rule prefers the user's own."""
    return (owner.greeting if owner else "") or line.greeting or profile.greeting


def _trace(number: int, outcome: Outcome | None, hit: int) -> RuleTrace:
    question = QUESTIONS[number]
    if number == 6:
        reached = hit == 6
        text = "The call drops immediately." if reached else "The call would drop immediately."
        return RuleTrace(6, question, Status.MATCHED if reached else Status.NOT_REACHED, text)
    if number > hit:
        return RuleTrace(number, question, Status.NOT_REACHED, _would(number, outcome, hit))
    if outcome == OFF:
        return RuleTrace(number, question, Status.OFF, f"“{SWITCH_NAMES[number]}” is off in Advanced Settings.")
    if isinstance(outcome, Matched):
        return RuleTrace(number, question, Status.MATCHED, outcome.text)
    return RuleTrace(number, question, Status.SKIPPED, outcome or "Not used.")


def _would(number: int, outcome: Outcome | None, hit: int) -> str:
    """What a rule after the match would have said: shown, but not used."""
    if outcome == OFF:
        return f"“{SWITCH_NAMES[number]}” is off, and rule {hit} matched first."
    if isinstance(outcome, Matched):
        return f"{display(outcome.forward_to) or outcome.text.rstrip('.')} is set, but rule {hit} matched first."
    return outcome or "Not used."
