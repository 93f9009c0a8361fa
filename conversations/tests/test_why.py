from aesthetix.events.due import drain
from conversations.channels.ports import ProviderPermanent
from conversations.models import Message
from conversations.services.opt_out import record_opt_out
from conversations.services.why import explain_message


def explain(message):
    return explain_message(Message.objects.for_practice(message.practice_id).get(pk=message.pk))


def test_a_withheld_text_names_the_check_that_stopped_it(rig, send):
    record_opt_out(rig.glow, "+16025550147", source="Replied STOP")
    told = explain(send())
    assert told.summary.startswith("Not sent. (602) 555-0147 opted out")
    assert [(line.label, line.check.passed) for line in told.checks] == [
        ("The text", True),
        ("The recipient", True),
        ("Opt-out", False),
    ]
    assert told.carrier == []


def test_a_sent_text_shows_what_the_carrier_said(rig, send):
    message = send()
    assert explain(message).summary == "Waiting to be sent."
    drain("messages")
    told = explain(message)
    assert told.summary == "Sent. The carrier has not reported its delivery yet."
    assert [line.text for line in told.carrier] == ["Handed to the carrier.", "The carrier reports: queued."]


def test_a_refused_text_says_what_to_do(rig, send):
    message = send()
    rig.carrier.faults = [ProviderPermanent("21614")]
    drain("messages")
    told = explain(message)
    assert told.summary == "Not delivered. This number cannot receive texts. Call instead."
    assert told.carrier[-1].text == "The carrier refused it. This number cannot receive texts. Call instead."
