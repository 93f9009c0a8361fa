"""One cell of a record: as people read it, as a spreadsheet keeps it, as a program reads it."""

import datetime as dt
from decimal import Decimal

from django.utils.formats import date_format, time_format

from aesthetix.lib.cells import as_cell
from contacts.whole_record.parts import Cell


def in_words(cell: Cell, tz: dt.tzinfo) -> str:
    """`Nov 16, 2026, 10:00 AM` on the practice's wall clock, `yes`, `no`, nothing."""
    if isinstance(cell, dt.datetime):
        return date_format(cell.astimezone(tz), "M j, Y, g:i A")
    if isinstance(cell, dt.date):
        return date_format(cell, "M j, Y")
    if isinstance(cell, dt.time):
        return time_format(cell, "g:i A")
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return "" if cell is None else str(cell)


def for_programs(cell: Cell, tz: dt.tzinfo) -> str | int | bool | None:
    """As JSON has it: moments and days in ISO 8601, moments with the practice's offset."""
    if isinstance(cell, dt.datetime):
        return cell.astimezone(tz).isoformat()
    if isinstance(cell, dt.date | dt.time):
        return cell.isoformat()
    return str(cell) if isinstance(cell, Decimal) else cell


def for_spreadsheets(cell: Cell, tz: dt.tzinfo) -> str:
    if isinstance(cell, str):
        return as_cell(cell)
    if isinstance(cell, bool):
        return in_words(cell, tz)
    said = for_programs(cell, tz)
    return "" if said is None else str(said)
