"""The way from a call in the thread to the answer."""

from telephony.thread_kinds import load_calls


def links(call):
    return [(link.label, link.url) for link in load_calls([call.pk])[call.pk].links]


def test_a_missed_call_leads_to_why_a_text_was_sent_or_not(desk):
    call = desk.missed().call
    assert ("Why was a text sent or not?", f"/workflows/why/call/{call.pk}/") in links(call)


def test_an_answered_call_has_no_such_link(desk):
    call = desk.missed().call
    call.outcome = "answered"
    call.save()
    assert not any("text" in label for label, _ in links(call))
