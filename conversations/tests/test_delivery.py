"""The worker: one text each, whoever dies when. A worker that is killed is played by an exception that
no code of ours catches, followed by the end of the lease."""

import pytest

from aesthetix.events.due import claim, drain
from aesthetix.events.models import Event
from aesthetix.practices.models import Alert
from conversations.channels.ports import ProviderPermanent, ProviderTemporary, ProviderUnknown
from conversations.models import Message, MessageEvent
from conversations.services import delivery
from conversations.services.delivery import QUEUE
from conversations.services.opt_out import open_opt_out, record_opt_out
from conversations.services.status import apply_status


class Killed(BaseException):
    pass


def fresh(message):
    return Message.objects.for_practice(message.practice_id).get(pk=message.pk)


def run(rig, minutes=5.0, step=5):
    """The sweep looks every few seconds until so much time has passed."""
    for _ in range(int(minutes * 60 / step)):
        drain("messages")
        rig.clock.tick(seconds=step)


def kill_worker():
    try:
        drain("messages")
    except Killed:
        return
    pytest.fail("the worker survived")


def test_a_queued_text_is_sent_once(rig, send):
    message = send()
    run(rig)
    assert len(rig.carrier.taken) == 1
    taken, message = rig.carrier.taken[0], fresh(message)
    assert (message.state, message.due_at, message.provider_sid) == ("sent", None, taken["sid"])
    assert taken["url"].endswith(f"/twilio/messages/status/{message.pk}/")
    types = [event.type for event in Event.objects.for_practice(rig.glow).order_by("id")]
    assert types == ["thread.updated", "message.sent", "message.status"]


def test_a_row_claimed_twice_is_sent_once(rig, send):
    send()
    first = claim(QUEUE, rig.clock())
    rig.clock.tick(seconds=61)  # the first worker is slow, its lease runs out
    second = claim(QUEUE, rig.clock())
    for row in [*second, *first]:
        delivery.work_on(row)
    assert len(rig.carrier.taken) == 1


def test_a_slow_row_behind_others_is_not_sent_by_both_workers(rig, send):
    """Worker A asks the carrier; meanwhile its lease runs out and worker B finds the row in `sending`."""
    message = send()

    def other_worker(text):
        rig.carrier.on_send = None
        rig.clock.tick(seconds=46)
        drain("messages")

    rig.carrier.on_send = other_worker
    run(rig, minutes=15)
    assert len(rig.carrier.taken) == 1
    assert fresh(message).state == "sent"


def test_a_busy_carrier_is_asked_again_later(rig, send):
    message = send()
    rig.carrier.faults = [ProviderTemporary(), ProviderTemporary(retry_after=120)]
    drain("messages")
    assert fresh(message).state == "queued"
    rig.clock.tick(seconds=2)
    drain("messages")
    rig.clock.tick(seconds=100)
    drain("messages")
    assert rig.carrier.taken == []  # told to wait two minutes
    rig.clock.tick(seconds=20)
    drain("messages")
    assert fresh(message).state == "sent"


def test_a_carrier_that_stays_away_ends_with_a_reason_and_no_text(rig, send):
    message = send()
    rig.carrier.faults = [ProviderTemporary()] * 50
    run(rig, minutes=120, step=30)
    message = fresh(message)
    assert (message.state, message.due_at) == ("failed", None)
    assert message.reason == "The carrier could not be reached. Send the text again later."


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("21614", "This number cannot receive texts. Call instead."),
        ("30034", "This line is not registered for texting yet. An admin can check it with the carrier."),
        ("99999", "The carrier did not deliver this text. Code 99999."),
    ],
)
def test_a_refused_text_fails_in_words_for_staff_and_is_not_tried_again(rig, send, code, reason):
    message = send()
    rig.carrier.faults = [ProviderPermanent(code, "raw words of the carrier")]
    run(rig)
    message = fresh(message)
    assert (message.state, message.error_code, message.reason, message.due_at) == ("failed", code, reason, None)
    assert rig.carrier.taken == []


def test_the_carriers_opt_out_becomes_ours(rig, send):
    send("a")
    rig.carrier.faults = [ProviderPermanent("21610")]
    run(rig)
    assert open_opt_out(rig.glow, "+16025550147") is not None
    assert send("b").state == "withheld"


def test_a_stop_that_comes_while_the_text_waits_holds_it_back(rig, send):
    message = send()
    record_opt_out(rig.glow, "+16025550147", source="Replied STOP")
    run(rig)
    message = fresh(message)
    assert (message.state, message.due_at, rig.carrier.taken) == ("withheld", None, [])
    assert message.verdict[-1]["check"] == "opt_out"
    assert Event.objects.for_practice(rig.glow).filter(type="message.withheld").count() == 1


def test_an_automatic_text_that_waited_too_long_stays_here_but_a_persons_goes_out(rig, send, clock):
    automatic, personal = send(key="a", origin="workflow"), send(key="b", origin="staff")
    clock.tick(hours=13)
    run(rig)
    assert (fresh(automatic).state, fresh(personal).state) == ("withheld", "sent")
    assert "more than 12 hours" in fresh(automatic).reason


def test_a_line_that_was_taken_away_while_the_text_waits_does_not_send(rig, send):
    message = send()
    rig.senders.lines = rig.senders.lines[1:]
    run(rig)
    assert (fresh(message).state, rig.carrier.taken) == ("withheld", [])


def test_a_timeout_whose_text_went_out_is_found_and_never_sent_again(rig, send):
    message = send()
    rig.carrier.swallow = [ProviderUnknown()]
    drain("messages")
    assert fresh(message).state == "unknown"
    run(rig, minutes=30)
    message = fresh(message)
    assert (message.state, message.provider_sid) == ("sent", rig.carrier.taken[0]["sid"])
    assert len(rig.carrier.taken) == 1


def test_a_timeout_whose_text_never_arrived_is_sent_again_once_and_not_before_two_minutes(rig, send):
    message = send()
    rig.carrier.faults = [ProviderUnknown()]
    start = rig.clock()
    while not rig.carrier.taken:
        run(rig, minutes=0.1)
        assert (rig.clock() - start).total_seconds() < 300
    assert (rig.clock() - start).total_seconds() > 120
    assert fresh(message).resent
    assert fresh(message).state == "sent"
    run(rig, minutes=30)
    assert len(rig.carrier.taken) == 1


def test_a_carrier_that_cannot_be_asked_is_no_reason_to_send_again(rig, send):
    message = send()
    rig.carrier.faults = [ProviderUnknown()]
    rig.carrier.lookup_faults = [ProviderTemporary(), ProviderUnknown()] * 200
    run(rig, minutes=60 * 25, step=120)
    message = fresh(message)
    assert (message.state, message.due_at, rig.carrier.taken) == ("unknown", None, [])
    assert "Ask the patient" in message.reason
    assert Alert.objects.for_practice(rig.glow).get().kind == "text_unknown"


def test_two_timeouts_in_a_row_are_left_to_a_person(rig, send):
    message = send()
    rig.carrier.faults = [ProviderUnknown(), ProviderUnknown()]
    run(rig, minutes=60)
    message = fresh(message)
    assert (message.state, message.due_at, rig.carrier.taken) == ("unknown", None, [])
    assert Alert.objects.for_practice(rig.glow).count() == 1


def test_a_status_callback_settles_an_unknown_text_at_any_time(rig, send):
    message = send()
    rig.carrier.faults = [ProviderUnknown(), ProviderUnknown()]
    run(rig, minutes=60)
    apply_status(message=fresh(message), status="delivered", sid="SM" + "9" * 32)
    message = fresh(message)
    assert (message.state, message.provider_sid, message.reason) == ("delivered", "SM" + "9" * 32, "")


def test_a_status_callback_stops_the_second_try(rig, send):
    message = send()
    rig.carrier.faults = [ProviderUnknown()]
    drain("messages")
    apply_status(message=fresh(message), status="sent", sid="SM" + "9" * 32)
    run(rig, minutes=30)
    assert rig.carrier.taken == []
    assert fresh(message).state == "sent"


def test_a_callback_that_is_faster_than_the_answer_counts(rig, send):
    message = send()
    rig.carrier.on_send = lambda text: apply_status(message=fresh(message), status="delivered", sid=text["sid"])
    run(rig)
    message = fresh(message)
    assert (message.state, message.provider_sid) == ("delivered", rig.carrier.taken[0]["sid"])
    types = [event.type for event in Event.objects.for_practice(rig.glow)]
    assert types.count("message.sent") == 1


def test_a_worker_killed_before_it_asked_leaves_a_text_that_is_sent_once(rig, send, monkeypatch):
    message = send()
    rig.carrier.faults = [Killed()]
    kill_worker()
    assert fresh(message).state == "sending"
    run(rig, minutes=10)
    assert len(rig.carrier.taken) == 1
    assert fresh(message).state == "sent"


def test_a_worker_killed_after_it_asked_leaves_a_text_that_is_not_sent_again(rig, send):
    message = send()
    rig.carrier.swallow = [Killed()]
    kill_worker()
    run(rig, minutes=10)
    assert len(rig.carrier.taken) == 1
    assert (fresh(message).state, fresh(message).provider_sid) == ("sent", rig.carrier.taken[0]["sid"])


def test_twins_are_told_apart(rig, send):
    """Two equal texts to one number, both without an answer: each finds its own, none is sent again."""
    first, second = send("a"), send("b")
    rig.carrier.swallow = [ProviderUnknown(), ProviderUnknown()]
    run(rig, minutes=30)
    sids = {fresh(first).provider_sid, fresh(second).provider_sid}
    assert sids == {text["sid"] for text in rig.carrier.taken}
    assert len(sids) == 2


def test_a_sid_that_a_look_up_gave_to_a_twin_goes_back_to_its_owner(rig, send):
    first, second = send("a"), send("b")
    rig.carrier.faults = [ProviderUnknown()]
    drain("messages")  # the first: no answer and never taken; the second: taken
    lost, owner = fresh(first), fresh(second)
    sid = owner.provider_sid
    Message.objects.for_practice(rig.glow).filter(pk=owner.pk).update(provider_sid=None, state="sending", sent_at=None)
    Message.objects.for_practice(rig.glow).filter(pk=lost.pk).update(provider_sid=sid, state="sent")
    apply_status(message=fresh(owner), status="queued", sid=sid)
    assert (fresh(owner).state, fresh(owner).provider_sid) == ("sent", sid)
    assert (fresh(lost).state, fresh(lost).provider_sid) == ("unknown", None)
    run(rig, minutes=10)
    assert fresh(lost).state == "sent"
    assert len(rig.carrier.taken) == 2


def test_a_fault_of_our_own_ends_as_not_sent_when_it_surely_was_not(rig, send, monkeypatch):
    message = send()
    monkeypatch.setattr(delivery, "judge", lambda facts: 1 / 0)
    run(rig, minutes=240, step=60)
    assert (fresh(message).state, fresh(message).due_at) == ("failed", None)


def test_a_strange_error_of_the_carriers_client_counts_as_unknown(rig, send):
    message = send()
    rig.carrier.swallow = [ValueError("bad JSON")]
    run(rig, minutes=10)
    assert len(rig.carrier.taken) == 1
    assert fresh(message).state == "sent"


def test_the_story_of_a_message_is_kept(rig, send):
    message = send()
    rig.carrier.faults = [ProviderTemporary(), ProviderUnknown()]
    run(rig, minutes=10)
    kinds = [event.kind for event in MessageEvent.objects.for_practice(rig.glow).filter(message=message)]
    assert kinds == ["asked", "later", "asked", "unclear", *["absent"] * 4, "again", "asked", "status"]
