"""The `expect:` part of a call script: what was wanted, and whether a finding meets it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from aesthetix.lib.phone import to_e164
from telephony.rehearsal import words
from telephony.rehearsal.reading import Place

RULES = ("number_user", "contact_user", "ring_all", "line_forwarding", "business_phone", "no_match")
STATUSES = ("matched", "skipped", "off", "not_reached")
NONE = "none"  # in scripts and in differences: no texts, no contact, nobody
THREAD_KINDS = ("call", "voicemail", "text in", "text out", "text withheld", "system")


@dataclass(frozen=True)
class Exactly:
    value: Any

    def fits(self, found: Any) -> bool:
        return bool(found == self.value)

    def __str__(self) -> str:
        return _shown(self.value)


@dataclass(frozen=True)
class Contains:
    """Every part occurs in the text, or in one of the texts."""

    parts: tuple[str, ...]

    def fits(self, found: Any) -> bool:
        texts = [found] if isinstance(found, str) else list(found or [])
        if not self.parts:
            return not texts
        return all(any(part.casefold() in text.casefold() for text in texts) for part in self.parts)

    def __str__(self) -> str:
        if not self.parts:
            return NONE
        return "something with " + ", ".join(f"“{part}”" for part in self.parts)


@dataclass(frozen=True)
class InOrder:
    """As many texts as parts, each with its part."""

    parts: tuple[str, ...]

    def fits(self, found: Any) -> bool:
        texts = list(found or [])
        return len(texts) == len(self.parts) and all(
            part.casefold() in text.casefold() for part, text in zip(self.parts, texts, strict=True)
        )

    def __str__(self) -> str:
        if not self.parts:
            return NONE
        return f"{len(self.parts)} in this order: " + ", ".join(f"“{part}”" for part in self.parts)


@dataclass(frozen=True)
class Some:
    """Anything but nothing (`yes`), or nothing (`no`)."""

    wanted: bool

    def fits(self, found: Any) -> bool:
        return bool(found) == self.wanted

    def __str__(self) -> str:
        return "yes" if self.wanted else "no"


@dataclass(frozen=True)
class Holds:
    """The named keys of a mapping have these values; others do not matter."""

    values: dict[str, Any]

    def fits(self, found: Any) -> bool:
        return all((found or {}).get(key) == value for key, value in self.values.items())

    def __str__(self) -> str:
        return _shown(self.values)


Wanted = Exactly | Contains | InOrder | Some | Holds


@dataclass(frozen=True)
class Expected:
    """One expectation: the path in the script, its line, and what was wanted."""

    path: tuple[str | int, ...]
    line: int
    wanted: Wanted

    @property
    def where(self) -> str:
        return ".".join(str(part) for part in self.path)


def _shown(value: Any) -> str:
    if isinstance(value, frozenset | set):
        return ", ".join(sorted(map(str, value))) or "nobody"
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_shown(one)}" for key, one in value.items()) or NONE
    if isinstance(value, list | tuple):
        return ", ".join(map(_shown, value)) or NONE
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if value not in ("", None) else NONE


def shown(found: Any) -> str:
    """A finding as a person reads it."""
    return _shown(found)


# Readers: from a place in the script to what is wanted there -------------------------------------


def _text(place: Place) -> Wanted:
    word = place.text()
    return Exactly("" if word == NONE else word)


def _is_none(place: Place) -> bool:
    return not place.is_list and place.text().lower() in {NONE, "nobody", "nothing"}


def _texts(place: Place) -> tuple[str, ...]:
    return () if _is_none(place) else tuple(item.text() for item in place.items())


def _contains(place: Place) -> Wanted:
    return Contains(_texts(place))


def _yes_or_contains(place: Place) -> Wanted:
    return Some(place.flag()) if not place.is_list and place.is_flag else Contains(_texts(place))


def _count(place: Place) -> Wanted:
    return Exactly(place.whole())


def _rang(place: Place) -> Wanted:
    return Exactly(frozenset(to_e164(name) or name for name in _texts(place)))


def _trace(place: Place) -> Wanted:
    return Holds({rule: status.one_of(*STATUSES) for rule, status in place.fields(*RULES).items()})


def _voicemail(place: Place) -> Wanted:
    return Some(place.flag()) if place.is_flag else Exactly(place.read(words.seconds))


CALL: dict[str, Callable[[Place], Wanted]] = {
    "rule": lambda place: Exactly(place.one_of(*RULES)),
    "trace": _trace,
    "rang": _rang,
    "unreachable": _contains,
    "outcome": lambda place: Exactly(place.one_of("answered", "missed", "dropped", "none")),
    "reason": _text,
    "answered_by": _text,
    "voicemail": _voicemail,
    "greeting": lambda place: Exactly(place.one_of("staff", "line", "practice", "spoken", "none")),
    "disclosure": _yes_or_contains,
    "whisper": _yes_or_contains,
    "recorded": lambda place: Some(place.flag()),
    "heard": _contains,
    "contact": _text,
    "lead_source": _text,
    "line": _text,
    "shown": _rang,
    "rang_for": lambda place: Exactly(place.read(words.seconds)),
}


def _bodies(place: Place) -> Wanted:
    """How many texts, or what each of them contains."""
    is_count = not place.is_list and place.text().isdigit()
    return Exactly(place.whole()) if is_count else InOrder(_texts(place))


def _kinds(place: Place) -> Wanted:
    kinds = [] if _is_none(place) else [item.one_of(*THREAD_KINDS) for item in place.items()]
    return Exactly(tuple(kinds))


def _sentences(place: Place) -> Wanted:
    is_count = not place.is_list and place.text().isdigit()
    return Exactly(place.whole()) if is_count else Contains(_texts(place))


def _errors(place: Place) -> Wanted:
    return Exactly(() if _is_none(place) else tuple(sorted(item.whole() for item in place.items())))


BY_PERSON = {"texts": _bodies, "withheld": _contains, "thread": _kinds}
OVERALL: dict[str, Callable[[Place], Wanted]] = {
    "contacts_created": _count,
    "calls_logged": _count,
    "runs": _count,
    "alerts": _sentences,
    "refused": _contains,
    "errors": _errors,
    "app_errors": _sentences,
}


def read_expectations(place: Place | None, calls: int) -> tuple[Expected, ...]:
    """The carrier's error log and our own have to be empty unless `errors` and `app_errors` say otherwise."""
    found = place.fields("calls", *BY_PERSON, *OVERALL) if place else {}
    answer = [one for item in _call_items(found, calls) for one in item]
    for key, reader in BY_PERSON.items():
        people = found[key].entries() if key in found else {}
        answer += [Expected((key, to_e164(who) or who), at.line, reader(at)) for who, at in people.items()]
    answer += [Expected((key,), found[key].line, reader(found[key])) for key, reader in OVERALL.items() if key in found]
    for key, nothing in (("errors", Exactly(())), ("app_errors", Exactly(0))):
        if key not in found:
            answer.append(Expected((key,), place.line if place else 1, nothing))
    return tuple(answer)


def _call_items(found: dict[str, Place], calls: int) -> Iterator[list[Expected]]:
    items = list(found["calls"].items()) if "calls" in found else []
    if len(items) > calls:
        raise items[calls].wrong(f"the script places {calls} calls only")
    for position, item in enumerate(items, start=1):
        fields = item.fields(*CALL)
        yield [Expected(("calls", position, key), at.line, CALL[key](at)) for key, at in fields.items()]
