"""Merge fields in texts: `{{ contact.first_name | default: "there" }}`.

Liquid with only what a text needs: conditions and a few filters, no loops and nothing that could
multiply text, so that no template can keep a worker busy. Templates see plain values, never objects.
"""

import difflib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Protocol

from liquid import Environment
from liquid.exceptions import LiquidError

from aesthetix.lib import phone

MAX_LENGTH = 1600  # what a carrier takes as one text, in ten segments

# The fields that exist, each with an example for the builder.
FIELDS = {
    "contact.first_name": "Grace",
    "contact.last_name": "Park",
    "contact.name": "Grace Park",
    "practice.name": "Glow Med Spa",
    "practice.phone": "(602) 555-0190",
    "line.name": "Main line",
    "line.number": "(602) 555-0191",
    "staff.first_name": "Priya",
    "staff.name": "Priya Nair",
}
# A practice's own fields have its unique key for a name: `contact.custom.skin_type`.
CUSTOM = "contact.custom."
TAGS = {"content", "output", "illegal", "if", "unless", "case", "comment", "#"}
FILTERS = {
    "default", "capitalize", "upcase", "downcase", "strip", "truncate", "truncatewords", "append", "prepend",
}  # fmt: skip

Context = dict[str, dict[str, Any]]


class MergeError(ValueError):
    """A text that cannot be merged. The message is for staff."""


class _Environment(Environment):
    output_stream_limit = 4 * MAX_LENGTH
    loop_iteration_limit = 1
    context_depth_limit = 5
    block_nesting_limit = 5


class Person(Protocol):
    @property
    def name(self) -> str: ...


class ContactLike(Person, Protocol):
    first_name: str
    last_name: str


class PracticeLike(Protocol):
    name: str
    company_phone: str


class LineLike(Protocol):
    name: str
    number: str


def build_context(
    *,
    contact: ContactLike,
    practice: PracticeLike,
    line: LineLike | None,
    staff: Person | None,
    custom: Mapping[str, str] | None = None,
) -> Context:
    """The values of all fields. `staff` is the person to whom the contact is assigned; `custom`: unique key → words."""
    staff_name = staff.name if staff else ""
    names = {"first_name": contact.first_name, "last_name": contact.last_name, "name": contact.name}
    return {
        "contact": {**names, "custom": dict(custom or {})},
        "practice": {"name": practice.name, "phone": phone.display(practice.company_phone)},
        "line": {"name": line.name if line else "", "number": phone.display(line.number) if line else ""},
        "staff": {"first_name": staff_name.split(" ")[0], "name": staff_name},
    }


def render(text: str, context: Context) -> str:
    """The text with its fields filled in; a field without a value becomes nothing.

    Raises MergeError when the text cannot be read as a template, or grows too long.
    """
    try:
        return str(_environment().from_string(text).render(**context)).strip()
    except LiquidError as error:
        raise MergeError(_say(error)) from error


def wants_custom(text: str) -> bool:
    """Whether a text may name fields of the practice's own, whose values cost a query."""
    return "custom" in text


def check(text: str, custom: Iterable[str] = ()) -> list[str]:
    """What is wrong with a text, as sentences for staff; empty when it can be sent. `custom`: the unique keys that
    the practice has."""
    if len(text) > MAX_LENGTH:
        return [f"The text has {len(text)} characters; a text can have {MAX_LENGTH}."]
    try:
        found = _environment().from_string(text).analyze()
    except LiquidError as error:
        return [_say(error)]
    problems = [_unknown_filter(name) for name in found.filters if name not in FILTERS]
    names = {_path(variable.segments) for group in found.globals.values() for variable in group}
    offered = [*FIELDS, *(f"{CUSTOM}{key}" for key in custom)]
    problems += [_unknown_field(name, offered) for name in sorted(names - set(offered))]
    return problems or _try_out(text)


def example() -> Context:
    """The values of all fields for an invented patient."""
    context: Context = {}
    for field, value in FIELDS.items():
        group, _, name = field.partition(".")
        context.setdefault(group, {})[name] = value
    return context


def _try_out(text: str) -> list[str]:
    """Filters check their arguments only when they run."""
    try:
        render(text, example())
    except MergeError as error:
        return [str(error)]
    return []


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = _Environment()
    for name in set(environment.tags) - TAGS:
        del environment.tags[name]
    for name in set(environment.filters) - FILTERS:
        del environment.filters[name]
    return environment


def _path(segments: Iterable[Any]) -> str:
    return ".".join(segment if isinstance(segment, str) else "[…]" for segment in segments)


def _unknown_field(name: str, offered: list[str]) -> str:
    last = [field for field in offered if field.endswith(f".{name}")]
    near = last or difflib.get_close_matches(name, offered, n=1, cutoff=0.5)
    hint = f" Did you mean {near[0]}?" if near else ""
    return f"There is no merge field “{name}”.{hint} The fields are: {', '.join(offered)}."


def _unknown_filter(name: str) -> str:
    return f"There is no filter “{name}”. The filters are: {', '.join(sorted(FILTERS))}."


def _say(error: LiquidError) -> str:
    what = str(getattr(error, "message", "") or error).rstrip(".")
    return f"The merge fields cannot be read: {what}."
