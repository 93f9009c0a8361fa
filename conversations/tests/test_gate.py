import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.channels.ports import Sender
from conversations.services.gate import CHECKS, Facts, judge, pick_sender

GRACE = "+16025550147"
MAIN, SECOND = Sender("+16025550190", "Main line", is_default=True), Sender("+16025550191", "Scottsdale")
FINE = {
    "body": "Hello",
    "to": GRACE,
    "contact_numbers": frozenset({GRACE}),
    "senders": (SECOND, MAIN),
}
OBSTACLES = {
    "body": {"body": " "},
    "recipient": {"to_is_own": True},
    "opt_out": {"opted_out_at": dt.datetime(2026, 1, 1, tzinfo=dt.UTC)},
    "consent": {"consent_refused": True},
    "carrier": {"carrier_ready": False},
    "sender": {"senders": ()},
}


def test_a_text_without_obstacles_passes_every_check():
    verdict = judge(Facts(**FINE))
    assert verdict.passed
    assert [check.check for check in verdict.checks] == list(OBSTACLES)
    assert verdict.reason == ""
    assert verdict.sender == MAIN.number


@given(st.sets(st.sampled_from(sorted(OBSTACLES))))
def test_the_first_obstacle_in_order_is_the_reason_and_ends_the_verdict(names):
    facts = Facts(**{**FINE, **{k: v for name in names for k, v in OBSTACLES[name].items()}})
    verdict = judge(facts)
    first = next((name for name in OBSTACLES if name in names), None)
    assert verdict.passed == (first is None)
    assert [c.check for c in verdict.checks if not c.passed] == ([first] if first else [])
    assert verdict.checks[-1].check == (first or "sender")
    assert bool(verdict.reason) == bool(first)


@given(
    st.builds(
        Facts,
        body=st.text(max_size=1700),
        to=st.sampled_from(["", GRACE, "+16025550199"]),
        contact_numbers=st.frozensets(st.sampled_from([GRACE, "+16025550199"])),
        to_is_own=st.booleans(),
        opted_out_at=st.none() | st.datetimes(timezones=st.just(dt.UTC)),
        consent_refused=st.booleans(),
        carrier_ready=st.booleans(),
        senders=st.lists(st.sampled_from([MAIN, SECOND]), unique=True).map(tuple),
        from_number=st.sampled_from(["", MAIN.number, "+16025550111"]),
        written_to=st.sampled_from(["", SECOND.number, "+16025550111"]),
    )
)
def test_nothing_passes_that_must_not(facts):
    verdict = judge(facts)
    allowed = {sender.number for sender in facts.senders}
    if verdict.passed:
        assert facts.body.strip()
        assert len(facts.body) <= 1600
        assert facts.to in facts.contact_numbers
        assert verdict.sender in allowed
        assert not any([facts.to_is_own, facts.opted_out_at, facts.consent_refused])
        assert facts.carrier_ready
    else:
        assert verdict.reason.endswith(".")
        assert len(verdict.reason) <= 300
    assert len(verdict.checks) <= len(CHECKS)


@pytest.mark.parametrize(
    ("asked", "written_to", "expected"),
    [
        ("", "", MAIN),
        ("", SECOND.number, SECOND),
        ("", "+16025550111", MAIN),
        (SECOND.number, MAIN.number, SECOND),
        ("+16025550111", "", None),
    ],
)
def test_the_line_is_the_one_asked_for_else_the_one_the_patient_wrote_to_else_the_default(asked, written_to, expected):
    assert pick_sender(Facts(**FINE, from_number=asked, written_to=written_to)) == expected


def test_without_a_default_the_first_line_sends():
    assert pick_sender(Facts(**{**FINE, "senders": (SECOND,)})) == SECOND


def test_reasons_are_for_staff():
    def reason(**changes):
        return judge(Facts(**{**FINE, **changes})).reason

    assert reason(body="x" * 1601) == "The text has 1,601 characters; 1,600 is the most."
    assert reason(to="") == "There is no valid telephone number to text."
    assert reason(to="+16025550199") == "(602) 555-0199 is not on this contact's record."
    assert reason(to_is_own=True) == "(602) 555-0147 is a number of the practice or its staff."
    assert reason(from_number="+16025550111") == "(602) 555-0111 is not a line that this sender may text from."
