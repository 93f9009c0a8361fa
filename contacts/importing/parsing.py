"""One row of the file as the facts of a contact, or the sentence on why it cannot be."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from aesthetix.lib.phone import to_e164
from contacts.custom_fields import Stored
from contacts.importing.reading import LONGEST_CELL
from contacts.importing.targets import PREFIX

MOST_NUMBERS = 6  # as on the form
LONGEST = {"first_name": 80, "last_name": 80, "lead_source": 80, "alert": 160}
YES, NO = {"yes", "y", "true", "1", "x", "agreed"}, {"no", "n", "false", "0", "refused"}
CHANNELS = {"text": "text", "mail": "email", "call": "call"}
DATES = {
    "mdy": ("%Y-%m-%d", "%m/%d/%Y", "%m-%d-%Y", "%m/%d/%y", "%b %d %Y", "%B %d %Y"),
    "dmy": ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%d/%m/%y", "%d %b %Y", "%d %B %Y"),
}


class BadRow(ValueError):
    """Why this row is skipped, for staff."""


@dataclass
class Parsed:
    """`fields` holds only what the row says: a blank cell says nothing and erases nothing."""

    fields: dict[str, Any] = field(default_factory=dict)
    numbers: list[tuple[str, str]] = field(default_factory=list)  # (E.164, label)
    tags: list[str] = field(default_factory=list)
    consents: dict[str, bool] = field(default_factory=dict)
    assignee: str = ""
    own: dict[int, Stored] = field(default_factory=dict)  # by the id of a field of the practice's own


def parse(cells: Sequence[str], targets: Sequence[str], *, dates: str, today: dt.date) -> Parsed:
    """Raises BadRow."""
    row = Parsed()
    for cell, target in zip(cells, targets, strict=False):
        if len(cell) > LONGEST_CELL:
            raise BadRow(f"A cell has more than {LONGEST_CELL:,} characters.")
        if cell and target and not target.startswith(PREFIX):
            _read(row, target, cell, dates, today)
    if len(cells) > len(targets):
        raise BadRow("The row has more cells than the file has columns.")
    if len(row.numbers) > MOST_NUMBERS:
        raise BadRow(f"A contact has at most {MOST_NUMBERS} numbers.")
    if not (row.numbers or any(row.fields.get(name) for name in ("first_name", "last_name", "email"))):
        raise BadRow("Neither a name nor a number nor an email.")
    return row


def _read(row: Parsed, target: str, cell: str, dates: str, today: dt.date) -> None:
    if target in ("mobile", "home", "work"):
        row.numbers += [(number, target) for number in map(_number, _parts(cell)) if _is_new(row, number)]
    elif target == "tags":
        row.tags += [_within(tag, 40, "tag") for tag in _parts(cell)]
    elif target in CHANNELS:
        row.consents[CHANNELS[target]] = _answer(cell)
    elif target == "assigned_to":
        row.assignee = cell
    elif target == "full_name":
        row.fields |= _names(cell)
    elif target == "birthday":
        row.fields["birthday"] = _birthday(cell, dates, today)
    elif target == "email":
        row.fields["email"] = _email(cell)
    else:
        row.fields[target] = _within(cell, LONGEST[target], target.replace("_", " "))


def _parts(cell: str) -> list[str]:
    return [part.strip() for part in re.split(r"[;,\n]", cell) if part.strip()]


def _is_new(row: Parsed, number: str) -> bool:
    return number not in [known for known, _ in row.numbers]


def _number(text: str) -> str:
    number = to_e164(text)
    if number is None:
        raise BadRow(f"“{text[:40]}” is not a telephone number.")
    return number


def _within(text: str, most: int, what: str) -> str:
    if len(text) > most:
        raise BadRow(f"The {what} has more than {most} characters.")
    return text


def _answer(cell: str) -> bool:
    if (word := cell.casefold()) in YES | NO:
        return word in YES
    raise BadRow(f"“{cell[:40]}” is neither yes nor no.")


def _names(cell: str) -> Mapping[str, str]:
    """`Park, Grace` or `Grace Park`."""
    last, comma, first = (part.strip() for part in cell.partition(","))
    if not comma:
        first, _, last = cell.rpartition(" ") if " " in cell else (cell, "", "")
    return {"first_name": _within(first.strip(), 80, "first name"), "last_name": _within(last, 80, "last name")}


def _email(cell: str) -> str:
    try:
        validate_email(cell)
    except ValidationError as error:
        raise BadRow(f"“{cell[:60]}” is not an email address.") from error
    return _within(cell, 254, "email")


def _birthday(cell: str, dates: str, today: dt.date) -> dt.date:
    cleaned = " ".join(cell.replace(",", " ").split())
    for form in DATES[dates]:
        try:
            day = dt.datetime.strptime(cleaned, form).date()
        except ValueError:
            continue
        if form.endswith("%y") and day > today:
            day = day.replace(year=day.year - 100)
        if dt.date(1900, 1, 1) <= day <= today:
            return day
        raise BadRow(f"The birthday {cell[:20]} lies before 1900 or in the future.")
    raise BadRow(f"“{cell[:20]}” is not a date.")
