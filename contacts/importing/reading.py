"""A CSV file as spreadsheets save it: which encoding, which separator, its rows one by one."""

import codecs
import contextlib
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

SAMPLE = 64 * 1024
MOST_BYTES = 50 * 1024 * 1024
MOST_ROWS = 200_000
MOST_COLUMNS = 60
LONGEST_CELL = 4000
SEPARATORS = ",;\t|"


class Unreadable(ValueError):
    """A sentence for staff on why the file cannot be read, with the line where it is known."""


@dataclass(frozen=True)
class Format:
    encoding: str
    separator: str


def detect(sample: bytes) -> Format:
    """From the beginning of the file. Raises Unreadable for what is no text."""
    if not sample.strip():
        raise Unreadable("The file is empty.")
    encoding = _encoding(sample)
    text = codecs.getincrementaldecoder(encoding)(errors="replace").decode(sample)
    if "\0" in text:
        raise Unreadable("This is not a CSV file. In your spreadsheet, save it as CSV (UTF-8).")
    if not text.strip():  # a mark alone
        raise Unreadable("The file is empty.")
    head = text.splitlines()[0]
    return Format(encoding, max(SEPARATORS, key=head.count))


def _encoding(sample: bytes) -> str:
    """UTF-8 (with or without a mark), UTF-16 with its mark, else what Windows spreadsheets write."""
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def rows(source: IO[Any], form: Format) -> Iterator[tuple[int, list[str]]]:
    """(line in the file, cells) of every row that is not blank, the head first. Raises Unreadable."""
    text = io.TextIOWrapper(source, encoding=form.encoding, newline="")
    reader = csv.reader(text, delimiter=form.separator, strict=True)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, [_clean(cell) for cell in cells]
    except csv.Error as error:
        raise Unreadable(f"Line {reader.line_num}: the quotation marks do not match.") from error
    except UnicodeDecodeError as error:
        raise Unreadable(
            f"Line {reader.line_num + 1} has letters that cannot be read. Save the file as CSV (UTF-8)."
        ) from error
    finally:
        with contextlib.suppress(ValueError):  # closed by whoever opened it, before the last row was asked for
            text.detach()


def read_head(source: IO[Any], form: Format) -> list[str]:
    """The names of the columns. Raises Unreadable."""
    first = next(rows(source, form), None)
    if first is None:
        raise Unreadable("The file is empty.")
    names = first[1]
    if len(names) > MOST_COLUMNS:
        raise Unreadable(f"The file has {len(names)} columns; {MOST_COLUMNS} can be read.")
    return names


def _clean(cell: str) -> str:
    """Without the quote that our exports put in front of what would be a formula."""
    cell = cell.replace("\0", "").strip()
    return cell[1:].strip() if len(cell) > 1 and cell[0] == "'" and cell[1] in "=+-@" else cell
