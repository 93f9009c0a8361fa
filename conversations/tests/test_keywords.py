import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.channels.sms.keywords import HELP_WORDS, START_WORDS, STOP_WORDS, Keyword, classify

NOISE = st.text(alphabet=string.punctuation + string.whitespace + "…“”’", max_size=4)
CASES = st.sampled_from([str.upper, str.lower, str.title])


def test_the_word_lists_are_the_carriers():
    assert {word.upper() for word in STOP_WORDS} == {
        "STOP",
        "STOPALL",
        "UNSUBSCRIBE",
        "END",
        "QUIT",
        "CANCEL",
        "REVOKE",
        "OPTOUT",
    }
    assert {word.upper() for word in START_WORDS} == {"START", "YES", "UNSTOP"}
    assert {word.upper() for word in HELP_WORDS} == {"HELP", "INFO"}


@given(
    st.sampled_from(
        [(w, Keyword.STOP) for w in sorted(STOP_WORDS)]
        + [(w, Keyword.START) for w in sorted(START_WORDS)]
        + [(w, Keyword.HELP) for w in sorted(HELP_WORDS)]
    ),
    CASES,
    NOISE,
    NOISE,
)
def test_a_one_word_reply_counts_whatever_its_case_spaces_and_punctuation(pair, case, before, after):
    word, keyword = pair
    assert classify(f"{before}{case(word)}{after}") == keyword


@pytest.mark.parametrize("body", ["opt out", "Opt-Out!", "STOP ALL", "ｓｔｏｐ", "S.T.O.P"])
def test_spellings_of_one_word_count(body):
    assert classify(body) == Keyword.STOP


@pytest.mark.parametrize(
    "body",
    [
        "stop. thank you",
        "please stop texting me",
        "Stop sending me these messages",
        "Please stop",
        "STOP STOP STOP",
        "unsubscribe me please",
        "I want to opt out",
        "remove me from your list",
        "take me off this list",
        "don't text me again",
        "Don’t ever message me",
        "do not contact this number",
        "no more texts please",
        "leave me alone",
        "quit texting me",
    ],
)
def test_a_near_miss_is_for_staff_to_read(body):
    assert classify(body) == Keyword.NEAR_STOP


@pytest.mark.parametrize(
    "body",
    [
        "",
        "I'll stop by at 5",
        "Can I cancel my appointment on Tuesday?",
        "End of next week works",
        "Yes, Tuesday works",
        "help me find the entrance",
        "The bus stop is right there",
        "Text me when you are ready",
        "Is it too late to start?",
    ],
)
def test_ordinary_texts_are_left_alone(body):
    assert classify(body) == Keyword.NONE


@pytest.mark.parametrize(("told", "keyword"), [("STOP", "stop"), ("START", "start"), ("HELP", "help"), ("", "")])
def test_the_carriers_own_verdict_goes_first(told, keyword):
    assert classify("hola", told) == keyword


@given(st.text(max_size=200), st.text(max_size=10))
def test_any_text_gets_an_answer(body, told):
    assert classify(body, told) in set(Keyword)
