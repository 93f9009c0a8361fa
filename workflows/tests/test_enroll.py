import datetime as dt

import pytest

from aesthetix.events.models import Delivery, Event
from aesthetix.practices.models import BusinessHours
from contacts.models import Contact, ContactPhone
from conversations.models import OptOut
from workflows.models import CoolOff, Enrollment
from workflows.services.defaults import install_default_workflows
from workflows.services.publishing import stop_workflow
from workflows.tests.conftest import GRACE, settle

TEXT = {"kind": "send_text", "body": "Sorry we missed you", "from": "called"}


def states(desk):
    return [run.state for run in desk.runs()]


def test_a_missed_call_gets_one_text_on_the_line_that_was_called(desk):
    desk.publish()
    missed = desk.missed(line=desk.facials)
    settle()
    (message,) = desk.messages()
    assert message.state == "queued"
    assert message.body.startswith("Hi Grace, sorry we missed your call at Glow Med Spa.")
    assert (message.from_address, message.to_address) == (desk.facials.number, GRACE)
    (run,) = desk.runs()
    assert (run.state, run.source, run.contact) == ("done", f"call:{missed.call.pk}", desk.cast.grace)
    assert message.idempotency_key == f"workflow:{run.pk}:s1"


def test_the_same_caller_gets_no_second_text_within_the_cool_off_and_is_told_why(desk, clock):
    desk.publish()
    desk.missed()
    settle()
    clock.tick(minutes=3)
    desk.missed()
    settle()
    assert len(desk.messages()) == 1
    assert states(desk) == ["done", "skipped"]
    assert desk.runs()[1].reason == "A text was sent to this caller 3 minutes ago; one per 20 minutes."


def test_the_next_text_goes_out_when_the_cool_off_is_over_and_not_a_second_earlier(desk, clock):
    desk.publish()
    for pause in (0, 20 * 60 - 1, 1):
        clock.tick(seconds=pause)
        desk.missed()
        settle()
    assert states(desk) == ["done", "skipped", "done"]


def test_calls_during_the_cool_off_do_not_make_it_longer(desk, clock):
    desk.publish()
    for _ in range(5):
        desk.missed()
        settle()
        clock.tick(minutes=5)
    assert states(desk) == ["done", "skipped", "skipped", "skipped", "done"]


def test_the_cool_off_is_about_the_number_so_a_family_gets_one_text(desk):
    desk.publish()
    son = Contact.objects.create(practice=desk.practice, first_name="Theo", last_name="Park")
    ContactPhone.objects.create(practice=desk.practice, contact=son, number=GRACE, is_shared=True)
    desk.missed()
    desk.missed(contact=son)
    settle()
    assert len(desk.messages()) == 1


def test_a_text_that_the_gate_withheld_starts_no_cool_off(desk, clock):
    desk.publish()
    opt_out = OptOut.objects.create(practice=desk.practice, address=GRACE, source="STOP")
    desk.missed()
    settle()
    opt_out.delete()
    for _ in range(2):
        desk.missed()
        settle()
    assert [message.state for message in desk.messages()] == ["withheld", "queued"]
    assert "opted out" in desk.runs()[0].step_runs.get().result
    assert desk.runs()[2].reason.startswith("A text was sent to this caller less than a minute ago")


def test_a_second_text_that_is_withheld_does_not_give_back_the_cool_off_of_the_first(desk, clock):
    desk.publish(TEXT, {"kind": "wait", "minutes": 5}, TEXT)
    desk.missed()
    settle()
    OptOut.objects.create(practice=desk.practice, address=GRACE, source="STOP")
    clock.tick(minutes=5)
    settle()
    desk.missed()
    settle()
    assert "opted out" in desk.runs()[0].step_runs.last().result
    assert states(desk) == ["done", "skipped"]


def test_a_workflow_without_a_cool_off_answers_every_call(desk):
    desk.publish(cool_off=0)
    desk.missed()
    desk.missed()
    settle()
    assert len(desk.messages()) == 2
    assert not CoolOff.objects.for_practice(desk.practice).exists()


def test_each_workflow_has_its_own_cool_off(desk):
    desk.publish({"kind": "add_tag", "tag": "Missed"}, name="Tag")
    desk.publish(TEXT, name="Text")
    desk.missed()
    settle()
    assert states(desk) == ["done", "done"]


def test_an_event_that_is_delivered_twice_starts_one_run_and_takes_no_second_cool_off(desk, clock):
    desk.publish()
    desk.missed()
    settle()
    clock.tick(minutes=30)
    Event.objects.across_practices().update(due_at=clock())
    Delivery.objects.across_practices().update(due_at=clock(), done_at=None)
    settle()
    assert states(desk) == ["done"]
    assert len(desk.messages()) == 1


def test_a_withheld_number_is_not_texted_and_the_reason_stands_there(desk):
    desk.publish()
    desk.missed(number="", contact=None)
    settle()
    (run,) = desk.runs()
    assert (run.state, run.contact) == ("skipped", None)
    assert run.reason == "The caller withheld their number, so there is nobody to text."


def test_our_own_line_as_caller_is_not_texted(desk):
    desk.publish()
    desk.missed(number=desk.facials.number, contact=None)
    settle()
    assert "own lines or staff" in desk.runs()[0].reason
    assert desk.messages() == []


def test_a_filtered_call_leaves_its_reason_and_does_not_take_the_cool_off(desk):
    desk.publish(filters={"lines": [desk.facials.pk]})
    desk.missed()
    settle()
    assert desk.runs()[0].reason == "The call came in on Main line; this workflow is for Facials line."
    desk.missed(line=desk.facials)
    settle()
    assert states(desk) == ["skipped", "done"]


def test_the_hours_are_those_of_the_call_however_late_the_worker_is(desk, clock):
    BusinessHours.objects.create(practice=desk.practice, weekday=0, opens=dt.time(9), closes=dt.time(10, 30))
    desk.publish(filters={"hours": "in"})
    desk.missed()
    clock.tick(hours=2)
    settle()
    assert states(desk) == ["done"]


def test_a_call_of_last_night_is_too_late_to_answer(desk, clock):
    desk.publish()
    desk.missed()
    clock.tick(hours=14)
    settle()
    assert desk.runs()[0].reason == "The call was missed 14 hours ago, which is too late to react."


def test_nothing_starts_once_the_workflow_is_stopped(desk):
    workflow = desk.publish()
    stop_workflow(actor=desk.maya, workflow=workflow)
    desk.missed()
    settle()
    assert desk.runs() == []


def test_another_practices_workflow_does_not_hear_of_the_call(desk):
    install_default_workflows(desk.cast.other)
    desk.missed()
    settle()
    assert not Enrollment.objects.for_practice(desk.cast.other).exists()


def test_a_contact_who_was_deleted_before_the_worker_came_is_no_error(desk):
    desk.publish()
    missed = desk.missed()
    desk.cast.grace.delete()
    settle()
    (run,) = desk.runs()
    assert run.state == "skipped"
    assert run.source == f"call:{missed.call.pk}"


@pytest.mark.parametrize("times", [1, 2])
def test_a_new_practice_gets_the_published_text_back_once(desk, times):
    for _ in range(times):
        install_default_workflows(desk.practice)
    desk.missed()
    settle()
    assert len(desk.messages()) == 1


def test_a_practice_that_stopped_its_text_back_keeps_it_stopped(desk):
    install_default_workflows(desk.practice)
    stop_workflow(actor=desk.maya, workflow=desk.practice_workflow())
    install_default_workflows(desk.practice)
    assert desk.practice_workflow().state == "stopped"
