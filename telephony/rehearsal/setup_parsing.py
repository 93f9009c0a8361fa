"""The `setup:` part of a call script."""

import datetime as dt
import zoneinfo
from typing import Any

from aesthetix.lib.phone import to_e164
from telephony.rehearsal import words
from telephony.rehearsal.reading import Place
from telephony.rehearsal.script import ContactSetup, LineSetup, PoolSetup, PracticeSetup, Setup, StaffSetup

SWITCHES = ("ring_number_user", "ring_contact_user", "forward_to_line_number", "forward_to_business")


def read_setup(place: Place) -> Setup:
    found = place.fields("practice", "switches", "staff", "pools", "lines", "contacts", "workflows")
    setup = Setup(
        practice=_practice(found["practice"]) if "practice" in found else PracticeSetup(),
        switches=_switches(found["switches"]) if "switches" in found else {},
        staff=_named(found.get("staff"), _staff),
        pools=_named(found.get("pools"), _pool),
        lines=_named(found.get("lines"), _line),
        contacts=_named(found.get("contacts"), _contact),
        workflows=_workflows(found["workflows"]) if "workflows" in found else {},
    )
    _check_names(found, setup)
    return setup


def number(text: str) -> str:
    e164 = to_e164(text)
    if e164 is None:
        raise ValueError("a telephone number such as +16025550147")
    return e164


def _named(place: Place | None, read: Any) -> tuple[Any, ...]:
    return tuple(read(name, entry) for name, entry in place.entries().items()) if place else ()


def _switches(place: Place) -> dict[str, bool]:
    return {name: value.flag() for name, value in place.fields(*SWITCHES).items()}


def _values(place: Place, **readers: Any) -> dict[str, Any]:
    """The fields that stand here, each through its reader."""
    if place.is_empty:
        return {}
    return {name: readers[name](value) for name, value in place.fields(*readers).items()}


def _numbers(place: Place) -> tuple[str, ...]:
    return tuple(dict.fromkeys(item.read(number) for item in place.items()))


def _words(place: Place) -> tuple[str, ...]:
    return tuple(item.text() for item in place.items())


def _number(place: Place) -> str:
    return place.read(number)


def _seconds(place: Place) -> int:
    return place.read(words.seconds)


def _practice(place: Place) -> PracticeSetup:
    return PracticeSetup(
        **_values(
            place,
            name=Place.text,
            company_phone=_number,
            time_zone=lambda p: p.read(_time_zone),
            incoming_timeout=_seconds,
            greeting=Place.flag,
            text_back_toggle=Place.flag,
            hours=_hours,
            holidays=_holidays,
        )
    )


def _hours(place: Place) -> tuple[tuple[int, dt.time, dt.time], ...]:
    found = []
    for days, shifts in place.entries().items():
        try:
            weekdays = words.weekdays(days)
        except ValueError as error:
            raise shifts.wrong(f"“{days}” is not understood", str(error)) from None
        if not shifts.is_list and shifts.text().lower() == "closed":
            continue
        spans = [shift.read(words.interval) for shift in shifts.items()]
        found += [(day, opens, closes) for day in weekdays for opens, closes in spans]
    return tuple(dict.fromkeys(found))


def _holidays(place: Place) -> tuple[dt.date, ...]:
    return tuple(dict.fromkeys(item.read(_date) for item in place.items()))


def _time_zone(text: str) -> str:
    if text not in zoneinfo.available_timezones():
        raise ValueError("a time zone such as America/Phoenix")
    return text


def _date(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise ValueError("a date such as 2026-11-26") from None


def _staff(name: str, place: Place) -> StaffSetup:
    return StaffSetup(
        name=name,
        **_values(
            place,
            role=lambda p: p.one_of("admin", "staff"),
            access=lambda p: p.one_of("all", "assigned"),
            web_app=Place.flag,
            mobile_app=Place.flag,
            personal_number=_number,
            incoming_timeout=_seconds,
            greeting=Place.flag,
            ring_all_channel=lambda p: p.one_of("web", "mobile", "personal", "all"),
            left=Place.flag,
            elsewhere=Place.flag,
        ),
    )


def _pool(name: str, place: Place) -> PoolSetup:
    return PoolSetup(name=name, **_values(place, forwarding_number=_number, lead_source=Place.text))


def _line(name: str, place: Place) -> LineSetup:
    values = _values(
        place,
        number=_number,
        assigned_to=Place.text,
        ring_all=_words,
        forwarding_number=Place.text,
        incoming_timeout=_seconds,
        call_connect=Place.flag,
        whisper_message=Place.text,
        record_calls=Place.flag,
        play_disclosure=Place.flag,
        disclosure=Place.text,
        greeting=Place.flag,
        default_outbound=Place.flag,
        lead_source=Place.text,
        pool=Place.text,
    )
    if "number" not in values:
        raise place.wrong("a line needs its number", "number")
    return LineSetup(name=name, **values)


def _contact(name: str, place: Place) -> ContactSetup:
    return ContactSetup(
        name=name,
        **_values(
            place,
            numbers=_numbers,
            assigned_to=Place.text,
            tags=_words,
            last_contact=lambda p: p.read(words.local_time),
        ),
    )


def _workflows(place: Place) -> dict[str, Any]:
    """Each workflow `on`, `off`, or what it has of its own; the workflows' room knows what to do with it."""
    return {name: _workflow(value) if value.is_mapping else value.flag() for name, value in place.entries().items()}


def _workflow(place: Place) -> dict[str, Any]:
    return _values(
        place,
        hours=lambda p: p.one_of("inside", "outside", "any"),
        lines=_words,
        tags=_words,
        without_tags=_words,
        cool_off=_seconds,
        wait=_seconds,
        text=Place.text,
        adds_tag=Place.text,
    )


def _check_names(found: dict[str, Place], setup: Setup) -> None:
    """A name that nobody has is a typing mistake, found here rather than as an odd result."""
    staff = {person.name for person in setup.staff}
    pools = {pool.name for pool in setup.pools}
    lines = {line.name for line in setup.lines}
    for line in setup.lines:
        place = found["lines"].entries()[line.name]
        for who in (line.assigned_to, *line.ring_all):
            _check(place, who, staff, "setup.staff")
        _check(place, line.pool, pools, "setup.pools")
        if not to_e164(line.forwarding_number):
            _check(place, line.forwarding_number, lines, "setup.lines, nor a number")
    for name, workflow in setup.workflows.items():
        for line_name in workflow.get("lines", ()) if isinstance(workflow, dict) else ():
            _check(found["workflows"].entries()[name], line_name, lines, "setup.lines")
    # Without staff of its own the script may be meant for a practice's: staging.py knows them.
    for contact in setup.contacts if "staff" in found else ():
        _check(found["contacts"].entries()[contact.name], contact.assigned_to, staff, "setup.staff")


def _check(place: Place, name: str, known: set[str], where: str) -> None:
    if name and name not in known:
        raise place.wrong(f"“{name}” is not in {where}")
