"""Telephone numbers: E.164 at the edge, people's way of writing on the screen."""

import re
from functools import lru_cache

import phonenumbers
from django.core.exceptions import ValidationError

DEFAULT_REGION = "US"
# What the carrier sends nearly always: nothing to parse.
_PLAIN = re.compile(r"\+1[2-9][0-9]{9}")
# Words, and what they spell on a telephone's keys.
WITHHELD = {"", "anonymous", "restricted", "unavailable", "unknown", "266696687", "86282452253", "7378742883"}


@lru_cache(maxsize=4096)
def to_e164(raw: str, region: str = DEFAULT_REGION) -> str | None:
    """`(602) 555-0147` → `+16025550147`; None when it cannot be a telephone number, lacks its area code, has an
    extension that would be lost, or is an address of another kind (`client:…`, `sip:…`).

    Fictitious 555-01xx numbers count: only the shape is checked, not whether it is in service.
    """
    if _PLAIN.fullmatch(raw):
        return raw
    try:
        number = phonenumbers.parse(raw.strip(), region)
    except phonenumbers.NumberParseException:
        return None
    whole = phonenumbers.is_possible_number_with_reason(number) == phonenumbers.ValidationResult.IS_POSSIBLE
    if not whole or number.extension or ":" in raw:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def clean_e164(raw: str) -> str:
    """As `to_e164`, for forms and models: raises ValidationError with a sentence for staff."""
    number = to_e164(raw)
    if number is None:
        raise ValidationError(f"“{raw}” is not a telephone number. Write it like (602) 555-0147.", code="phone")
    return number


def is_withheld(raw: str) -> bool:
    """Whether a carrier's From field names nobody (Twilio's words and number spellings of "anonymous")."""
    return raw.strip().lower().removeprefix("+") in WITHHELD


def display(e164: str) -> str:
    """`+16025550147` → `(602) 555-0147`; foreign numbers in international form; other text unchanged."""
    if _PLAIN.fullmatch(e164):
        return f"({e164[2:5]}) {e164[5:8]}-{e164[8:]}"
    try:
        number = phonenumbers.parse(e164, None)
    except phonenumbers.NumberParseException:
        return e164
    national = number.country_code == 1
    style = phonenumbers.PhoneNumberFormat.NATIONAL if national else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, style)
