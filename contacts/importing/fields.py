"""Columns that become fields of the practice's own: `field-12`, by its id. A cell is read as exports write it."""

import contextlib
import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError

from contacts.custom_fields import Stored, ask_for, kind_of, to_stored
from contacts.importing.parsing import DATES, NO, YES, BadRow
from contacts.importing.targets import PREFIX
from contacts.models import CustomField
from contacts.services.custom_fields import fields_of

Own = Mapping[str, CustomField]


def own_targets(practice: Any) -> dict[str, CustomField]:
    """Target → field; files are in no cell."""
    return {f"{PREFIX}{field.pk}": field for field in fields_of(practice) if not kind_of(field).rows}


def read_cells(cells: Iterable[str], targets: Iterable[str], own: Own, dates: str) -> dict[int, Stored]:
    """Field id → what the row says there; a blank cell says nothing. Raises BadRow."""
    said = {}
    for cell, target in zip(cells, targets, strict=False):
        if cell and target.startswith(PREFIX):
            if target not in own:
                raise BadRow("A column becomes a field that is archived meanwhile.")
            said[own[target].pk] = _read(own[target], cell, dates)
    return said


def _read(field: CustomField, cell: str, dates: str) -> Stored:
    try:
        return to_stored(field, ask_for(field, required=False).clean(READ.get(field.kind, _plain)(field, cell, dates)))
    except (ValidationError, ValueError) as error:
        raise BadRow(f"{field.name}: “{cell[:60]}” is not what this field holds.") from error


def _plain(field: CustomField, cell: str, dates: str) -> Any:
    return cell


def _number(field: CustomField, cell: str, dates: str) -> Any:
    """`$1,234.50`, `-$3`."""
    return cell.replace("$", "").replace(",", "").replace(" ", "")


def _day(field: CustomField, cell: str, dates: str) -> Any:
    cleaned = " ".join(cell.replace(",", " ").split())
    for form in DATES[dates]:
        try:
            return dt.datetime.strptime(cleaned, form).date()
        except ValueError:
            continue
    raise ValueError(cell)


def _yes_or_no(field: CustomField, cell: str, dates: str) -> Any:
    if (word := cell.casefold()) in YES | NO:
        return "yes" if word in YES else "no"
    raise ValueError(cell)


def _option(field: CustomField, cell: str, dates: str) -> Any:
    """By its label, in any case."""
    offered = {one["label"].casefold(): one["id"] for one in field.options if not one.get("gone")}
    if cell.casefold() not in offered:
        raise ValueError(cell)
    return offered[cell.casefold()]


def _options(field: CustomField, cell: str, dates: str) -> Any:
    """One label, or several between `;`, line ends or, as our exports have them, commas."""
    with contextlib.suppress(ValueError):
        return [_option(field, cell, dates)]
    labels = re.split(r"[;\n]" if ";" in cell or "\n" in cell else ",", cell)
    return [_option(field, label.strip(), dates) for label in labels if label.strip()]


READ: Mapping[str, Callable[[CustomField, str, str], Any]] = {
    "number": _number,
    "money": _number,
    "date": _day,
    "checkbox": _yes_or_no,
    "dropdown": _option,
    "multi_select": _options,
}
