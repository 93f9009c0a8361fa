"""Is an upload really the MP3 or WAV file that its name says, and how long is it?"""

from dataclasses import dataclass
from pathlib import PurePath
from typing import BinaryIO

import puremagic
from django.core.exceptions import ValidationError
from tinytag import TinyTag, TinyTagException

MAX_BYTES = 10 * 1024 * 1024
MIN_SECONDS, MAX_SECONDS = 1, 180
# What a sniffer may say about the content of a file with this ending, and what we serve it as.
SNIFFED = {
    "mp3": ({"audio/mpeg", "audio/mp3", "audio/x-mp3"}, "audio/mpeg"),
    "wav": ({"audio/wav", "audio/wave", "audio/x-wav", "audio/vnd.wave"}, "audio/wav"),
}
NOT_AUDIO = "This is not an MP3 or WAV recording. Save it from a recorder as MP3 or WAV and upload it again."


@dataclass(frozen=True)
class Audio:
    extension: str
    content_type: str
    seconds: float


def check_audio(name: str, size: int, content: BinaryIO) -> Audio:
    """Raises ValidationError with a sentence for staff. Leaves `content` at its beginning."""
    extension = PurePath(name).suffix.lower().lstrip(".")
    if extension not in SNIFFED:
        raise ValidationError("Only MP3 and WAV files can be used.", code="extension")
    if size > MAX_BYTES:
        raise ValidationError("The file is larger than 10 MB. Save it as MP3.", code="size")
    allowed, content_type = SNIFFED[extension]
    content.seek(0)
    data = content.read(MAX_BYTES + 1)
    content.seek(0)
    if not _sniff(data) & allowed:
        raise ValidationError(NOT_AUDIO, code="not_audio")
    seconds = _seconds(name, content, len(data))
    content.seek(0)
    if seconds < MIN_SECONDS:
        raise ValidationError("The recording is shorter than one second.", code="too_short")
    if seconds > MAX_SECONDS:
        raise ValidationError("The recording is longer than 3 minutes.", code="too_long")
    return Audio(extension, content_type, seconds)


def _sniff(data: bytes) -> set[str]:
    try:
        return {match.mime_type for match in puremagic.magic_string(data)}
    except (puremagic.PureError, ValueError):
        return set()


def _seconds(name: str, content: BinaryIO, size: int) -> float:
    """The decoded length. A header that promises more sound than the file holds is not a recording."""
    try:
        tag = TinyTag.get(filename=name, file_obj=content)
    except (TinyTagException, ValueError, OSError) as error:
        raise ValidationError(NOT_AUDIO, code="not_audio") from error
    seconds, kilobits = tag.duration or 0.0, tag.bitrate or 0.0
    promised = seconds * kilobits * 1000 / 8
    if not (seconds and kilobits and tag.channels and tag.samplerate) or promised > size * 1.1 + 1024:
        raise ValidationError(NOT_AUDIO, code="not_audio")
    return float(seconds)
