"""A route in words for people: the same for unsaved settings, for the Phone Lab and for a call that was."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from aesthetix.practices.hours import is_open
from aesthetix.practices.models import BusinessHours, Holiday, Practice
from contacts.models import Contact
from telephony.models import Greeting
from telephony.profile import Caller, LineConfig, PhoneProfile
from telephony.route import Destination, Result, Route, RuleTrace, Status, Unreachable
from telephony.services.after_miss import MissedCall, Sentence, foretell


@dataclass(frozen=True)
class Phone:
    """A phone that rings, or one that cannot and why, with the page that repairs it."""

    text: str
    rings: bool
    fix_url: str = ""


@dataclass(frozen=True)
class Step:
    """One rule of the trace. `tone` is the list item's class, `kind` and `icon` its status."""

    number: int
    question: str
    answer: str
    tone: str
    kind: str
    status: str
    icon: str
    is_match: bool = False
    link: str = ""
    phones: tuple[Phone, ...] = ()
    onward: "Explanation | None" = None


@dataclass(frozen=True)
class Explanation:
    """`then` is what follows when nobody answers, under the heading `when`."""

    line_name: str
    steps: tuple[Step, ...]
    drops: bool
    when: str = ""
    then: tuple[Sentence, ...] = ()
    is_open: bool | None = None


LOOKS = {
    Status.MATCHED: ("is-hit", "ok", "Call goes here", "check"),
    Status.OFF: ("is-off", "mute", "Off", "toggle-left"),
    Status.SKIPPED: ("is-skip", "mute", "Skipped", ""),
    Status.NOT_REACHED: ("is-rest", "mute", "Not reached", ""),
}
RESULTS = {
    Result.DROP: ("is-drop", "bad", "Call drops", "phone-off"),
    Result.VOICEMAIL: ("is-vm", "warn", "Voicemail at once", "voicemail"),
}


def explain_trace(route: Route, line_name: str, fixes: bool = True) -> Explanation:
    """The six rules as they stood. `fixes`: with links to the settings, for people who may open them."""
    steps = tuple(_step(rule, route, fixes) for rule in route.trace)
    return Explanation(line_name=line_name, steps=steps, drops=route.result is Result.DROP)


def foresee(
    practice: Practice,
    profile: PhoneProfile,
    route: Route,
    *,
    caller: Caller,
    contact: Contact | None,
    at: dt.datetime,
) -> Explanation:
    """A route that would be taken at `at`, with what follows when nobody answers."""
    line = profile.lines[route.line_id]
    told = explain_trace(route, line.name)
    missed = MissedCall(practice, line.id, at, contact=contact, withheld=caller.number is None)
    then = (*_voicemail(practice, profile, line, route), *foretell(missed), _inbox(route, contact, caller))
    return Explanation(
        line_name=told.line_name,
        steps=told.steps,
        drops=told.drops,
        when=_when(route),
        then=then,
        is_open=_open_at(practice, at),
    )


def line_warnings(line: LineConfig) -> dict[str, str]:
    """What can be saved, but should be known: field → sentence."""
    warnings = {}
    if line.timeout and line.timeout > 20:
        warnings["incoming_timeout"] = "Over 20 seconds the carrier’s own voicemail may answer first."
    if line.record_calls and not (line.play_disclosure and line.disclosure):
        warnings["record_calls"] = (
            "Callers are not told that they are recorded. Most U.S. states require it: turn on the message below."
        )
    if line.forwarding_number and not line.call_connect and not line.pool_name:
        warnings["call_connect"] = (
            "Without Call Connect a voicemail or phone tree at the forwarding number counts as answered, "
            "and no text-back is sent."
        )
    return warnings


def _step(rule: RuleTrace, route: Route, fixes: bool) -> Step:
    is_hit = rule.status is Status.MATCHED
    tone, kind, status, icon = RESULTS.get(route.result, LOOKS[rule.status]) if is_hit else LOOKS[rule.status]
    link = reverse("telephony:voice_calls") if fixes and rule.status is Status.OFF else ""
    phones = tuple(_phones(route.destinations, route.unreachable, fixes)) if is_hit and not route.onward else ()
    onward = None
    if is_hit and route.onward:
        onward = explain_trace(route.onward, "", fixes)
    answer = f"{rule.why} {route.why}".strip() if is_hit else rule.why
    return Step(rule.number, rule.question, answer, tone, kind, status, icon, is_hit, link, phones, onward)


def _phones(reached: Iterable[Destination], missing: Iterable[Unreachable], fixes: bool) -> Iterable[Phone]:
    for phone in reached:
        screened = ", must press a key to accept" if phone.screened else ""
        yield Phone(f"{phone.label}{screened}", rings=True)
    for gap in missing:
        fix = reverse("practices:staff_edit", args=[gap.staff_id]) if fixes and gap.staff_id else ""
        yield Phone(f"{gap.label} {gap.reason}", rings=False, fix_url=fix)


def _when(route: Route) -> str:
    if route.result is Result.DROP:
        return "After the call has dropped"
    if route.result is Result.VOICEMAIL:
        return "Nobody can be reached, so at once"
    return f"If no one answers in {route.timeout} seconds"


def _voicemail(practice: Practice, profile: PhoneProfile, line: LineConfig, route: Route) -> list[Sentence]:
    if route.result is Result.DROP:
        return [
            Sentence("bell", "Admins get an alert", "The caller hears nothing and leaves no voicemail.", is_gap=True)
        ]
    if not route.greeting:
        return [Sentence("voicemail", "Voicemail greeting plays", "The spoken default: no file is uploaded.")]
    greeting = Greeting.objects.for_practice(practice).filter(token=route.greeting).first()
    name = greeting.name if greeting else "A greeting"
    return [Sentence("voicemail", "Voicemail greeting plays", f"{name}, {_whose(profile, line, route.greeting)}.")]


def _whose(profile: PhoneProfile, line: LineConfig, token: str) -> str:
    person = next((person for person in profile.people.values() if person.greeting == token), None)
    if person:
        return f"{person.name}’s own"
    return "this number’s own" if line.greeting == token else "from Business Profile"


def _inbox(route: Route, contact: Contact | None, caller: Caller) -> Sentence:
    title = "Shows as a missed call in Inbox, Calls"
    if caller.number is None:
        return Sentence("inbox", title, "As an anonymous call, for everyone with access to all data.")
    if contact is None:
        return Sentence("inbox", title, "A contact is created for the number.")
    return Sentence("inbox", title, f"In {contact.name or 'the caller'}’s conversation.")


def _open_at(practice: Practice, at: dt.datetime) -> bool | None:
    """Whether the practice is open then; None where no hours are entered."""
    shifts = list(BusinessHours.objects.for_practice(practice))
    if not shifts:
        return None
    holidays = set(Holiday.objects.for_practice(practice).values_list("date", flat=True))
    return is_open(shifts, holidays, practice.tz, at)
