"""Numbers in, E.164 out: as the library says, also where it is not asked."""

import phonenumbers
import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from aesthetix.lib.phone import clean_e164, display, is_withheld, to_e164


@pytest.mark.parametrize(
    "written", ["(602) 555-0147", "602.555.0147", "1-602-555-0147", "+1 602 555 0147", " +16025550147 ", "+16025550147"]
)
def test_every_way_of_writing_is_the_same_number(written):
    assert to_e164(written) == "+16025550147"


@pytest.mark.parametrize(
    "nonsense",
    [
        "",
        "anonymous",
        "12",
        "+1",
        "client:maya",
        "sip:maya@example.com",
        "555-0147",
        "602-555-0147 x12",
        "client:16025550147",
    ],
)
def test_what_is_no_number_is_none(nonsense):
    assert to_e164(nonsense) is None


def test_a_form_says_what_to_write():
    with pytest.raises(ValidationError, match="Write it like"):
        clean_e164("call me")


@given(st.from_regex(r"\+1[0-9]{8,11}", fullmatch=True))
def test_what_the_carrier_sends_is_read_as_the_library_reads_it(raw):
    number = phonenumbers.parse(raw, "US")
    possible = phonenumbers.is_possible_number_with_reason(number) == phonenumbers.ValidationResult.IS_POSSIBLE
    assert to_e164(raw) == (
        phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) if possible else None
    )


@pytest.mark.parametrize("words", ["Anonymous", "+266696687", "266696687", " restricted ", ""])
def test_withheld_in_all_of_the_carriers_words(words):
    assert is_withheld(words)
    assert not is_withheld("+16025550147")


@pytest.mark.parametrize(("e164", "shown"), [("+16025550147", "(602) 555-0147"), ("+4930901820", "+49 30 901820")])
def test_numbers_are_shown_as_people_write_them(e164, shown):
    assert display(e164) == shown
