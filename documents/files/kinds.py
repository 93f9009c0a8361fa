"""The kinds of file that a record takes: by ending, what the content must be, and what it is served as."""

from dataclasses import dataclass
from typing import Literal

Family = Literal["picture", "pdf", "office", "text", "audio", "video"]


@dataclass(frozen=True)
class Kind:
    """`marks` says what the content must be: Pillow's format, the part that an office file consists of, or the
    types that a sniffer may name. Only `content_type` is ever sent to a browser."""

    family: Family
    content_type: str
    marks: frozenset[str] = frozenset()


def _kind(family: Family, content_type: str, *marks: str) -> Kind:
    return Kind(family, content_type, frozenset(marks))


_OFFICE = "application/vnd.openxmlformats-officedocument."
_JPEG = _kind("picture", "image/jpeg", "JPEG")
_TIFF = _kind("picture", "image/tiff", "TIFF")
_HEIC = _kind("picture", "image/heic", "HEIF")
_OGG = _kind("audio", "audio/ogg", "audio/ogg", "application/ogg")

# Archives, HTML, SVG, macros and old Office files are left out on purpose (decision 022).
KINDS: dict[str, Kind] = {
    "pdf": _kind("pdf", "application/pdf"),
    "jpg": _JPEG,
    "jpeg": _JPEG,
    "png": _kind("picture", "image/png", "PNG"),
    "gif": _kind("picture", "image/gif", "GIF"),
    "webp": _kind("picture", "image/webp", "WEBP"),
    "tif": _TIFF,
    "tiff": _TIFF,
    "heic": _HEIC,
    "heif": _HEIC,
    "docx": _kind("office", f"{_OFFICE}wordprocessingml.document", "word/document.xml"),
    "xlsx": _kind("office", f"{_OFFICE}spreadsheetml.sheet", "xl/workbook.xml"),
    "pptx": _kind("office", f"{_OFFICE}presentationml.presentation", "ppt/presentation.xml"),
    "txt": _kind("text", "text/plain; charset=utf-8"),
    "csv": _kind("text", "text/csv; charset=utf-8"),
    "mp3": _kind("audio", "audio/mpeg", "audio/mpeg"),
    "wav": _kind("audio", "audio/wav", "audio/wave", "audio/wav", "audio/x-wav"),
    "ogg": _OGG,
    "oga": _OGG,
    "m4a": _kind("audio", "audio/mp4", "ftyp"),
    "mp4": _kind("video", "video/mp4", "ftyp"),
    "m4v": _kind("video", "video/mp4", "ftyp"),
    "mov": _kind("video", "video/quicktime", "ftyp"),
    "3gp": _kind("video", "video/3gpp", "ftyp"),
    "webm": _kind("video", "video/webm", "video/webm"),
}
ENDINGS = sorted(KINDS)
IN_WORDS = "PDF, pictures (JPEG, PNG, GIF, WebP, HEIC, TIFF), Word, Excel and PowerPoint files without macros, text, "
IN_WORDS += "CSV, sound (MP3, WAV, M4A, OGG) and video (MP4, MOV, WebM, 3GP)"


def ending_of(name: str) -> str:
    stem, dot, ending = name.rpartition(".")
    return ending.lower() if dot and stem else ""
