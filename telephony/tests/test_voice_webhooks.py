import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aesthetix.events.due import drain_all
from aesthetix.events.models import Event
from aesthetix.lib.clock import now
from aesthetix.practices.models import Alert
from contacts.models import Contact
from conversations.models import Item
from telephony.models import Call, CarrierCommand, Leg, Recording, RingMember, StaffCallSettings
from telephony.services.profile import touch
from telephony.tests.conftest import MAIN, PATIENT, UNKNOWN

pytestmark = pytest.mark.django_db


def calls(cast):
    return list(Call.objects.for_practice(cast.glow).order_by("id"))


def kinds(cast):
    return list(Item.objects.for_practice(cast.glow).values_list("kind", flat=True))


def events(cast, kind):
    return Event.objects.for_practice(cast.glow).filter(type=kind).count()


def test_the_first_answer_rings_the_people_of_the_line(cast, phone, carrier):
    answer = carrier.call("inbound", CallStatus="ringing")
    assert answer.status_code == 200
    text = answer.content.decode()
    assert '<Dial action="http://127.0.0.1:8000/twilio/voice/dial/" answerOnBridge="true" timeout="20">' in text
    assert f">s{cast.jordan.pk}_web</Client>" in text
    assert calls(cast)[0].contact == cast.grace


@pytest.mark.parametrize(("caller", "sqlite", "postgres"), [(PATIENT, 5, 2), (UNKNOWN, 7, 2)])
def test_the_inbound_webhook_stays_within_eight_statements(cast, phone, carrier, caller, sqlite, postgres):
    carrier.call("inbound", sid="CA0", caller="+16025550111")  # compiles the configuration
    with CaptureQueriesContext(
        connection,
    ) as seen:
        carrier.call("inbound", caller=caller)
    statements = [q["sql"] for q in seen if not q["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT"))]
    assert len(statements) == (postgres if connection.vendor == "postgresql" else sqlite), "\n".join(statements)


def test_a_wrong_signature_is_refused_and_leaves_nothing(cast, phone, carrier):
    for signature in ("", "nonsense"):
        assert carrier.post("inbound", signature=signature, CallSid="CA1", From=PATIENT, To=MAIN).status_code == 403
    assert not calls(cast)
    assert not Event.objects.for_practice(cast.glow).exists()


@pytest.mark.parametrize("missing", ["CallSid", "To"])
def test_a_malformed_webhook_gets_400_and_changes_nothing(cast, phone, carrier, missing):
    answer = carrier.call("inbound", **{missing: ""})
    assert answer.status_code == 400
    assert missing in answer.content.decode()
    assert not calls(cast)


def test_unknown_parameters_are_accepted(cast, phone, carrier):
    assert carrier.call("inbound", TwilioInventedThis="yesterday").status_code == 200


def test_an_unknown_number_becomes_one_unverified_contact(cast, phone, carrier):
    for sid in ("CA1", "CA2"):
        carrier.call("inbound", sid=sid, caller=UNKNOWN)
    contact = Contact.objects.for_practice(cast.glow).get(phones__number=UNKNOWN)
    assert contact.unverified_caller
    assert [call.contact for call in calls(cast)] == [contact, contact]


def test_a_withheld_number_makes_no_contact(cast, phone, carrier):
    carrier.call("inbound", caller="anonymous")
    assert calls(cast)[0].contact is None
    assert Contact.objects.for_practice(cast.glow).count() == 1
    assert kinds(cast) == ["call"]


def test_staff_and_own_lines_are_never_new_contacts(cast, phone, carrier):
    cast.jordan.call_settings.personal_number = "+16025550119"
    cast.jordan.call_settings.save()
    touch(cast.glow)
    carrier.call("inbound", caller="+16025550119")
    carrier.call("inbound", sid="CA2", caller=MAIN)
    carrier.call("inbound", sid="CA3", caller=cast.glow.company_phone)
    assert Contact.objects.for_practice(cast.glow).count() == 1


def test_a_colleague_who_left_calls_as_anybody_else(cast, phone, carrier, clock):
    cast.jordan.call_settings.personal_number = "+16025550119"
    cast.jordan.call_settings.save()
    cast.jordan.left_at = now()
    cast.jordan.save()
    touch(cast.glow)
    carrier.call("inbound", caller="+16025550119")
    assert Contact.objects.for_practice(cast.glow).filter(phones__number="+16025550119").exists()


def test_a_missed_call_goes_to_voicemail_and_is_told_once(cast, phone, carrier):
    carrier.call("inbound")
    for _ in range(2):
        answer = carrier.call("dial", DialCallStatus="no-answer", DialBridged="false", DialCallSid="CA2")
        assert "<Record" in answer.content.decode()
    assert (calls(cast)[0].outcome, calls(cast)[0].reason) == ("missed", "no_answer")
    assert events(cast, "call.missed") == 1


def test_a_refused_whisper_is_missed_not_answered(cast, phone, carrier):
    carrier.call("inbound")
    carrier.call("dial", DialCallStatus="completed", DialBridged="false", DialCallSid="CA2")
    assert (calls(cast)[0].outcome, calls(cast)[0].reason) == ("missed", "refused")


def test_an_answered_call_knows_who_answered_whichever_webhook_comes_first(cast, phone, carrier):
    for sid, order in (("CA1", 1), ("CA3", -1)):
        carrier.call("inbound", sid=sid)
        steps = [
            lambda s=sid: carrier.post(
                "leg", query={"call": s, "d": 0}, CallSid=f"{s}leg", CallStatus="in-progress", SequenceNumber=2
            ),
            lambda s=sid: carrier.call(
                "dial", sid=s, DialCallStatus="completed", DialBridged="true", DialCallSid=f"{s}leg"
            ),
        ]
        for step in steps[::order]:
            assert step().status_code == 200
    assert [(call.outcome, call.answered_by) for call in calls(cast)] == [("answered", cast.jordan)] * 2
    assert events(cast, "call.answered") == 2


def test_a_talk_is_as_long_as_it_was_though_the_dial_action_comes_at_its_end(cast, phone, carrier, clock):
    carrier.call("inbound")
    clock.tick(seconds=4)
    carrier.post("leg", query={"call": "CA1", "d": 0}, CallSid="CA2", CallStatus="in-progress")
    clock.tick(seconds=60)
    carrier.call("dial", DialCallStatus="completed", DialBridged="true", DialCallSid="CA2")
    carrier.call("status", CallStatus="completed")
    (call,) = calls(cast)
    assert (call.ended_at - call.answered_at).total_seconds() == 60


def test_an_outside_phone_stops_ringing_when_an_app_of_the_group_answers(cast, phone, carrier):
    StaffCallSettings.objects.create(staff=cast.maya, web_app=False, personal_number="+16025550119")
    RingMember.objects.create(line=phone.main, staff=cast.maya, position=1)
    touch(cast.glow)
    carrier.call("inbound")
    carrier.post("leg", query={"call": "CA1", "d": 1}, CallSid="CAoutside", CallStatus="ringing")
    for _ in range(2):
        carrier.post("leg", query={"call": "CA1", "d": 0}, CallSid="CAapp", CallStatus="in-progress")
    ends = CarrierCommand.objects.for_practice(cast.glow).filter(kind=CarrierCommand.Kind.END_LEG)
    assert [command.target for command in ends] == ["CAoutside"]


@pytest.mark.parametrize(("timeout", "tones", "pause"), [(5, 1, 1), (20, 3, 4), (22, 4, 0)])
def test_outside_phones_alone_ring_for_the_timeout_and_a_second_each(cast, phone, carrier, timeout, tones, pause):
    for number, person in enumerate([cast.maya, cast.priya]):
        StaffCallSettings.objects.create(staff=person, web_app=False, personal_number=f"+1602555011{number}")
        RingMember.objects.create(line=phone.main, staff=person)
    RingMember.objects.filter(staff=cast.jordan).delete()
    phone.main.incoming_timeout = timeout
    phone.main.save()
    touch(cast.glow)
    answer = carrier.call("inbound").content.decode()
    assert f'<Play loop="{tones}">' in answer
    waits = f'<Pause length="{pause}" />' if pause else ""
    assert f"</Play>{waits}<Redirect>" in answer


def test_an_outside_phone_that_begins_to_ring_after_the_caller_left_is_stopped(cast, phone, carrier):
    StaffCallSettings.objects.create(staff=cast.maya, web_app=False, personal_number="+16025550119")
    RingMember.objects.create(line=phone.main, staff=cast.maya, position=1)
    touch(cast.glow)
    carrier.call("inbound")
    carrier.call("status", CallStatus="completed")
    for status in ("initiated", "ringing"):
        carrier.post("leg", query={"call": "CA1", "d": 1}, CallSid="CAoutside", CallStatus=status)
    ends = CarrierCommand.objects.for_practice(cast.glow).filter(kind=CarrierCommand.Kind.END_LEG)
    assert [command.target for command in ends] == ["CAoutside"]


def test_the_phone_that_took_the_call_is_not_stopped_by_its_own_late_webhooks(cast, phone, carrier):
    StaffCallSettings.objects.create(staff=cast.maya, web_app=False, personal_number="+16025550119")
    RingMember.objects.create(line=phone.main, staff=cast.maya, position=1)
    touch(cast.glow)
    carrier.call("inbound")
    carrier.post("accept", query={"call": "CA1", "d": 1}, CallSid="CAtook", Digits="1")
    for status in ("ringing", "in-progress"):
        carrier.post("leg", query={"call": "CA1", "d": 1}, CallSid="CAtook", CallStatus=status)
    ends = CarrierCommand.objects.for_practice(cast.glow).filter(kind=CarrierCommand.Kind.END_LEG)
    assert not ends.exists()


def test_a_late_leg_status_never_overwrites_a_final_one(cast, phone, carrier):
    carrier.call("inbound")
    for number, status in ((3, "no-answer"), (1, "ringing"), (0, "initiated")):
        carrier.post("leg", query={"call": "CA1", "d": 0}, CallSid="CA2", CallStatus=status, SequenceNumber=number)
    leg = Leg.objects.for_practice(cast.glow).get()
    assert (leg.status, leg.staff) == ("no-answer", cast.jordan)


def test_the_caller_hangs_up_while_ringing_and_no_dial_action_comes(cast, phone, carrier, clock):
    carrier.call("inbound")
    carrier.call("status", CallStatus="completed")
    drain_all()
    assert calls(cast)[0].outcome == ""
    clock.tick(seconds=11)
    drain_all()
    assert (calls(cast)[0].outcome, calls(cast)[0].reason) == ("missed", "abandoned")
    assert events(cast, "call.missed") == 1


def test_a_voicemail_stands_in_the_thread_once_and_a_silent_one_not_at_all(cast, phone, carrier):
    carrier.call("inbound")
    carrier.call("dial", DialCallStatus="no-answer", DialBridged="false")
    url = "https://api.twilio.com/2010-04-01/Accounts/AC/Recordings/RE1"
    carrier.call("voicemail", RecordingUrl=url, RecordingDuration="12", Digits="hangup")
    for _ in range(2):
        carrier.post(
            "recording",
            query={"kind": "voicemail", "call": "CA1"},
            CallSid="CA1",
            RecordingSid="RE1",
            RecordingStatus="completed",
            RecordingUrl=url,
            RecordingDuration="12",
        )
    carrier.post("recording", query={"kind": "voicemail", "call": "CA1"}, RecordingSid="RE2", RecordingStatus="absent")
    assert kinds(cast) == ["call", "voicemail"]
    states = Recording.objects.for_practice(cast.glow).values_list("sid", "state", "seconds")
    assert set(states) == {("RE1", "pending", 12), ("RE2", "absent", 0)}


def test_a_number_that_nobody_configured_says_so_and_tells_an_admin(cast, phone, carrier):
    for _ in range(2):
        answer = carrier.call("inbound", To="+16025550199")
        assert "not set up" in answer.content.decode()
    alert = Alert.objects.for_practice(cast.glow).get()
    assert alert.count == 2
    assert not calls(cast)


def test_a_call_that_no_rule_matches_drops_with_an_alert_and_counts_as_missed(cast, phone, carrier):
    phone.main.ring_members.clear()
    cast.glow.company_phone = ""
    cast.glow.save()
    touch(cast.glow)
    answer = carrier.call("inbound")
    assert "<Reject" in answer.content.decode()
    drain_all()
    assert calls(cast)[0].outcome == "dropped"
    assert events(cast, "call.missed") == 1
    assert "dropped" in Alert.objects.for_practice(cast.glow).get().text


def test_a_practice_cannot_be_told_about_anothers_call(cast, phone, carrier):
    from telephony.models import CarrierAccount, Line

    CarrierAccount.objects.create(practice=cast.other, account_sid="AC" + "1" * 32, auth_token="theirs")
    theirs = Line.objects.create(practice=cast.other, number="+16025550188", name="Theirs")
    call = Call.objects.create(practice=cast.other, sid="CAtheirs", line=theirs, from_number=PATIENT, to_number="x")
    answer = carrier.call("status", sid="CAtheirs", CallStatus="completed", To="+16025550188")
    assert answer.status_code == 400
    call.refresh_from_db()
    assert call.ended_at is None
