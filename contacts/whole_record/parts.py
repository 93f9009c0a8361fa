"""What a patient's whole record is made of. Rooms above hang on what they keep of a contact."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from contacts.models import Contact

Cell = str | int | Decimal | bool | dt.date | dt.time | dt.datetime | None


@dataclass(frozen=True)
class Table:
    """Rows of one kind. `columns`: (key for programs, title for people); `rows` is asked for once and may be lazy.
    `upright`: few rows with much text, which read better one below the other."""

    slug: str
    title: str
    columns: tuple[tuple[str, str], ...]
    rows: Iterable[tuple[Cell, ...]]
    upright: bool = False


@dataclass(frozen=True)
class Kept:
    """A file in storage. `place`: folders and name, as people should find it; `what` says which one is missing."""

    place: tuple[str, ...]
    file: Any  # a FieldFile
    at: dt.datetime
    what: str


@dataclass(frozen=True)
class Part:
    """What a room keeps of a contact. Both are asked for anew each time, in a fixed number of queries a slice."""

    order: int
    tables: Callable[[Contact], Iterable[Table]]
    files: Callable[[Contact], Iterable[Kept]] = lambda contact: ()


_parts: list[Part] = []


def add_part(part: Part) -> None:
    _parts.append(part)
    _parts.sort(key=lambda each: each.order)


def tables_of(contact: Contact) -> Iterable[Table]:
    return (table for part in _parts for table in part.tables(contact))


def files_of(contact: Contact) -> Iterable[Kept]:
    return (kept for part in _parts for kept in part.files(contact))
