"""Tasks: overdue by the practice's clock, reminded once, for those alone who may see the patient."""

import datetime as dt
from smtplib import SMTPServerDisconnected

import pytest
from django.core import mail
from django.core.exceptions import ValidationError

from aesthetix.events.due import WorkQueue, claim, drain
from aesthetix.events.models import Event, Notification
from aesthetix.practices.actor import Actor
from aesthetix.practices.services.staff import mark_left
from contacts.models import Contact, Task
from contacts.models.tasks import moment_of
from contacts.services import reminders, tasks
from contacts.services.tasks import TaskFacts

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 16)  # of the moved clock, 10:00 in Phoenix


@pytest.fixture
def maya(cast, clock):
    return Actor(practice=cast.glow, staff=cast.maya)


@pytest.fixture
def add(cast, maya):
    def do(title="Call back", **facts):
        return tasks.add_task(actor=maya, contact=cast.grace, facts=TaskFacts(title=title, **facts))

    return do


def told(staff):
    return list(Notification.objects.for_practice(staff.practice).filter(staff=staff).values_list("text", flat=True))


def test_without_a_time_it_is_overdue_when_the_day_is_over_in_the_practice(add, clock):
    task = add(due_on=TODAY)
    clock.at = dt.datetime(2026, 11, 17, 6, 59, tzinfo=dt.UTC)  # 23:59 in Phoenix
    assert not task.is_overdue
    clock.tick(minutes=1)
    assert task.is_overdue


def test_a_due_time_keeps_to_the_wall_clock_over_daylight_saving(cast):
    cast.glow.time_zone = "America/New_York"
    before = moment_of(cast.glow, dt.date(2026, 10, 31), dt.time(9))
    after = moment_of(cast.glow, dt.date(2026, 11, 1), dt.time(9))
    assert (before.hour, after.hour) == (13, 14)
    assert moment_of(cast.glow, dt.date(2026, 10, 31), None) == dt.datetime(2026, 11, 1, 4, tzinfo=dt.UTC)


def test_who_may_not_see_the_patient_cannot_have_the_task(cast, add):
    assert add(assignee=cast.priya).assignee == cast.priya  # grace is hers
    stranger = Contact.objects.create(practice=cast.glow, first_name="Lena")
    actor = Actor(practice=cast.glow, staff=cast.maya)
    with pytest.raises(ValidationError) as refused:
        tasks.add_task(actor=actor, contact=stranger, facts=TaskFacts(title="x", assignee=cast.priya))
    assert "may not see this patient" in str(refused.value)


def test_the_form_says_it_at_the_field(cast, client, clock):
    stranger = Contact.objects.create(practice=cast.glow, first_name="Lena")
    client.force_login(cast.maya.user)
    address = f"/contacts/{stranger.pk}/tasks/add/"
    for values, said in (
        ({"title": "x", "assignee": cast.priya.pk}, "This person may not see this patient."),
        ({"title": "x", "assignee": cast.outsider.pk}, "This person may not see this patient."),
        ({"title": " "}, "Say what is to be done."),
        ({"title": "x", "due_time": "09:00"}, "Choose a date for this time."),
        ({"title": "x", "due_on": "2026-02-31"}, "Enter a valid date."),
        ({"title": "x", "due_on": "9999-12-31"}, "A due date lies between 2000 and 2099."),
        ({"title": "x", "due_on": "0001-01-01"}, "A due date lies between 2000 and 2099."),
        ({"title": "x" * 161}, "at most 160 characters"),
    ):
        answer = client.post(address, values, headers={"HX-Request": "true"})
        assert answer.status_code == 422
        assert said in answer.content.decode()
    assert not Task.objects.for_practice(cast.glow).exists()


def test_a_change_to_an_older_version_is_told(cast, add, maya, client):
    task = add()
    tasks.edit_task(actor=maya, task=task, facts=TaskFacts(title="Write"), version=1)
    with pytest.raises(tasks.StaleTask):
        tasks.edit_task(actor=maya, task=task, facts=TaskFacts(title="Mail"), version=1)
    client.force_login(cast.jordan.user)
    address = f"/contacts/{cast.grace.pk}/tasks/{task.pk}/edit/"
    answer = client.post(address, {"title": "Mail", "version": 1}, headers={"HX-Request": "true"})
    assert "Somebody changed this task while you were writing." in answer.content.decode()
    client.post(address, {"title": "Mail", "version": 2}, headers={"HX-Request": "true"})
    task.refresh_from_db()
    assert task.title == "Mail"


def test_done_and_open_again_twice_changes_nothing_twice(add, maya, cast):
    task = add()
    for done in (True, True, False, False):
        tasks.set_done(actor=maya, task=task, done=done)
    events = Event.objects.for_practice(cast.glow).filter(type="task.changed")
    assert events.count() == 3  # added, done, open


def test_deleting_hides_and_undo_brings_it_back(add, maya, cast, client):
    task = add()
    client.force_login(cast.maya.user)
    page = client.post(
        f"/contacts/{cast.grace.pk}/tasks/{task.pk}/delete/", headers={"HX-Request": "true"}
    ).content.decode()
    assert f"/tasks/{task.pk}/restore/" in page
    assert "Call back" not in page
    client.post(f"/contacts/{cast.grace.pk}/tasks/{task.pk}/restore/")
    assert Task.objects.for_practice(cast.glow).open().get() == task


def test_assigning_to_somebody_else_tells_them_once(cast, add):
    add(assignee=cast.jordan)
    add(title="Mine", assignee=cast.maya)
    assert told(cast.jordan) == ["Task for you: Call back"]
    assert told(cast.maya) == []


def test_the_assignee_is_reminded_once_in_the_app_and_once_by_mail(cast, add, clock):
    add(assignee=cast.maya, due_on=TODAY, due_time=dt.time(15))
    drain("task_reminders")
    assert told(cast.maya) == []
    clock.tick(hours=5)
    for _ in range(3):
        drain("task_reminders")
    assert told(cast.maya) == ["Due: Call back"]
    (message,) = mail.outbox
    assert message.to == ["maya@glow.example"]
    assert not [word for word in ("Call", "Grace", "Park") if word in message.subject + message.body]


def test_without_a_time_the_reminder_comes_in_the_morning(cast, add, clock):
    add(assignee=cast.maya, due_on=TODAY + dt.timedelta(days=1))
    clock.at = dt.datetime(2026, 11, 17, 15, 59, tzinfo=dt.UTC)
    drain("task_reminders")
    assert told(cast.maya) == []
    clock.tick(minutes=1)
    drain("task_reminders")
    assert told(cast.maya) == ["Due: Call back"]


def test_a_date_that_moves_moves_the_reminder(cast, add, maya, clock):
    task = add(assignee=cast.maya, due_on=TODAY, due_time=dt.time(15))
    later = TaskFacts(title="Call back", assignee=cast.maya, due_on=TODAY + dt.timedelta(days=7), due_time=dt.time(15))
    tasks.edit_task(actor=maya, task=task, facts=later, version=1)
    clock.tick(days=1)
    drain("task_reminders")
    assert told(cast.maya) == []
    clock.tick(days=7)
    drain("task_reminders")
    assert told(cast.maya) == ["Due: Call back"]


def test_a_date_that_is_moved_while_a_worker_comes_moves_the_reminder(cast, add, maya, clock):
    task = add(assignee=cast.maya, due_on=TODAY, due_time=dt.time(15))
    clock.tick(hours=5)
    (claimed,) = claim(WorkQueue.registry["task_reminders"], clock.at)
    later = TaskFacts(title="Call back", assignee=cast.maya, due_on=TODAY + dt.timedelta(days=7))
    tasks.edit_task(actor=maya, task=task, facts=later, version=1)
    reminders.remind(claimed)
    assert told(cast.maya) == []
    clock.tick(days=7)
    drain("task_reminders")
    assert told(cast.maya) == ["Due: Call back"]


def test_a_change_to_a_task_that_was_deleted_meanwhile_brings_it_back(add, maya, cast):
    task = add()
    tasks.delete_task(actor=maya, task=task)
    tasks.edit_task(actor=maya, task=task, facts=TaskFacts(title="Write"), version=1)
    assert Task.objects.for_practice(cast.glow).open().get().title == "Write"


@pytest.mark.parametrize("after", ["999999999999999999-1", "x-1", "1-x"])
def test_a_place_that_is_none_begins_anew(add, client, cast, after):
    add()
    client.force_login(cast.maya.user)
    assert "Call back" in client.get(f"/tasks/?view=all&after={after}").content.decode()


@pytest.mark.parametrize("what", ["done", "deleted", "left", "unassigned contact"])
def test_nobody_is_reminded_of_what_is_no_longer_theirs(cast, add, maya, clock, what):
    task = add(assignee=cast.priya, due_on=TODAY, due_time=dt.time(15))
    Notification.objects.for_practice(cast.glow).delete()
    if what == "done":
        tasks.set_done(actor=maya, task=task, done=True)
    elif what == "deleted":
        tasks.delete_task(actor=maya, task=task)
    elif what == "left":
        cast.priya.left_at = clock.at
        cast.priya.save()
    else:
        Contact.objects.for_practice(cast.glow).filter(pk=cast.grace.pk).update(assigned_to=None)
    clock.tick(hours=6)
    drain("task_reminders")
    assert told(cast.priya) == []
    assert mail.outbox == []


def test_a_mail_server_that_is_down_is_tried_again_and_nobody_is_told_twice(cast, add, clock, monkeypatch):
    add(assignee=cast.maya, due_on=TODAY, due_time=dt.time(15))
    clock.tick(hours=5)

    def down(*args, **kwargs):
        raise SMTPServerDisconnected

    real = reminders.send_mail
    monkeypatch.setattr(reminders, "send_mail", down)
    drain("task_reminders")
    monkeypatch.setattr(reminders, "send_mail", real)
    clock.tick(minutes=5)
    drain("task_reminders")
    assert told(cast.maya) == ["Due: Call back"]
    assert len(mail.outbox) == 1


def test_a_worker_that_dies_before_the_mail_sends_no_second_one(cast, add, clock, monkeypatch):
    add(assignee=cast.maya, due_on=TODAY, due_time=dt.time(15))
    clock.tick(hours=5)
    monkeypatch.setattr(reminders, "_mail", lambda *args: 1 / 0)
    drain("task_reminders")
    monkeypatch.undo()
    clock.tick(minutes=5)
    drain("task_reminders")
    assert told(cast.maya) == ["Due: Call back"]
    assert mail.outbox == []


def page_of(client, staff, view):
    client.force_login(staff.user)
    return client.get(f"/tasks/?view={view}").content.decode()


def test_the_page_shows_each_what_they_may_see(cast, add, client):
    add(title="Ring Grace", assignee=cast.maya, due_on=TODAY - dt.timedelta(days=1))
    add(title="Jordan's", assignee=cast.jordan)
    assert "Ring Grace" in page_of(client, cast.maya, "mine")
    assert "Jordan" not in page_of(client, cast.maya, "overdue")
    assert "Jordan&#x27;s" in page_of(client, cast.maya, "all")
    assert "Overdue" in page_of(client, cast.maya, "due")
    assert "Ring Grace" in page_of(client, cast.priya, "all")  # grace is hers
    Contact.objects.for_practice(cast.glow).update(assigned_to=None)
    assert "Ring Grace" not in page_of(client, cast.priya, "all")
    assert "Ring Grace" not in page_of(client, cast.outsider, "all")


def test_the_page_costs_the_same_for_many_and_has_no_gaps(cast, add, client, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr("contacts.views.task_page.PAGE", 4)
    for at in range(10):
        add(title=f"T{at}", due_on=TODAY + dt.timedelta(days=at % 3) if at < 4 else None)
    client.force_login(cast.maya.user)
    client.get("/tasks/?view=all")
    with django_assert_num_queries(6):
        page = client.get("/tasks/?view=all")
    seen, after = [], ""
    while True:
        context = client.get(f"/tasks/?view=all&after={after}", headers={"HX-Request": "true"}).context
        seen += [task.pk for task in context["tasks"]]
        if not (after := context["more"]):
            break
    assert seen == list(Task.objects.for_practice(cast.glow).open().values_list("pk", flat=True))
    assert page.context["more"]


def test_open_tasks_of_somebody_who_leaves_are_handed_over(cast, add, maya):
    task = add(assignee=cast.jordan)
    mark_left(actor=maya, member=cast.jordan, heir=cast.maya)
    task.refresh_from_db()
    assert task.assignee == cast.maya


def test_a_notification_about_a_patient_whom_one_no_longer_sees_is_not_shown(cast, add, client):
    add(assignee=cast.priya)
    client.force_login(cast.priya.user)
    assert "Task for you: Call back" in client.get("/alerts/").content.decode()
    assert ">1<" in client.get("/bell/").content.decode()
    Contact.objects.for_practice(cast.glow).update(assigned_to=None)
    assert "Call back" not in client.get("/alerts/").content.decode()
    assert ">1<" not in client.get("/bell/").content.decode()


def test_notifications_are_seen_one_by_one_or_all(cast, add, client):
    add(assignee=cast.jordan)
    add(title="Write", assignee=cast.jordan)
    client.force_login(cast.jordan.user)
    first = Notification.objects.for_practice(cast.glow).filter(staff=cast.jordan).first()
    answer = client.post(f"/notifications/{first.pk}/seen/", {"next": first.url})
    assert answer["Location"] == first.url
    assert client.post(f"/notifications/{first.pk}/seen/", {"next": "https://evil.example/"})["Location"] == "/alerts/"
    client.post("/notifications/seen/")
    assert ">1<" not in client.get("/bell/").content.decode()


def test_a_task_that_somebody_began_is_there_again_until_it_is_saved(cast, client):
    client.force_login(cast.jordan.user)
    place, tool = f"/contacts/{cast.grace.pk}/drafts/task/", f"/contacts/{cast.grace.pk}/tasks/"
    begun = f"title=Call+back&description=&assignee={cast.maya.pk}&due_on=2026-11-20&due_time=09%3A30&version="
    assert client.post(place, {"body": begun}).status_code == 204
    page = client.get(tool).content.decode()
    for words in ("Call back", "2026-11-20", "09:30", f'value="{cast.maya.pk}" selected', "Your draft from"):
        assert words in page
    client.force_login(cast.maya.user)
    assert "Call back" not in client.get(tool).content.decode()
    client.force_login(cast.jordan.user)
    client.post(f"{tool}add/", {"title": "Call back"})
    assert "Your draft from" not in client.get(tool).content.decode()


def test_a_change_of_a_task_that_somebody_began_keeps_where_it_started_from(cast, add, client):
    task = add("Call back")
    client.force_login(cast.jordan.user)
    client.post(
        f"/contacts/{cast.grace.pk}/drafts/task-{task.pk}/", {"body": "title=Write&version=1&junk=1&assignee=x"}
    )
    page = client.get(f"/contacts/{cast.grace.pk}/tasks/{task.pk}/edit/").content.decode()
    assert 'value="Write"' in page
    answer = client.post(f"/contacts/{cast.grace.pk}/tasks/{task.pk}/edit/", {"title": "Write", "version": 1})
    assert answer.status_code == 302
    assert "Your draft" not in client.get(f"/contacts/{cast.grace.pk}/tasks/{task.pk}/edit/").content.decode()
