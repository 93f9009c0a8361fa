import pytest

from aesthetix.audit.models import AuditEntry
from aesthetix.events.models import Event
from aesthetix.practices.actor import Actor
from aesthetix.practices.models import ApiKey
from contacts.models import Consent, ContactPhone
from conversations.models import Item, Message, Thread
from conversations.services import send as sending
from conversations.services.gate import preview
from conversations.services.opt_out import end_opt_out, record_opt_out


def events(practice):
    return [event.type for event in Event.objects.for_practice(practice).order_by("id")]


def test_a_text_is_queued_and_stands_in_the_thread_at_once(rig, send):
    message = send(label="Missed call text back")
    assert message.state == "queued"
    assert message.due_at == rig.clock()
    assert (message.from_address, message.to_address) == ("+16025550190", "+16025550147")
    assert all(check["passed"] for check in message.verdict)
    item = Item.objects.for_practice(rig.glow).get()
    assert (item.message_id, item.kind, item.thread.contact) == (message.pk, "text", rig.grace)
    assert item.thread.preview == "We missed your call."
    assert item.thread.unread_count == 0
    assert events(rig.glow) == ["thread.updated"]
    assert rig.carrier.taken == []


def test_the_bell_rings_only_after_commit(rig, send, monkeypatch, django_capture_on_commit_callbacks):
    rung = []
    monkeypatch.setattr("aesthetix.events.bell.ring", rung.append)
    with django_capture_on_commit_callbacks() as callbacks:
        send()
        assert rung == []
    for callback in callbacks:
        callback()
    assert "messages" in rung


def test_a_repeated_key_gives_the_first_text_and_writes_nothing(rig, send):
    first = send(key="same")
    again = send(key="same", body="Other words")
    assert again.pk == first.pk
    assert again.body == "We missed your call."
    assert Message.objects.for_practice(rig.glow).count() == Item.objects.for_practice(rig.glow).count() == 1


def test_a_key_that_another_call_took_meanwhile_gives_that_text(rig, send, monkeypatch):
    first, real, calls = send(key="same"), sending.find_by_key, []

    def blind_once(practice, key):
        calls.append(key)
        return None if len(calls) == 1 else real(practice, key)

    monkeypatch.setattr(sending, "find_by_key", blind_once)
    before = events(rig.glow)
    assert send(key="same", body="Other words").pk == first.pk
    assert events(rig.glow) == before
    assert Thread.objects.for_practice(rig.glow).get().preview == "We missed your call."


def test_the_same_key_in_another_practice_is_another_text(rig, send):
    mine = send(key="same")
    theirs = send(key="same", actor=Actor.system(rig.other, "Workflow"), contact=rig.stranger)
    assert mine.pk != theirs.pk


def test_another_practices_contact_is_a_mistake_in_the_program(rig, send):
    with pytest.raises(AssertionError):
        send(contact=rig.stranger)


def test_a_text_to_somebody_who_opted_out_is_withheld_with_its_reason(rig, send):
    record_opt_out(rig.glow, "+16025550147", source="Replied STOP")
    message = send()
    assert (message.state, message.due_at) == ("withheld", None)
    assert message.reason == "(602) 555-0147 opted out of texts. Only a START from that phone ends it."
    assert message.verdict[-1] == {"check": "opt_out", "passed": False, "reason": message.reason}
    assert Thread.objects.for_practice(rig.glow).get().preview == "Not sent: We missed your call."
    assert events(rig.glow) == ["thread.updated", "message.withheld"]


def test_an_opt_out_counts_in_its_own_practice_only_and_until_it_ends(rig, send):
    record_opt_out(rig.other, "+16025550147", source="Replied STOP")
    assert send("a").state == "queued"
    record_opt_out(rig.glow, "+16025550147", source="Replied STOP")
    assert send("b").state == "withheld"
    end_opt_out(rig.glow, "+16025550147")
    assert send("c").state == "queued"


@pytest.mark.parametrize(
    ("answers", "state"), [([True], "queued"), ([True, False], "withheld"), ([False, True], "queued")]
)
def test_the_newest_consent_counts(rig, send, answers, state):
    for granted in answers:
        Consent.objects.create(practice=rig.glow, contact=rig.grace, channel="text", granted=granted, source="Form")
        rig.clock.tick(days=1)
    assert send().state == state


def test_refusing_email_does_not_stop_texts(rig, send):
    Consent.objects.create(practice=rig.glow, contact=rig.grace, channel="email", granted=False, source="Form")
    assert send().state == "queued"


def test_a_contact_without_a_number_gets_no_text(rig, send):
    ContactPhone.objects.for_practice(rig.glow).delete()
    assert send().reason == "There is no valid telephone number to text."


@pytest.mark.parametrize(
    ("to", "part"), [("+16025550199", "not on this contact's record"), ("banana", "no valid telephone number")]
)
def test_a_number_that_is_not_the_contacts_gets_no_text(rig, send, to, part):
    message = send(to=to)
    assert message.state == "withheld"
    assert part in message.reason


def test_our_own_lines_and_staff_get_no_text(rig, send):
    rig.own_numbers.add("+16025550147")
    assert send().verdict[-1]["check"] == "recipient"


def test_a_practice_without_a_carrier_sends_nothing(rig, send):
    rig.carrier.ready = False
    assert send().reason == "The practice is not connected to a carrier that sends texts."


def test_a_second_number_of_the_contact_can_be_chosen_in_any_spelling(rig, send):
    ContactPhone.objects.create(practice=rig.glow, contact=rig.grace, number="+16025550148", position=1)
    assert send(to="(602) 555-0148").to_address == "+16025550148"


def test_the_line_must_be_one_that_the_sender_may_use(rig, send):
    assert send("a", from_number="(602) 555-0191").from_address == "+16025550191"
    assert send("b", from_number="+16025550111").verdict[-1]["check"] == "sender"


def test_line_breaks_from_a_form_are_sent_as_they_are_counted(rig, send):
    assert send(body="  Hello\r\nthere  ").body == "Hello\nthere"


def test_segments_are_counted(rig, send):
    assert send(body="’" * 71).segments == 2


def test_staff_and_programs_are_in_the_audit_log_and_workflows_are_not(rig, send):
    key, _ = ApiKey.issue(practice=rig.glow, name="Website")
    send("a")
    send("b", actor=Actor(practice=rig.glow, staff=rig.jordan), origin="staff")
    message = send("c", actor=Actor(practice=rig.glow, api_key=key), origin="api")
    assert message.label == "Website"
    rows = AuditEntry.objects.for_practice(rig.glow).order_by("id")
    assert [(row.actor, row.action, row.contact_id) for row in rows] == [
        ("Jordan Lee", "send", rig.grace.pk),
        ("API key Website", "send", rig.grace.pk),
    ]


def test_events_carry_ids_only(rig, send):
    message = send(body="")
    for event in Event.objects.for_practice(rig.glow):
        assert set(event.payload) <= {"message_id", "thread_id", "state"}
        assert event.contact_id == rig.grace.pk
    assert message.state == "withheld"


def test_a_preview_of_the_gate_writes_nothing(rig):
    assert preview(rig.glow, rig.grace, rig.jordan, body="").reason == "The text is empty."
    assert preview(rig.glow, rig.grace, rig.jordan, body="Hello").passed
    assert not Message.objects.for_practice(rig.glow).exists()
