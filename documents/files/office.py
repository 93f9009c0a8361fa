"""Word, Excel and PowerPoint files are zip archives. Looked into without unpacking more than a few bounded parts."""

import html
import re
import zipfile
from typing import IO

MOST_PARTS = 5000
MOST_BYTES = 300 * 1024 * 1024
MOST_RATIO = 200  # of all parts together; text compresses 10 to 50 times
LONGEST_PART = 20 * 1024 * 1024
LONGEST_TEXT = 200_000
# Parts that run, or bring other programs' files along.
_ACTIVE = re.compile(r"vbaproject|vbadata|activex/|macrosheets/|\.(exe|dll|js|vbs|ps1|bat|cmd|scr|jar|hta|lnk)\Z", re.I)
_MACRO_TYPE = re.compile(rb"macroEnabled|vbaProject", re.I)
# A template from elsewhere is fetched when the file is opened, macros and all.
_REMOTE = re.compile(rb"<Relationship\b(?=[^>]*attachedTemplate)(?=[^>]*TargetMode=\"External\")", re.I)
_WORDS = re.compile(r"<(?:w:t|a:t|t)(?: [^>]*)?>([^<]*)</")


class BadOffice(Exception):
    """`word`: damaged, content, bomb, macros or paths."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


def check_office(content: IO[bytes], main_part: str) -> str:
    """The words in it, for searching. Raises BadOffice."""
    content.seek(0)
    try:
        with zipfile.ZipFile(content) as archive:
            _check_parts(archive.infolist(), content)
            _check_inside(archive, main_part)
            return _words_in(archive, main_part)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError, OSError, KeyError) as error:
        raise BadOffice("damaged") from error
    finally:
        content.seek(0)


def holds_archive(content: IO[bytes]) -> bool:
    """Whether a zip archive hangs on to a file of another kind: one file that is two."""
    content.seek(0)
    try:
        with zipfile.ZipFile(content) as archive:
            return bool(archive.infolist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        return False
    finally:
        content.seek(0)


def _check_parts(parts: list[zipfile.ZipInfo], content: IO[bytes]) -> None:
    content.seek(0)
    if content.read(4) != b"PK\x03\x04":
        raise BadOffice("content")
    size, packed = sum(part.file_size for part in parts), sum(part.compress_size for part in parts)
    if len(parts) > MOST_PARTS or size > MOST_BYTES or size > MOST_RATIO * max(packed, 4096):
        raise BadOffice("bomb")
    for part in parts:
        name = part.filename.replace("\\", "/")
        if name.startswith("/") or ".." in name.split("/") or ":" in name:
            raise BadOffice("paths")
        if _ACTIVE.search(name):
            raise BadOffice("macros")
        if name.lower().endswith((".zip", ".rar", ".7z", ".gz")):
            raise BadOffice("bomb")


def _check_inside(archive: zipfile.ZipFile, main_part: str) -> None:
    names = set(archive.namelist())
    if "[Content_Types].xml" not in names or main_part not in names:
        raise BadOffice("content")
    if _MACRO_TYPE.search(_part(archive, "[Content_Types].xml")):
        raise BadOffice("macros")
    for name in names:
        if name.endswith("settings.xml.rels") and _REMOTE.search(_part(archive, name)):
            raise BadOffice("macros")


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    """The first bytes of a part, whatever it says of its own length."""
    with archive.open(name) as part:
        return part.read(LONGEST_PART)


def _words_in(archive: zipfile.ZipFile, main_part: str) -> str:
    wanted = {main_part, "xl/sharedStrings.xml"} & set(archive.namelist())
    wanted |= {name for name in archive.namelist()[:500] if re.fullmatch(r"ppt/slides/slide\d+\.xml", name)}
    found, length = [], 0
    for name in sorted(wanted):
        for words in _WORDS.findall(_part(archive, name).decode(errors="replace")):
            found.append(html.unescape(words))
            length += len(words) + 1
            if length > LONGEST_TEXT:
                return " ".join(found)[:LONGEST_TEXT]
    return " ".join(found)
