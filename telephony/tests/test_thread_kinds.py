import pytest

from telephony.models import Call
from telephony.thread_kinds import load_calls

pytestmark = pytest.mark.django_db


def test_a_missed_call_says_where_it_rang_and_why_it_was_missed(cast, phone, carrier):
    carrier.call("inbound")
    carrier.call("dial", DialCallStatus="no-answer", DialBridged="false")
    card = load_calls([Call.objects.for_practice(cast.glow).get().pk]).popitem()[1]
    assert (card.title, card.tone) == ("Missed call", "missed")
    assert card.sentence == "Main line, rang 1 phone for up to 20 s: nobody answered"


def test_loading_many_calls_takes_one_query(cast, phone, carrier, django_assert_num_queries):
    for n in range(5):
        carrier.call("inbound", sid=f"CA{n}")
    ids = list(Call.objects.for_practice(cast.glow).values_list("pk", flat=True))
    with django_assert_num_queries(1):
        assert all(card.sentence for card in load_calls(ids).values())


def test_a_call_under_way_says_so(cast, phone, carrier):
    carrier.call("inbound")
    carrier.post("leg", query={"call": "CA1", "d": 0}, CallSid="CA2", CallStatus="in-progress")
    assert load_calls([Call.objects.for_practice(cast.glow).get().pk]).popitem()[1].title == "In a call"


def test_our_own_line_is_named_by_its_number(cast, phone, carrier):
    carrier.call("inbound", caller="+16025550100")
    card = load_calls([Call.objects.for_practice(cast.glow).get().pk]).popitem()[1]
    assert card.sentence.startswith("(602) 555-0100, Main line")
