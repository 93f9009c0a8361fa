"""Where a list goes on: the time and id of the last row shown, as a word for an address or a form."""

import datetime as dt

Cursor = tuple[dt.datetime, int]


def read_cursor(raw: str) -> Cursor | None:
    """`1763312400000000-42` → time and id; None for anything else."""
    micros, _, pk = raw.partition("-")
    if not (micros.isdecimal() and pk.isdecimal() and len(micros) < 19 and len(pk) < 19):
        return None
    try:
        return dt.datetime.fromtimestamp(int(micros) / 1_000_000, tz=dt.UTC), int(pk)
    except ValueError:  # a year that no calendar has
        return None


def write_cursor(at: dt.datetime, pk: int) -> str:
    return f"{round(at.timestamp() * 1_000_000)}-{pk}"
