"""How many text segments a body takes: GSM-7 (160, or 153 each) or UCS-2 (70, or 67 each)."""

from dataclasses import dataclass

MAX_BODY = 1600
_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("^{}\\[~]|€\f")


@dataclass(frozen=True)
class Size:
    """`units` are septets (GSM-7) or 16-bit units (UCS-2); `segments` is what the carrier bills."""

    encoding: str
    units: int
    segments: int


def measure(body: str) -> Size:
    if all(char in _BASIC or char in _EXTENDED for char in body):
        return _pack("GSM-7", [2 if char in _EXTENDED else 1 for char in body], single=160, each=153)
    return _pack("UCS-2", [2 if ord(char) > 0xFFFF else 1 for char in body], single=70, each=67)


def _pack(encoding: str, widths: list[int], *, single: int, each: int) -> Size:
    """Wide characters (an escape pair, a surrogate pair) are never cut at the end of a segment."""
    units = sum(widths)
    if units <= single:
        return Size(encoding, units, 1)
    segments, used = 1, 0
    for width in widths:
        if used + width > each:
            segments, used = segments + 1, 0
        used += width
    return Size(encoding, units, segments)
