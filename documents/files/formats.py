"""The formats that a File Upload field can be ticked to take: the kinds of `kinds.py` as people name them."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Format:
    label: str
    endings: tuple[str, ...]


FORMATS = {
    "pdf": Format("PDF", ("pdf",)),
    "jpeg": Format("JPEG", ("jpg", "jpeg")),
    "png": Format("PNG", ("png",)),
    "heic": Format("HEIC", ("heic", "heif")),
    "gif": Format("GIF", ("gif",)),
    "webp": Format("WebP", ("webp",)),
    "tiff": Format("TIFF", ("tif", "tiff")),
    "word": Format("Word", ("docx",)),
    "excel": Format("Excel", ("xlsx",)),
    "powerpoint": Format("PowerPoint", ("pptx",)),
    "text": Format("Text", ("txt",)),
    "csv": Format("CSV", ("csv",)),
    "sound": Format("Sound", ("mp3", "wav", "ogg", "oga", "m4a")),
    "video": Format("Video", ("mp4", "m4v", "mov", "3gp", "webm")),
}


def endings_of(formats: Iterable[str]) -> frozenset[str]:
    return frozenset(ending for slug in formats for ending in FORMATS[slug].endings)


def in_words(formats: Iterable[str]) -> str:
    """`PDF, JPEG or PNG`."""
    *first, last = [FORMATS[slug].label for slug in formats]
    return f"{', '.join(first)} or {last}" if first else last
