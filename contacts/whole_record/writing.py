"""A whole record as one zip: `index.html` for people, CSV and JSON for programs, the files as they came.

Everything passes through: neither a table nor a file is ever held whole in memory.
"""

import csv
import datetime as dt
import io
import json
import logging
import re
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import IO, Any
from urllib.parse import quote

from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from aesthetix.lib import clock
from contacts.models import Contact
from contacts.whole_record.cells import for_programs, for_spreadsheets, in_words
from contacts.whole_record.parts import Cell, Kept, Table, files_of, tables_of

logger = logging.getLogger(__name__)
Row = tuple[Cell, ...]


def write_record(contact: Contact, to: IO[bytes], done: Callable[[], None]) -> list[str]:
    """Into `to`, which can seek. `done()` after each table and each file. What could not be included is named there
    and given back; it is never a reason to have no record."""
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as archive, _temporary() as page, _temporary() as data:
        record = _Record(contact, archive, page, data)
        record.open()
        for table in tables_of(contact):
            record.add_table(table)
            done()
        for kept in files_of(contact):
            record.add_file(kept)
            done()
        record.close()
    return record.missing


def size_of(contact: Contact) -> int:
    """How often `done()` will be called."""
    return sum(1 for _ in tables_of(contact)) + sum(1 for _ in files_of(contact))


def _temporary() -> IO[str]:
    return tempfile.TemporaryFile("w+", encoding="utf-8", newline="")  # noqa: SIM115  (the caller closes it)


@dataclass
class _Record:
    contact: Contact
    archive: zipfile.ZipFile
    page: IO[str]
    data: IO[str]
    missing: list[str] = field(default_factory=list)
    files: list[tuple[str, int]] = field(default_factory=list)  # path in the zip, bytes
    taken: set[str] = field(default_factory=set)
    tables: int = 0

    @property
    def tz(self) -> dt.tzinfo:
        tz: dt.tzinfo = self.contact.practice.tz
        return tz

    def open(self) -> None:
        now = clock.now()
        self._write_page("head", made_at=in_words(now, self.tz))
        head = {"contact": self.contact.pk, "practice": self.contact.practice.name}
        self.data.write(json.dumps(head | {"made_at": for_programs(now, self.tz)})[:-1] + ', "tables": {')

    def add_table(self, table: Table) -> None:
        self.data.write(f"{', ' * bool(self.tables)}\n{json.dumps(table.slug)}: [")
        self.tables += 1
        self.page.write(_begun(table))
        entry = self.archive.open(_entry(f"tables/{table.slug}.csv"), "w")
        with io.TextIOWrapper(entry, encoding="utf-8-sig", newline="") as text:
            sheet, count = csv.writer(text), 0
            sheet.writerow([title for _, title in table.columns])
            for row in table.rows:
                sheet.writerow([for_spreadsheets(cell, self.tz) for cell in row])
                self._add_row(table, row, first=not count)
                count += 1
        self.data.write("]")
        self.page.write(_ended(table, count))

    def _add_row(self, table: Table, row: Row, *, first: bool) -> None:
        said = {key: for_programs(cell, self.tz) for (key, _), cell in zip(table.columns, row, strict=True)}
        self.data.write(f"{'' if first else ','}\n{json.dumps(said, ensure_ascii=False)}")
        self.page.write(_drawn(table, [in_words(cell, self.tz) for cell in row]))

    def add_file(self, kept: Kept) -> None:
        """First beside the archive: a file that breaks off in the middle leaves nothing of itself there."""
        with tempfile.TemporaryFile() as copy:
            try:
                with kept.file.open("rb") as stored:
                    shutil.copyfileobj(stored, copy)
            except Exception as error:  # whatever the storage says of a file that is gone: the others still come
                logger.error("%s cannot be read: %s", kept.what, type(error).__name__)
                self.missing.append(f"{kept.what}: {'/'.join(_plain(kept.place))}")
                return
            size = copy.tell()
            copy.seek(0)
            path = self._free(_plain(kept.place))
            with self.archive.open(_entry(path, kept.at.astimezone(self.tz), stored=True), "w", force_zip64=True) as to:
                shutil.copyfileobj(copy, to)
        self.files.append((path, size))

    def _free(self, place: list[str]) -> str:
        """The folders and the name; a second of the same name gets a number."""
        *folders, name = place
        stem, dot, ending = name.rpartition(".") if "." in name else (name, "", "")
        path, number = "/".join(["files", *place]), 2
        while path.casefold() in self.taken:
            path, number = "/".join(["files", *folders, f"{stem} ({number}){dot}{ending}"]), number + 1
        self.taken.add(path.casefold())
        return path

    def close(self) -> None:
        files = [{"path": path, "bytes": size} for path, size in self.files]
        self.data.write(f'}},\n"files": {json.dumps(files)},\n"not_included": {json.dumps(self.missing)}}}\n')
        shown = [(path.removeprefix("files/"), quote(path), size) for path, size in self.files]
        self._write_page("foot", files=shown, missing=self.missing)
        self._copy(self.page, "index.html")
        self._copy(self.data, "record.json")

    def _write_page(self, piece: str, **more: Any) -> None:
        context = {"contact": self.contact, "practice": self.contact.practice, **more}
        self.page.write(render_to_string(f"contacts/whole_record/{piece}.html", context))

    def _copy(self, text: IO[str], name: str) -> None:
        text.flush()
        text.seek(0)
        with self.archive.open(_entry(name), "w", force_zip64=True) as entry:
            while piece := text.read(64 * 1024):
                entry.write(piece.encode())


def _entry(path: str, at: dt.datetime | None = None, *, stored: bool = False) -> zipfile.ZipInfo:
    """What comes as a file is compressed already."""
    at = at or clock.now()
    info = zipfile.ZipInfo(path, date_time=(max(at.year, 1980), *at.timetuple()[1:6]))
    info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    return info


def _plain(place: Iterable[str]) -> list[str]:
    """Without what would lead out of the folder in which somebody unpacks it."""
    parts = [re.sub(r"[\\/:\x00-\x1f]", "_", part).strip(" .") for part in place]
    return [part or "_" for part in parts]


def _begun(table: Table) -> SafeString:
    heading = format_html('<section id="{}"><h2>{}</h2>', table.slug, table.title)
    if table.upright:
        return heading
    heads = format_html_join("", '<th scope="col">{}</th>', ((title,) for _, title in table.columns))
    return format_html("{}<table><thead><tr>{}</tr></thead><tbody>", heading, heads)


def _drawn(table: Table, words: list[str]) -> SafeString:
    if not table.upright:
        return format_html("<tr>{}</tr>\n", format_html_join("", "<td>{}</td>", ((one,) for one in words)))
    pairs = ((title, one) for (_, title), one in zip(table.columns, words, strict=True) if one)
    return format_html("<dl>{}</dl>\n", format_html_join("", "<dt>{}</dt><dd>{}</dd>", pairs))


def _ended(table: Table, count: int) -> SafeString:
    end = SafeString("" if table.upright else "</tbody></table>")
    return format_html("{}{}</section>\n", end, "" if count else SafeString("<p>Nothing.</p>"))
