import datetime as dt

import pytest
from django.db import connection, transaction

from aesthetix.events.due import WorkQueue, claim
from aesthetix.practices.models import BusinessHours
from contacts.custom_fields import Stored
from contacts.models import Tag
from contacts.services.custom_fields import FieldFacts, add_field, set_archived, set_value
from contacts.services.tags import add_tag
from workflows.forms import TextForm
from workflows.models import Enrollment, StepRun
from workflows.services.engine import give_up, walk_on
from workflows.services.publishing import NotPublishable, publish_workflow, stop_workflow
from workflows.steps import KINDS
from workflows.tests.conftest import settle
from workflows.validation import known_to

STOP = {"kind": "stop"}


def text(body):
    return {"kind": "send_text", "body": body, "from": "called"}


def wait(minutes):
    return {"kind": "wait", "minutes": minutes}


def tagged(tag, then=(), otherwise=()):
    return fork({"kind": "has_tag", "tag": tag}, then, otherwise)


def fork(condition, then=(), otherwise=()):
    return {"kind": "if_else", "condition": condition, "then": _ids("t", then), "else": _ids("e", otherwise)}


def _ids(letter, steps):
    return [{"id": f"{letter}{n}", **step} for n, step in enumerate(steps, 1)]


def story(run):
    return [(step.step, step.result) for step in run.step_runs.all()]


def test_a_run_waits_as_long_as_it_must_and_goes_on(desk, clock):
    desk.publish(text("first"), wait(90), text("second"))
    desk.missed()
    settle()
    assert desk.bodies() == ["first"]
    clock.tick(minutes=89)
    settle()
    assert desk.bodies() == ["first"]
    clock.tick(minutes=1)
    settle()
    assert desk.bodies() == ["first", "second"]
    assert story(desk.runs()[0])[1] == ("s2", "Waits until Monday, November 16, 11:30 AM")


def test_a_wait_of_weeks_costs_no_attempts(desk, clock):
    desk.publish(*[wait(7 * 24 * 60)] * 10, text("at last"))
    desk.missed()
    for _ in range(11):
        settle()
        clock.tick(days=7)
    assert desk.bodies() == ["at last"]
    assert desk.runs()[0].attempts <= 1


@pytest.mark.parametrize(("has_tag", "expected"), [(True, ["vip", "after"]), (False, ["other", "after"])])
def test_a_fork_takes_the_branch_of_the_tag(desk, has_tag, expected):
    Tag.objects.create(practice=desk.practice, name="VIP")
    if has_tag:
        add_tag(actor=desk.maya, contact=desk.cast.grace, name="VIP")
    desk.publish(tagged("VIP", [text("vip")], [text("other")]), text("after"))
    desk.missed()
    settle()
    assert desk.bodies() == expected


@pytest.mark.parametrize(("hour", "expected"), [(0, "open"), (8, "closed")])
def test_business_hours_are_those_of_the_moment_in_the_practices_time_zone(desk, clock, hour, expected):
    BusinessHours.objects.create(practice=desk.practice, weekday=0, opens=dt.time(9), closes=dt.time(17))
    clock.tick(hours=hour)  # the cast's clock begins at 10 in Phoenix
    desk.publish(fork({"kind": "in_hours"}, [text("open")], [text("closed")]))
    desk.missed()
    settle()
    assert desk.bodies() == [expected]


def test_stop_ends_the_run_from_inside_a_branch(desk):
    desk.publish({"kind": "add_tag", "tag": "Called"}, tagged("Called", [STOP]), text("never"))
    desk.missed()
    settle()
    (run,) = desk.runs()
    assert (run.state, desk.bodies()) == ("done", [])
    assert [step for step, _ in story(run)] == ["s1", "s2", "t1"]


def test_tags_are_added_and_removed(desk):
    add_tag(actor=desk.maya, contact=desk.cast.grace, name="Old")
    desk.publish({"kind": "add_tag", "tag": "Missed call"}, {"kind": "remove_tag", "tag": "Old"})
    desk.missed()
    settle()
    assert list(desk.cast.grace.tags.values_list("name", flat=True)) == ["Missed call"]


def test_a_run_keeps_the_version_that_it_started_with(desk, clock):
    workflow = desk.publish(wait(10), text("old"), cool_off=0)
    desk.missed()
    settle()
    workflow.definition["steps"] = [{"id": "s1", **text("new")}]
    workflow.save()
    publish_workflow(actor=desk.maya, workflow=workflow)
    desk.missed()
    clock.tick(minutes=10)
    settle()
    assert sorted(desk.bodies()) == ["new", "old"]


def test_a_draft_that_is_not_published_changes_nothing(desk):
    workflow = desk.publish(text("published"))
    workflow.definition["steps"][0]["body"] = "draft"
    workflow.save()
    desk.missed()
    settle()
    assert desk.bodies() == ["published"]


def test_runs_under_way_finish_after_a_stop(desk, clock):
    workflow = desk.publish(wait(10), text("later"))
    desk.missed()
    settle()
    stop_workflow(actor=desk.maya, workflow=workflow)
    clock.tick(minutes=10)
    settle()
    assert desk.bodies() == ["later"]


def test_runs_under_way_end_with_a_reason_when_the_stop_says_so(desk, clock):
    workflow = desk.publish(wait(10), text("never"))
    desk.missed()
    settle()
    assert stop_workflow(actor=desk.maya, workflow=workflow, stop_runs=True) == 1
    clock.tick(minutes=10)
    settle()
    (run,) = desk.runs()
    assert (run.state, run.reason, desk.bodies()) == ("stopped", "Maya Chen stopped the workflow.", [])


def test_the_text_goes_out_from_the_line_that_was_chosen(desk):
    chosen = {**text("hello"), "from": desk.facials.pk}
    desk.publish(chosen, {**text("default"), "from": "default"}, cool_off=0)
    desk.missed(line=desk.facials)
    settle()
    assert [message.from_address for message in desk.messages()] == [desk.facials.number, desk.main.number]


def test_a_chosen_line_that_was_released_falls_back_to_the_default_and_says_so(desk):
    desk.publish({**text("hello"), "from": desk.facials.pk})
    desk.facials.delete()
    desk.missed()
    settle()
    assert desk.messages()[0].from_address == desk.main.number
    assert "no longer exists" in story(desk.runs()[0])[0][1]


def test_a_step_that_fails_is_tried_again_and_then_given_up_with_its_name(desk, clock, monkeypatch):
    desk.publish(text("never"))
    desk.missed()
    monkeypatch.setattr(KINDS["send_text"], "run", lambda run, step: 1 / 0, raising=False)
    for _ in range(10):
        settle()
        clock.tick(minutes=11)
    (run,) = desk.runs()
    assert (run.state, run.reason) == ("failed", "The step “Send a text” failed 8 times.")
    assert story(run) == [("s1", "Failed 8 times (ZeroDivisionError)")]


def test_a_worker_that_was_overtaken_leaves_the_run_alone(desk, clock):
    desk.publish(text("once"))
    desk.missed()
    for name in ("events", "deliveries"):
        from aesthetix.events.due import drain

        drain(name)
    (slow,) = claim(WorkQueue.registry["enrollments"], clock())
    clock.tick(seconds=61)
    settle()  # another worker takes the run over and finishes it
    walk_on(slow)
    assert desk.bodies() == ["once"]


class Killed(BaseException):
    """What `kill -9` is to a worker: nothing after it runs."""


class KillBefore:
    """Kills before the n-th statement; savepoints do not count, they stand in for commits."""

    def __init__(self, number):
        self.left = number

    def __call__(self, execute, sql, params, many, context):
        if "SAVEPOINT" not in sql:
            self.left -= 1
            if self.left == 0:
                raise Killed
        return execute(sql, params, many, context)


def play_with_a_kill(desk, clock, number):
    """Miss one call, kill the worker before its n-th statement, let others go on; whether it came to the kill."""
    killed = False
    desk.missed()
    try:
        with connection.execute_wrapper(KillBefore(number)):
            settle()
    except Killed:
        killed = True
    for _ in range(4):
        clock.tick(seconds=61)
        settle()
    return killed


def test_a_worker_killed_before_any_statement_neither_loses_nor_repeats(desk, clock):
    desk.publish(
        text("first"), {"kind": "add_tag", "tag": "Missed"}, tagged("Missed", [wait(1), text("second")]), text("third")
    )
    start, number, killed = clock.at, 0, True
    while killed:
        number += 1
        with transaction.atomic():
            clock.at = start
            killed = play_with_a_kill(desk, clock, number)
            (run,) = desk.runs()
            assert desk.bodies() == ["first", "second", "third"], f"killed before statement {number}"
            assert run.state == Enrollment.State.DONE
            assert StepRun.objects.for_practice(desk.practice).count() == 6
            transaction.set_rollback(True)
    assert number > 50  # it did come through the whole run


def test_a_run_that_was_stopped_while_a_worker_failed_at_it_is_let_go(desk, clock):
    """The failing worker's retry makes the row due again; it must neither run nor come back for ever."""
    desk.publish(wait(90), text("never"))
    desk.missed()
    settle()
    run = desk.runs()[0]
    stop_workflow(actor=desk.maya, workflow=run.version.workflow, stop_runs=True)
    Enrollment.objects.for_practice(run.practice_id).filter(pk=run.pk).update(due_at=clock())
    settle()
    run.refresh_from_db()
    assert (run.state, run.due_at) == ("stopped", None)
    give_up(run)
    run.refresh_from_db()
    assert run.state == "stopped"


def test_a_text_names_fields_of_the_practices_own_but_no_files(desk):
    def make(kind, name, **more):
        return add_field(actor=desk.maya, kind=kind, facts=FieldFacts(name=name, group="", **more))

    skin = make("dropdown", "Skin type", options=("Type I", "Type II"))
    make("file", "Scans", settings={"formats": ["pdf"], "most_files": 1, "most_mb": 1})
    pharmacy, gone = make("long_text", "Pharmacy"), make("text", "Gone")
    known = known_to(desk.practice)
    assert known.fields == ("skin_type", "pharmacy", "gone")
    assert "{{ contact.custom.skin_type }}" in TextForm(known=known).fields["body"].help_text
    assert "scans" not in TextForm(known=known).fields["body"].help_text
    desk.publish(
        text("{{ contact.custom.skin_type }}|{{ contact.custom.gone | default: 'none' }}|{{ contact.custom.pharmacy }}")
    )
    with pytest.raises(NotPublishable):
        desk.publish(text("{{ contact.custom.scans }}"), name="Another")
    grace = desk.cast.grace
    set_value(actor=desk.maya, contact=grace, field=skin, stored=Stored(skin.options[1]["id"]))
    set_value(actor=desk.maya, contact=grace, field=pharmacy, stored=Stored("x" * 5000))
    set_archived(actor=desk.maya, field=gone, archived=True)
    desk.missed()
    settle()
    (body,) = desk.bodies()
    assert body == f"Type II|none|{'x' * 299}…"
