"""STOP, START and HELP: the carrier's word lists, and texts that come near them."""

import re
import unicodedata
from enum import StrEnum


class Keyword(StrEnum):
    NONE = ""
    STOP = "stop"
    START = "start"
    HELP = "help"
    NEAR_STOP = "near_stop"


STOP_WORDS = frozenset({"stop", "stopall", "unsubscribe", "end", "quit", "cancel", "revoke", "optout"})
START_WORDS = frozenset({"start", "yes", "unstop"})
HELP_WORDS = frozenset({"help", "info"})

_COURTESY = frozenset(
    re.findall(
        r"\w+",
        "a all and dear hello hey hi i it just me my no now ok okay pls please so sorry thank thanks that the this "
        "thx u ur want you your to text texts texting message messages messaging msg msgs sms sending",
    )
)
_PHRASES = re.compile(
    r"\b(?:stop|quit)\s+(?:\w+\s+)?(?:text|messag|msg|send|contact|call|spam|bother|email)"
    r"|\bunsubscribe\b|\bopt(?:ing)?\s?out\b|\bremove\s+(?:me|my\s+number)\b|\btake\s+me\s+off\b"
    r"|\b(?:do\s?n[o']?t|never|no\s+longer)\s+(?:\w+\s+){0,2}(?:text|messag|msg|contact)"
    r"|\bno\s+more\s+(?:text|messag|msg|sms)|\bleave\s+me\s+alone\b|\blose\s+(?:my|this)\s+number\b"
)


def classify(body: str, opt_out_type: str = "") -> Keyword:
    """What a reply means. The carrier's own verdict (`OptOutType`) goes first; then one-word replies,
    whatever their case, spaces and punctuation; then texts that a person should read for an opt-out."""
    told = opt_out_type.strip().lower()
    if told in {"stop", "start", "help"}:
        return Keyword(told)
    text = unicodedata.normalize("NFKC", body).casefold().replace("\u2019", "'")
    word = "".join(char for char in text if char.isalnum())
    for words, keyword in (
        (STOP_WORDS, Keyword.STOP),
        (START_WORDS, Keyword.START),
        (HELP_WORDS, Keyword.HELP),
    ):
        if word in words:
            return keyword
    return Keyword.NEAR_STOP if _may_want_to_stop(text) else Keyword.NONE


def _may_want_to_stop(text: str) -> bool:
    words = re.findall(r"\w+", text)
    core = {word for word in words if word not in _COURTESY}
    return bool(core) and core <= STOP_WORDS or bool(_PHRASES.search(" ".join(re.findall(r"[\w']+", text))))
