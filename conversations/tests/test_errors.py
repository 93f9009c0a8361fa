import pytest

from conversations.channels.sms.errors import REASONS, reason_for


@pytest.mark.parametrize("code", sorted(REASONS))
def test_every_code_has_a_sentence_that_fits_and_keeps_to_our_words(code):
    reason = reason_for(code)
    assert reason.endswith(".")
    assert len(reason) <= 300
    assert not any(word in reason for word in ("SMS", "please", "Please", "!", "Twilio", "webhook"))


def test_an_unknown_code_is_named_and_no_code_still_says_something():
    assert reason_for("12345") == "The carrier did not deliver this text. Code 12345."
    assert reason_for("") == "The carrier did not deliver this text."
