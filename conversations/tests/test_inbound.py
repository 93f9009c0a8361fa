import pytest

from aesthetix.events.models import Event
from aesthetix.practices.models import Alert
from contacts.models import Contact, ContactPhone
from conversations.models import Item, Message, OptOut, Thread
from conversations.services.inbound import receive_text
from conversations.services.opt_out import open_opt_out

GRACE = "+16025550147"


@pytest.fixture
def text(rig):
    """A text from Grace to the main line; keyword arguments replace the usual ones."""

    def _text(body="Hi there", sid="SM1", **changes):
        usual = {"practice": rig.glow, "from_number": GRACE, "to_number": "+16025550190"}
        return receive_text(**{**usual, "sid": sid, "body": body, **changes})

    return _text


def types(practice):
    return [event.type for event in Event.objects.for_practice(practice).order_by("id")]


def systems(practice):
    return list(Item.objects.for_practice(practice).filter(kind="system").values_list("text", flat=True))


def test_a_text_stands_unread_in_the_senders_thread(rig, text):
    message = text()
    assert (message.state, message.inbound, message.origin, message.due_at) == ("received", True, "patient", None)
    thread = Thread.objects.for_practice(rig.glow).get()
    assert (thread.contact, thread.unread_count, thread.preview) == (rig.grace, 1, "Hi there")
    assert Item.objects.for_practice(rig.glow).get().message == message
    assert types(rig.glow) == ["message.received", "thread.updated"]


def test_the_same_text_twice_is_one_text(rig, text):
    assert text().pk == text(body="Changed").pk
    assert Thread.objects.for_practice(rig.glow).get().unread_count == 1
    assert types(rig.glow) == ["message.received", "thread.updated"]


def test_a_repeat_that_was_not_seen_in_time_undoes_itself(rig, text, monkeypatch):
    from conversations.services import inbound

    first, real, calls = text(), inbound._find, []

    def blind_once(practice, sid):
        calls.append(sid)
        return None if len(calls) == 1 else real(practice, sid)

    monkeypatch.setattr(inbound, "_find", blind_once)
    assert text().pk == first.pk
    assert Thread.objects.for_practice(rig.glow).get().unread_count == 1
    assert types(rig.glow) == ["message.received", "thread.updated"]


def test_a_new_number_becomes_an_unverified_caller_once(rig, text):
    for sid in ("SM1", "SM2"):
        text(sid=sid, from_number="+16025550155")
    contact = Contact.objects.for_practice(rig.glow).get(unverified_caller=True)
    assert Thread.objects.for_practice(rig.glow).get().contact == contact
    assert types(rig.glow).count("contact.created") == 1


def test_another_practices_patient_is_a_stranger_here(rig, text):
    message = text(from_number="+14805550163")
    assert message.thread.contact != rig.stranger
    assert message.thread.contact.practice == rig.glow


def test_of_a_family_on_one_number_the_one_last_in_touch_gets_the_text(rig, text):
    daughter = Contact.objects.create(practice=rig.glow, first_name="Ana")
    ContactPhone.objects.create(practice=rig.glow, contact=daughter, number=GRACE, is_shared=True)
    Contact.objects.for_practice(rig.glow).filter(pk=rig.grace.pk).update(updated_at=rig.clock())
    Contact.objects.for_practice(rig.glow).filter(pk=daughter.pk).update(updated_at=rig.clock())
    from conversations.services.threads import add_item

    add_item(rig.glow, rig.grace, "call", ref=1)
    rig.clock.tick(minutes=1)
    assert text(sid="SM1").thread.contact == rig.grace
    rig.clock.tick(minutes=1)
    add_item(rig.glow, daughter, "call", ref=2)
    assert text(sid="SM2").thread.contact == daughter


@pytest.mark.parametrize("own", ["+16025550190", "+16025550111"])
def test_our_own_lines_and_staff_never_become_contacts(rig, text, own):
    rig.own_numbers.add("+16025550111")
    message = text(from_number=own)
    assert message.thread.contact is None
    assert Contact.objects.for_practice(rig.glow).count() == 1


def test_a_short_code_never_becomes_a_contact(rig, text):
    message = text(from_number="22395", body="STOP")
    assert (message.thread.contact, message.from_address) == (None, "22395")
    assert not OptOut.objects.for_practice(rig.glow).exists()


def test_pictures_are_kept_as_the_carrier_named_them(rig, text):
    media = [{"url": "https://carrier.example/media/1", "content_type": "image/jpeg"}]
    assert text(body="", media=media).media == media
    assert Thread.objects.for_practice(rig.glow).get().preview == "Picture"


def test_stop_ends_texts_and_start_brings_them_back(rig, text, send):
    text("Stop.", "SM1")
    assert open_opt_out(rig.glow, GRACE).source == "Replied STOP"
    assert send("a").state == "withheld"
    text("START", "SM2")
    assert open_opt_out(rig.glow, GRACE) is None
    assert send("b").state == "queued"
    assert systems(rig.glow) == [
        "Opted out of texts. No text goes to (602) 555-0147 any more.",
        "Opted in again. Texts can go to (602) 555-0147.",
    ]
    assert Message.objects.for_practice(rig.glow).filter(inbound=False).count() == 2  # no confirmation of our own


def test_a_second_stop_changes_nothing(rig, text):
    text("STOP", "SM1")
    text("stop", "SM2")
    assert OptOut.objects.for_practice(rig.glow).count() == 1
    assert len(systems(rig.glow)) == 1


def test_yes_without_an_opt_out_is_an_ordinary_answer(rig, text):
    text("YES")
    assert systems(rig.glow) == []


def test_help_is_left_to_the_carrier(rig, text):
    text("HELP")
    assert systems(rig.glow) == []
    assert Message.objects.for_practice(rig.glow).count() == 1


def test_a_near_miss_is_flagged_and_does_not_opt_out(rig, text):
    text("stop. thank you")
    assert open_opt_out(rig.glow, GRACE) is None
    assert systems(rig.glow) == ["May want to opt out. Read the text above and decide."]
    alert = Alert.objects.for_practice(rig.glow).get()
    assert (alert.kind, alert.url) == ("may_opt_out", f"/inbox/{rig.grace.pk}/")
    assert "Grace" not in alert.text


def test_the_carriers_own_word_for_it_counts(rig, text):
    text("arrête", opt_out_type="STOP")
    assert open_opt_out(rig.glow, GRACE) is not None


def test_subscribers_learn_that_it_was_a_keyword(rig, text):
    text("STOP")
    received = Event.objects.for_practice(rig.glow).get(type="message.received")
    assert received.payload["keyword"] == "stop"
    assert set(received.payload) == {"message_id", "thread_id", "keyword"}


def test_a_reply_goes_out_on_the_line_that_the_patient_wrote_to(rig, text, send):
    text(to_number="+16025550191")
    assert send().from_address == "+16025550191"
