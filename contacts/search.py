"""What a contact is found by: one folded text a row, and the same folding for what people type."""

import re
import unicodedata
from collections.abc import Iterable

_DIGITS_ONLY = re.compile(r"^[\d\s()+.\-/]+$")


# Letters that Unicode does not take apart, as people type them who do not have them.
_PLAIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŧ": "t", "’": "'"}
)
_WRITTEN_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})
# Chinese, Japanese and Korean: scripts that put no space between a name's parts.
_UNSPACED = re.compile("[\u3005-\u30ff\u3400-\u9fff\uac00-\ud7af\U00020000-\U0003ffff]+")
LONGEST_UNSPACED = 12
INDEXED = 3  # characters, from which on any part of a word is found


def fold(text: str) -> str:
    """Case and accents do not matter: `Zoë` is found by `zoe`, `Søren` by `soren`."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(_PLAIN))
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return unicodedata.normalize("NFC", bare)  # Korean syllables come apart as well


def written_out(text: str) -> str:
    """As Germans write umlauts without the keys for them: `Müller` as `mueller`."""
    return fold(unicodedata.normalize("NFC", text.casefold()).translate(_WRITTEN_OUT))


def search_text(first_name: str, last_name: str, email: str, numbers: Iterable[str]) -> str:
    """Names, email, each E.164 number as its digits, and other ways of writing the names; one space between."""
    digits = [number.lstrip("+") for number in numbers]
    plain = fold(" ".join(filter(None, [first_name, last_name, email, *digits])))
    return " ".join(filter(None, [plain, *_other_readings(first_name, last_name)]))


def _other_readings(first_name: str, last_name: str) -> list[str]:
    """Umlauts written out; an unspaced name whole, surname first, and from each of its characters on."""
    spoken = written_out(f"{first_name} {last_name}".strip())
    readings = [spoken] if spoken != fold(f"{first_name} {last_name}".strip()) else []
    whole = fold(f"{last_name}{first_name}")[:LONGEST_UNSPACED]
    return readings + ([whole[at:] for at in range(len(whole))] if is_unspaced(whole) else [])


def is_unspaced(name: str) -> bool:
    return _UNSPACED.fullmatch(name) is not None


def tokens(words: str) -> list[tuple[str, ...]]:
    """What must all occur, each in one of its readings. A number counts as one token however it is written:
    `(602) 555-0147`."""
    words = words.strip()
    if _DIGITS_ONLY.match(words):
        digits = re.sub(r"\D", "", words)
        return [(digits,)] if digits else []
    readings = ((_number_part(fold(word)), _number_part(written_out(word))) for word in words.split())
    return [tuple(dict.fromkeys(each)) for each in readings if each[0]]


def _number_part(token: str) -> str:
    """Part of a number beside a name: `grace 555-0147`."""
    return re.sub(r"\D", "", token) if _DIGITS_ONLY.match(token) else token
