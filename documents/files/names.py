"""The name that a file came with, made harmless. It is shown and sent with downloads, never used as a path."""

import re
import unicodedata

LONGEST = 120
# What Windows, macOS or a shell would read as more than a letter.
_FORBIDDEN = re.compile(r'[<>:"|?*`$&;]')
_DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?\Z", re.IGNORECASE)


def clean_name(given: str) -> str:
    """The last part of a path, without control characters and marks that turn the reading direction, and short."""
    text = unicodedata.normalize("NFC", given)
    shown = "".join(" " if letter.isspace() else letter for letter in text if unicodedata.category(letter)[0] != "C")
    last = re.split(r"[/\\]", shown)[-1]
    name = re.sub(r"\s+", " ", _FORBIDDEN.sub("_", last)).strip(" .")
    if last.lstrip(" ").startswith(".") and "." not in name:
        name = f"Document.{name}" if name else ""
    if _DEVICES.match(name):
        name = f"_{name}"
    return _shortened(name) or "Document"


def renamed(old: str, wish: str) -> str:
    """`wish` cleaned, with the ending that the file has: its content does not change by renaming."""
    ending = old.rpartition(".")[2]
    name = clean_name(wish)
    return name if name.lower().endswith(f".{ending.lower()}") else _shortened(f"{name}.{ending}")


def _shortened(name: str) -> str:
    if len(name) <= LONGEST:
        return name
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > 10:
        return name[:LONGEST].rstrip(" .")
    return f"{stem[: LONGEST - len(ending) - 1].rstrip(' .')}.{ending}"
