"""The pages of workflows: who may open them, and what they must not show or do."""

import pytest
from django.urls import reverse

from aesthetix.events.models import Event
from contacts.models import Contact, ContactPhone, Tag
from conversations.models import OptOut
from workflows.models import Enrollment, Version, Workflow
from workflows.services import drafts
from workflows.services.publishing import stop_workflow
from workflows.tests.conftest import GRACE, settle

HTMX = {"HX-Request": "true"}
ADMIN_PAGES = ["builder", "test"]
ADMIN_POSTS = ["settings", "step_add", "publish", "stop", "delete", "test"]


@pytest.fixture
def maya(client, desk):
    client.force_login(desk.cast.maya.user)
    return client


@pytest.fixture
def draft(desk):
    return drafts.create_workflow(actor=desk.maya, name="Weekend")


def url(name, workflow, *more):
    return reverse(f"workflows:{name}", args=[workflow.pk, *more])


def steps_of(workflow):
    workflow.refresh_from_db()
    return workflow.definition["steps"]


# --- who may -----------------------------------------------------------------------------------


def test_staff_see_the_list_and_the_runs_but_edit_nothing(client, desk):
    workflow = desk.publish()
    client.force_login(desk.cast.jordan.user)
    assert client.get("/workflows/").status_code == 200
    assert client.get(url("runs", workflow)).status_code == 200
    for name in ADMIN_PAGES:
        assert client.get(url(name, workflow)).status_code == 403, name
    for name in ADMIN_POSTS:
        assert client.post(url(name, workflow)).status_code == 403, name
    for name in ("step_edit", "step_move", "step_delete"):
        assert client.post(url(name, workflow, "s1")).status_code == 403, name
    assert client.get("/workflows/new/").status_code == 403


def test_an_outsider_finds_nothing_of_another_practice(client, desk):
    workflow, missed = desk.publish(), desk.missed()
    client.force_login(desk.cast.outsider.user)
    assert "Text back" not in client.get("/workflows/").content.decode()
    for name in [*ADMIN_PAGES, "runs"]:
        assert client.get(url(name, workflow)).status_code == 404, name
    for name in ADMIN_POSTS:
        assert client.post(url(name, workflow)).status_code == 404, name
    for name in ("step_edit", "step_move", "step_delete"):
        assert client.post(url(name, workflow, "s1")).status_code == 404, name
    assert client.get(reverse("workflows:why_call", args=[missed.call.pk])).status_code == 404
    workflow.refresh_from_db()
    assert workflow.state == "published"


def test_a_visitor_is_asked_to_sign_in(client, desk):
    workflow = desk.publish()
    for name in [*ADMIN_PAGES, "runs"]:
        assert client.get(url(name, workflow)).status_code == 302, name


def test_runs_are_shown_of_the_contacts_that_a_person_may_see(client, desk):
    workflow = desk.publish()
    other = Contact.objects.create(practice=desk.practice, first_name="Wren", last_name="Adler")
    ContactPhone.objects.create(practice=desk.practice, contact=other, number="+16025550111")
    desk.missed()
    desk.missed(number="+16025550111", contact=other)
    desk.missed(number="", contact=None)
    settle()
    client.force_login(desk.cast.priya.user)
    page = client.get(url("runs", workflow)).content.decode()
    assert "Grace Park" in page
    assert "Wren Adler" not in page
    assert "Caller without a record" not in page
    assert client.get(url("runs", workflow), {"contact": other.pk}).status_code == 404


def test_why_is_answered_only_for_calls_of_contacts_that_a_person_may_see(client, desk):
    desk.publish()
    other = Contact.objects.create(practice=desk.practice, first_name="Wren", last_name="Adler")
    calls = [desk.missed(), desk.missed(contact=other), desk.missed(number="", contact=None)]
    client.force_login(desk.cast.priya.user)
    answers = [client.get(reverse("workflows:why_call", args=[one.call.pk])).status_code for one in calls]
    assert answers == [200, 404, 404]


# --- the builder -------------------------------------------------------------------------------


def test_a_workflow_is_built_from_nothing_and_published(maya, desk):
    answer = maya.post("/workflows/new/", {"name": "Weekend"})
    workflow = Workflow.objects.for_practice(desk.practice).get(name="Weekend")
    assert answer.url == url("builder", workflow)
    maya.post(url("step_add", workflow), {"kind": "if_else"})
    maya.post(url("step_edit", workflow, "s1"), {"look_at": "in_hours"})
    maya.post(url("step_add", workflow), {"kind": "send_text", "parent": "s1", "branch": "then"})
    maya.post(url("step_edit", workflow, "s2"), {"body": "We are open", "sender": str(desk.facials.pk)})
    maya.post(url("step_add", workflow), {"kind": "wait", "parent": "s1", "branch": "else"})
    maya.post(url("step_edit", workflow, "s3"), {"amount": "2", "unit": "60"})
    assert steps_of(workflow) == [
        {
            "id": "s1",
            "kind": "if_else",
            "condition": {"kind": "in_hours"},
            "then": [{"id": "s2", "kind": "send_text", "body": "We are open", "from": desk.facials.pk}],
            "else": [{"id": "s3", "kind": "wait", "minutes": 120}],
        }
    ]
    maya.post(url("publish", workflow))
    workflow.refresh_from_db()
    assert workflow.state == "published"


def test_an_unfinished_draft_is_kept_and_says_at_each_step_what_is_missing(maya, draft):
    maya.post(url("step_add", draft), {"kind": "send_text"})
    maya.post(url("step_edit", draft, "s1"), {"body": "Hi {{ contact.nick }}", "sender": "called"})
    page = maya.get(url("builder", draft)).content.decode()
    assert "There is no merge field “contact.nick”" in page
    assert "1 thing to correct" in page
    answer = maya.post(url("publish", draft))
    assert answer.status_code == 422
    draft.refresh_from_db()
    assert (draft.state, Version.objects.for_practice(draft.practice).count()) == ("draft", 0)


def test_settings_of_the_wrong_type_are_refused_at_the_field_and_change_nothing(maya, draft):
    maya.post(url("step_add", draft), {"kind": "wait"})
    answer = maya.post(url("step_edit", draft, "s1"), {"amount": "soon", "unit": "1"}, headers=HTMX)
    assert answer.status_code == 422
    assert b"Enter a whole number." in answer.content
    assert maya.post(url("step_edit", draft, "s1"), {"amount": "91", "unit": "1440"}).status_code == 422
    assert steps_of(draft)[0]["minutes"] == 20


def test_steps_are_moved_and_deleted(maya, draft):
    for kind in ("wait", "stop"):
        maya.post(url("step_add", draft), {"kind": kind})
    maya.post(url("step_move", draft, "s2"), {"direction": "up"})
    assert [step["id"] for step in steps_of(draft)] == ["s2", "s1"]
    maya.post(url("step_delete", draft, "s2"))
    assert [step["id"] for step in steps_of(draft)] == ["s1"]


def test_a_step_that_somebody_else_deleted_is_said_to_be_gone(maya, draft):
    for name, data in [("step_edit", {}), ("step_move", {"direction": "up"}), ("step_delete", {})]:
        answer = maya.post(url(name, draft, "s9"), data, headers=HTMX)
        assert b"That step is no longer there." in answer.content, name
    answer = maya.post(url("step_add", draft), {"kind": "stop", "parent": "s9", "branch": "then"}, headers=HTMX)
    assert b"That step is no longer there." in answer.content
    assert steps_of(draft) == []


def test_a_kind_of_step_that_does_not_exist_is_not_found(maya, draft):
    assert maya.post(url("step_add", draft), {"kind": "send_fax"}).status_code == 404


def test_a_change_with_htmx_brings_back_the_steps_only(maya, draft):
    answer = maya.post(url("step_add", draft), {"kind": "wait"}, headers=HTMX)
    assert answer.status_code == 200
    assert b'id="builder"' in answer.content
    assert b"<html" not in answer.content
    assert b'id="form-s1"' in answer.content  # the new step's form is open


def test_the_filters_are_saved_and_said_in_words(maya, desk, draft):
    Tag.objects.create(practice=desk.practice, name="VIP")
    data = {"name": "VIP line", "lines": [desk.facials.pk], "hours": "out", "tags_any": ["VIP"], "cool_off_minutes": 60}
    maya.post(url("settings", draft), data)
    draft.refresh_from_db()
    assert draft.definition["trigger"]["filters"] == {
        "lines": [desk.facials.pk],
        "hours": "out",
        "tags_any": ["VIP"],
        "tags_none": [],
    }
    page = maya.get(url("builder", draft)).content.decode()
    words = "on Facials line, outside business hours, from a contact tagged VIP; once per caller in 1 hour"
    assert f"When a call is missed {words}" in page


def test_settings_that_cannot_be_are_refused(maya, desk, draft):
    desk.publish(name="Taken")
    theirs = desk._line("+14805550199", "Theirs")
    theirs.practice = desk.cast.other
    theirs.save()
    good = {"name": "Weekend", "hours": "any", "cool_off_minutes": "20"}
    for wrong in (
        {"name": "Taken"},
        {"name": ""},
        {"hours": "lunch"},
        {"lines": [theirs.pk]},
        {"tags_any": ["Nope"]},
        {"cool_off_minutes": "-1"},
        {"cool_off_minutes": ""},
    ):
        assert maya.post(url("settings", draft), good | wrong).status_code == 422, wrong
    draft.refresh_from_db()
    assert (draft.name, draft.definition["trigger"]["filters"]) == ("Weekend", {})


def test_a_name_that_is_taken_is_refused_when_a_workflow_is_created(maya, draft):
    answer = maya.post("/workflows/new/", {"name": "Weekend"})
    assert answer.status_code == 422
    assert b"There is a workflow of this name." in answer.content


def test_a_draft_is_deleted_but_a_published_workflow_is_kept(maya, desk, draft):
    maya.post(url("delete", draft))
    assert not Workflow.objects.for_practice(desk.practice).exists()
    workflow = desk.publish()
    maya.post(url("delete", workflow))
    assert Workflow.objects.for_practice(desk.practice).exists()


def test_stopping_from_the_page_lets_runs_finish_unless_told_otherwise(maya, desk):
    workflow = desk.publish({"kind": "wait", "minutes": 10}, {"kind": "stop"}, cool_off=0)
    desk.missed()
    settle()
    assert "1 run under way" in maya.get(url("builder", workflow)).content.decode()
    maya.post(url("stop", workflow))
    assert desk.runs()[0].state == "active"
    maya.post(url("publish", workflow))
    maya.post(url("stop", workflow), {"runs": "stop"})
    assert desk.runs()[0].state == "stopped"


def test_the_back_office_cannot_break_the_builder_with_odd_json(maya, draft):
    for steps in ({}, [1], [{"id": "s1", "kind": "send_fax"}], None):
        Workflow.objects.for_practice(draft.practice).update(definition={"steps": steps, "trigger": {}})
        assert maya.get(url("builder", draft)).status_code == 200, steps


# --- trying out --------------------------------------------------------------------------------


def test_a_try_out_shows_the_text_and_sends_nothing(maya, desk):
    workflow = desk.publish(
        {"kind": "add_tag", "tag": "X"}, {"kind": "send_text", "body": "Hi {{ contact.first_name }}", "from": "called"}
    )
    Event.objects.across_practices().delete()
    Contact.objects.for_practice(desk.practice).update(search_text="grace park")
    found = maya.post(url("test", workflow), {"q": "grace"}).content.decode()
    assert "Grace Park" in found
    page = maya.post(url("test", workflow), {"contact": desk.cast.grace.pk, "line": desk.facials.pk}).content.decode()
    assert "From (602) 555-0192: “Hi Grace”" in page
    assert desk.messages() == []
    assert not desk.cast.grace.tags.exists()
    assert not Event.objects.across_practices().exists()
    assert not Enrollment.objects.across_practices().exists()


def test_a_try_out_says_what_would_hold_the_text_back(maya, desk):
    workflow = desk.publish(filters={"lines": [desk.facials.pk]})
    OptOut.objects.create(practice=desk.practice, address=GRACE, source="STOP")
    page = maya.post(url("test", workflow), {"contact": desk.cast.grace.pk, "line": desk.main.pk}).content.decode()
    assert "It would not start." in page
    assert "this workflow is for Facials line" in page
    assert "opted out of texts" in page


def test_another_practices_patient_cannot_be_tried(maya, desk):
    workflow = desk.publish()
    assert maya.post(url("test", workflow), {"contact": desk.cast.stranger.pk}).status_code == 404
    assert "Sven" not in maya.post(url("test", workflow), {"q": "sven"}).content.decode()


# --- runs and why ------------------------------------------------------------------------------


def test_runs_are_filtered_by_state_and_paged_without_gaps(maya, desk, clock):
    workflow = desk.publish()
    for _ in range(60):
        desk.missed()
    settle()
    seen, query = [], {}
    while True:
        context = maya.get(url("runs", workflow), query).context
        seen += [run.pk for run in context["rows"]]
        if not context["older"]:
            break
        query = {"before": context["older"]}
    assert seen == sorted((run.pk for run in desk.runs()), reverse=True)
    done = maya.get(url("runs", workflow), {"state": "done"}).context["rows"]
    assert [run.state for run in done] == ["done"]


def test_a_page_of_runs_costs_the_same_however_many_there_are(maya, desk, django_assert_max_num_queries):
    workflow = desk.publish(cool_off=0)
    for _ in range(30):
        desk.missed()
    settle()
    with django_assert_max_num_queries(22):
        maya.get(url("runs", workflow))


def why(client, missed):
    return client.get(reverse("workflows:why_call", args=[missed.call.pk])).content.decode()


def test_why_a_text_was_sent(maya, desk):
    desk.publish()
    missed = desk.missed()
    settle()
    page = why(maya, missed)
    assert "One text: Waiting to be sent." in page
    assert "Hi Grace, sorry we missed your call" in page
    assert "No opt-out from this number." in page


def test_why_no_text_was_sent_is_answered_in_every_case(maya, desk, clock):
    early = desk.missed()
    settle()
    assert "The call is being looked at now." in why(maya, early)
    clock.tick(minutes=5)
    assert "No workflow for missed calls was on at that time." in why(maya, early)
    workflow = desk.publish()
    desk.missed()
    settle()
    second = desk.missed()
    settle()
    assert "No text: A text was sent to this caller less than a minute ago; one per 20 minutes." in why(maya, second)
    stop_workflow(actor=desk.maya, workflow=workflow)
    answered = desk.missed()
    answered.call.outcome = "answered"
    answered.call.save()
    assert "No text: the call was answered." in why(maya, answered)


def test_why_a_text_was_withheld(maya, desk):
    desk.publish()
    OptOut.objects.create(practice=desk.practice, address=GRACE, source="STOP")
    missed = desk.missed()
    settle()
    assert "One text: Not sent. (602) 555-0147 opted out of texts." in why(maya, missed)


def test_a_step_too_many_is_refused_and_the_draft_stays_usable(client, cast, monkeypatch):
    from workflows.services.defaults import install_default_workflows

    install_default_workflows(cast.glow)
    workflow = Workflow.objects.for_practice(cast.glow).get()
    monkeypatch.setattr("workflows.validation.MAX_STEPS", len(workflow.definition["steps"]))
    client.force_login(cast.maya.user)
    answer = client.post(f"/workflows/{workflow.pk}/steps/", {"kind": "stop"}, follow=True)
    assert "A workflow can have" in answer.content.decode()
    before = workflow.definition
    workflow.refresh_from_db()
    assert workflow.definition == before
