"""What a contact is found by: one folded text a row, and the same folding for what people type."""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable

_DIGITS_ONLY = re.compile(r"^[\d\s()+.\-/]+$")
_DATE_FORMATS = ("%Y-%m-%d", "%m/%d/%Y", "%m/%d/%y", "%b %d %Y", "%B %d %Y")


def fold(text: str) -> str:
    """Case and accents do not matter: `Zoë` is found by `zoe`."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def search_text(first_name: str, last_name: str, email: str, numbers: Iterable[str]) -> str:
    """Names, email, and each E.164 number as its digits, one space between."""
    digits = [number.lstrip("+") for number in numbers]
    return fold(" ".join(filter(None, [first_name, last_name, email, *digits])))


def tokens(words: str) -> list[str]:
    """What must all occur. A number counts as one token however it is written: `(602) 555-0147`."""
    words = words.strip()
    if _DIGITS_ONLY.match(words):
        digits = re.sub(r"\D", "", words)
        return [digits] if digits else []
    return fold(words).split()


def as_birthday(words: str) -> dt.date | None:
    """`3/14/1988`, `1988-03-14` or `Mar 14, 1988` as a date."""
    cleaned = " ".join(words.replace(",", " ").split())
    for form in _DATE_FORMATS:
        try:
            return dt.datetime.strptime(cleaned, form).date()
        except ValueError:
            continue
    return None
