"""Runs alone, in a process of its own with little time and memory: opens what strangers sent.

`child.py picture|pdf|office|archive|render|page …`, the file on standard input; the answer on standard output
(JSON, or a picture). It has neither settings nor database, so a file that breaks a decoder breaks nothing else.
"""

import importlib
import io
import json
import resource
import sys
import time
from pathlib import Path
from typing import IO, Any

MEMORY = 1024 * 1024 * 1024
SECONDS = {"render": 6, "page": 6}  # somebody is waiting for these
MOST_SECONDS = 12
MOST_PIXELS = 100_000_000
MOST_FRAMES = 1000
MOST_PAGES = 3000
LONGEST_TEXT = 200_000
TEXT_SECONDS = 4


class Refused(Exception):
    """The word that the parent turns into a sentence."""


def bound(seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _zips() -> Any:
    """`office.py` beside this file; in this process nothing of ours is on the path."""
    sys.path.append(str(Path(__file__).parent))
    return importlib.import_module("office")


def office(main_part: str) -> dict[str, Any]:
    zips = _zips()
    try:
        return {"text": zips.check_office(sys.stdin.buffer, main_part)}
    except zips.BadOffice as bad:
        raise Refused(bad.word) from bad
    except MemoryError as error:
        raise Refused("bomb") from error


def refuse_archive() -> dict[str, Any]:
    """One file is one thing."""
    if _zips().holds_archive(sys.stdin.buffer):
        raise Refused("archive")
    return {}


def opened(formats: list[str]) -> Any:
    import pi_heif
    from PIL import Image, ImageFile, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = None  # ours is stricter, and refuses instead of warning
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    if "HEIF" in formats:
        pi_heif.register_heif_opener()
    try:
        image = Image.open(sys.stdin.buffer, formats=formats)
    except UnidentifiedImageError as error:
        raise Refused("content") from error
    if image.width * image.height > MOST_PIXELS:
        raise Refused("pixels")
    if getattr(image, "n_frames", 1) > MOST_FRAMES:
        raise Refused("pixels")
    return image


def picture(*formats: str) -> dict[str, Any]:
    """Decodes the whole picture: a part that is missing or spoilt shows only then."""
    refuse_archive()
    image = opened(list(formats))
    image.load()
    return {"width": image.width, "height": image.height}


def render(longest: str, *formats: str) -> bytes:
    """The picture anew, upright and bounded: no metadata and nothing hidden in it survives."""
    from PIL import ImageOps

    image, side = opened(list(formats)), int(longest)
    image.draft("RGB", (side, side))
    image = ImageOps.exif_transpose(image)
    image.thumbnail((side, side))
    return _encoded(image)


def _encoded(image: Any) -> bytes:
    from PIL import Image

    plain = image.convert("RGBA" if image.has_transparency_data else "RGB")
    bare = Image.new(plain.mode, plain.size)
    bare.paste(plain)
    out = io.BytesIO()
    if plain.mode == "RGBA":
        bare.save(out, "PNG")
    else:
        bare.save(out, "JPEG", quality=85, optimize=True)
    return out.getvalue()


def _pdf() -> Any:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(sys.stdin.buffer)
    except pypdfium2.PdfiumError as error:
        raise Refused("locked" if "password" in str(error).lower() else "damaged") from error
    if not len(document):
        raise Refused("damaged")
    if len(document) > MOST_PAGES:
        raise Refused("pages")
    return document


def pdf() -> dict[str, Any]:
    refuse_archive()
    document = _pdf()
    document[0].get_size()
    return {"pages": len(document), "text": _text_of(document)}


def _text_of(document: Any) -> str:
    """As much as can be read in the time: for searching, not for keeping."""
    until, parts, length = time.monotonic() + TEXT_SECONDS, [], 0
    for number in range(len(document)):
        if time.monotonic() > until or length > LONGEST_TEXT:
            break
        part = document[number].get_textpage().get_text_bounded()
        parts.append(part)
        length += len(part)
    return "\n".join(parts)[:LONGEST_TEXT]


def page(number: str, longest: str) -> bytes:
    document = _pdf()
    wanted = document[int(number) - 1]
    width, height = wanted.get_size()
    if not (0 < width < 100_000 and 0 < height < 100_000):
        raise Refused("damaged")
    scale = min(int(longest) / max(width, height), 4)
    return _encoded(wanted.render(scale=scale, may_draw_forms=True).to_pil().convert("RGB"))


COMMANDS: dict[str, Any] = {
    "picture": picture,
    "pdf": pdf,
    "office": office,
    "archive": refuse_archive,
    "render": render,
    "page": page,
}


def main() -> int:
    bound(SECONDS.get(sys.argv[1], MOST_SECONDS))
    output: IO[bytes] = sys.stdout.buffer
    try:
        answer = COMMANDS[sys.argv[1]](*sys.argv[2:])
    except Refused as refused:
        answer = {"refused": str(refused)}
    except MemoryError:
        answer = {"refused": "pixels"}
    except Exception:  # whatever a decoder makes of a bad file
        answer = {"refused": "damaged"}
    output.write(answer if isinstance(answer, bytes) else json.dumps(answer).encode())
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
