"""Is this upload what its name says, and may it be kept? Without database and settings: limits are arguments.

The ending must be one that we take, the content must be of that kind, and decoders (in a process of their own)
must be able to read it. Every refusal is a sentence for the person who uploads.
"""

import re
from dataclasses import dataclass
from typing import IO

import puremagic
from django.core.exceptions import ValidationError

from documents.files import bounded, scanning
from documents.files.kinds import IN_WORDS, KINDS, Family, Kind, ending_of
from documents.files.names import clean_name
from documents.files.words import decoded

LONGEST_TEXT = 200_000
_HEAD = 8192


@dataclass(frozen=True)
class Limits:
    """`scanner`: address of a ClamAV daemon, empty for none."""

    most_bytes: int = 50 * 1024 * 1024
    most_files: int = 20
    scanner: str = ""


@dataclass(frozen=True)
class Checked:
    """What an upload is. `text` is what it can be found by."""

    name: str
    ending: str
    family: Family
    content_type: str
    size: int
    pages: int | None = None
    text: str = ""


def check_count(count: int, limits: Limits) -> None:
    if count > limits.most_files:
        raise _refused("count", f"At most {limits.most_files} files at once. Upload the others after these.")


def check_file(given_name: str, content: IO[bytes], limits: Limits) -> Checked:
    """Raises ValidationError with a sentence for staff. Leaves `content` at its beginning."""
    name = clean_name(given_name)
    size = _size_within(content, limits)
    ending = ending_of(name)
    kind = KINDS.get(ending)
    if kind is None:
        raise _refused("ending", f"Files of this kind are not kept here. Use {IN_WORDS}.")
    pages, text = _look_into(content, kind)
    if limits.scanner:
        _scan(content, limits.scanner)
    content.seek(0)
    return Checked(name, ending, kind.family, kind.content_type, size, pages, text)


def _size_within(content: IO[bytes], limits: Limits) -> int:
    size = content.seek(0, 2)
    content.seek(0)
    if not size:
        raise _refused("empty", "The file is empty.")
    if size > limits.most_bytes:
        raise _refused("size", f"The file is larger than {limits.most_bytes // 1024 // 1024} MB.")
    return size


def _look_into(content: IO[bytes], kind: Kind) -> tuple[int | None, str]:
    """Pages and text. Raises ValidationError where the content is of another kind, or spoilt."""
    try:
        if kind.family == "office":
            return None, str(bounded.facts(content, "office", *kind.marks)["text"]).replace("\0", "")
        if kind.family == "text":
            return None, _plain_text(content)
        if kind.family == "pdf":
            return _pdf(content)
        if kind.family == "picture":
            bounded.facts(content, "picture", *kind.marks)
        elif _is_recording(content, kind):
            bounded.facts(content, "archive")
        else:
            raise _refused("content", _OTHER_KIND)
    except bounded.Unreadable as bad:
        raise _refused(bad.word, _SENTENCES[bad.word]) from bad
    return None, ""


_OTHER_KIND = "The content is not what the file’s ending says. Save it again from the program that made it."
_SENTENCES = {
    "content": _OTHER_KIND,
    "damaged": "The file is damaged or incomplete. Save it again from the program that made it.",
    "pixels": "The picture is too large. At most 100 megapixels.",
    "pages": "The PDF has too many pages. At most 3,000.",
    "locked": "The PDF is locked with a password. Save it without one.",
    "busy": "Too many files are being looked at just now. Try again in a minute.",
    "bomb": "The file would unpack to far more than it should.",
    "macros": "The file brings macros or programs along. Save it without them, or as a PDF.",
    "archive": "An archive hangs on to this file. Save it again from the program that made it.",
    "paths": "The file has parts that point outside of it.",
}


def _refused(code: str, sentence: str) -> ValidationError:
    return ValidationError(sentence, code=code)


def _pdf(content: IO[bytes]) -> tuple[int, str]:
    head = _at(content, 0, 8)
    size = content.seek(0, 2)
    if not head.startswith(b"%PDF-"):
        raise _refused("content", _OTHER_KIND)
    if b"%%EOF" not in _at(content, max(size - 2048, 0), 2048):
        raise _refused("damaged", _SENTENCES["damaged"])
    found = bounded.facts(content, "pdf")
    return int(found["pages"]), str(found["text"]).replace("\0", "")


# What begins like this is a page or a program, whatever its ending says.
_MARKUP = re.compile(
    r"\s*(<!--.*?-->\s*)?(<(!doctype|html|head|body|script|svg|iframe|img|a|meta|style|object|embed|\?xml|\?php)\b|#!|<%)",
    re.IGNORECASE | re.DOTALL,
)
_SCRIPT = re.compile(r"<script\b|<svg\b|<iframe\b|javascript:", re.IGNORECASE)
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def _plain_text(content: IO[bytes]) -> str:
    data = _at(content, 0, -1)
    text = decoded(data)
    if _CONTROLS.search(text) or _MARKUP.match(text.lstrip()[:_HEAD]) or _SCRIPT.search(text[:_HEAD]):
        raise _refused("content", _OTHER_KIND)
    return text[:LONGEST_TEXT]


# The brands of pictures in the container that sound and film use as well.
_PICTURE_BRANDS = {b"heic", b"heix", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis", b"crx "}


def _is_recording(content: IO[bytes], kind: Kind) -> bool:
    head = _at(content, 0, _HEAD)
    if "ftyp" in kind.marks:
        return head[4:8] == b"ftyp" and head[8:12] not in _PICTURE_BRANDS
    try:
        named = {match.mime_type for match in puremagic.magic_string(head)}
    except (puremagic.PureError, ValueError):
        return False
    return bool(named & kind.marks)


def _at(content: IO[bytes], start: int, length: int) -> bytes:
    content.seek(start)
    data = content.read(length)
    content.seek(0)
    return data


def _scan(content: IO[bytes], address: str) -> None:
    try:
        scanning.scan(content, address)
    except scanning.Harmful as found:
        raise _refused("harmful", "The virus scanner refused this file. It was not kept.") from found
    except scanning.Unscanned as silent:
        raise _refused(
            "unscanned", "The virus scanner does not answer, so the file was not kept. Try again in a few minutes."
        ) from silent
