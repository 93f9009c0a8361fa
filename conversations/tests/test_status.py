import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aesthetix.events.due import drain
from aesthetix.events.models import Event
from conversations.models import Message, MessageEvent
from conversations.services.opt_out import open_opt_out
from conversations.services.status import RANK, STATES, apply_status

KEYS = itertools.count()
WORDS = st.sampled_from(sorted(STATES) + ["received", "brand-new-word", ""])


def fresh(message):
    return Message.objects.for_practice(message.practice_id).get(pk=message.pk)


def outcome(message):
    row = fresh(message)
    story = MessageEvent.objects.for_practice(row.practice_id).filter(message=row, kind="status")
    words = sorted(story.values_list("status", "error_code"))
    return row.state, row.sent_at, row.delivered_at, row.error_code, row.reason, row.due_at, words


@pytest.fixture
def sent(rig, send):
    def _sent():
        message = send(f"status-{next(KEYS)}", body=f"Hello {next(KEYS)}")
        drain("messages")
        return fresh(message)

    return _sent


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(WORDS, max_size=7), st.randoms(use_true_random=False))
def test_every_order_with_repeats_ends_in_the_same_row(sent, words, random):
    one, other = sent(), sent()
    for word in words:
        apply_status(message=one, status=word)
    shuffled = words + random.choices(words, k=3) if words else []
    random.shuffle(shuffled)
    for word in shuffled:
        apply_status(message=other, status=word)
    assert outcome(one) == outcome(other)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(WORDS, max_size=7))
def test_a_state_never_steps_back(sent, words):
    message, rank = sent(), 0
    for word in words:
        apply_status(message=message, status=word)
        assert RANK[fresh(message).state] >= rank
        rank = RANK[fresh(message).state]


def test_delivered_may_come_before_sent(sent):
    message = sent()
    for word in ("delivered", "sent", "queued"):
        apply_status(message=message, status=word)
    assert fresh(message).state == "delivered"


def test_an_undelivered_text_says_why_and_what_to_do(sent):
    message = sent()
    apply_status(message=message, status="undelivered", error_code="30006")
    row = fresh(message)
    assert (row.state, row.error_code) == ("undelivered", "30006")
    assert row.reason == "This number cannot receive texts. Call instead."


def test_a_repeated_status_is_told_once(rig, sent):
    message = sent()
    before = Event.objects.for_practice(rig.glow).filter(type="message.status").count()
    for _ in range(3):
        apply_status(message=message, status="delivered")
    assert Event.objects.for_practice(rig.glow).filter(type="message.status").count() == before + 1


def test_an_opt_out_reported_late_becomes_ours(rig, sent):
    apply_status(message=sent(), status="failed", error_code="21610")
    assert open_opt_out(rig.glow, "+16025550147") is not None


def test_a_withheld_text_cannot_be_delivered(rig, send):
    message = send(body="")
    apply_status(message=message, status="delivered", sid="SM" + "1" * 32)
    assert (fresh(message).state, fresh(message).provider_sid) == ("withheld", None)


def test_a_received_text_has_no_delivery_state(rig):
    from conversations.services.inbound import receive_text

    message = receive_text(
        practice=rig.glow, sid="SM1", from_number="+16025550147", to_number="+16025550190", body="Hi"
    )
    apply_status(message=message, status="delivered")
    assert fresh(message).state == "received"
