"""Adding contacts to a workflow by hand: only where it is meant for it, each once, with the reason for the others."""

import pytest

from aesthetix.audit.models import AuditEntry
from aesthetix.events.due import drain
from contacts.models import Contact, ContactPhone, Job, Tag
from contacts.services import bulk
from conversations.models import Message
from conversations.services.opt_out import record_opt_out
from workflows.models import Enrollment, Workflow
from workflows.services import drafts
from workflows.services.by_hand import UNDER_WAY, add_to_workflow, open_to_hands
from workflows.services.publishing import publish_workflow, stop_workflow
from workflows.tests.conftest import settle

pytestmark = pytest.mark.django_db
TEXT = {"kind": "send_text", "body": "Time for a check-up?", "from": "default"}
WAIT = {"kind": "wait", "minutes": 60}


@pytest.fixture
def recall(desk):
    """`recall(step, …)`: a workflow that is on and open to hands."""

    def publish(*steps, cool_off=0, name="Recall", **filters):
        workflow = drafts.create_workflow(actor=desk.maya, name=name, trigger="by_hand")
        steps = [{"id": f"s{at}", **step} for at, step in enumerate(steps or (TEXT,), 1)]
        trigger = {"type": "by_hand", "filters": filters}
        workflow.definition = {"trigger": trigger, "cool_off_minutes": cool_off, "steps": steps}
        workflow.save()
        publish_workflow(actor=desk.maya, workflow=workflow)
        workflow.refresh_from_db()
        return workflow

    return publish


@pytest.fixture
def crowd(desk):
    for at in range(4):
        contact = Contact.objects.create(practice=desk.practice, first_name=f"P{at}", unverified_caller=True)
        ContactPhone.objects.create(practice=desk.practice, contact=contact, number=f"+1602555010{at}")
    return desk


@pytest.fixture
def add_all(client, crowd):
    """What the confirmation posts for the four of the list."""

    def post(flow, staff=None, *, sure=4, typed=4, **more):
        client.force_login((staff or crowd.cast.maya).user)
        given = {"action": "workflow", "query": "unverified=1", "sure": sure, "typed": typed, "workflow": flow.pk}
        return client.post("/contacts/bulk/start/", given | more)

    return post


def texts(desk):
    return Message.objects.for_practice(desk.practice).filter(body="Time for a check-up?")


def test_many_start_each_once_and_the_job_says_so(crowd, recall, add_all, client, monkeypatch):
    monkeypatch.setattr(bulk, "SLICE", 3)
    workflow = recall()
    answer = add_all(workflow)
    drain("contact_jobs")
    settle()
    job = Job.objects.for_practice(crowd.practice).get()
    assert (job.state, job.done, job.skipped) == ("done", 4, 0)
    assert texts(crowd).count() == texts(crowd).values("to_address").distinct().count() == 4
    page = client.get(answer["Location"]).content.decode()
    assert f"/workflows/{workflow.pk}/runs/" in page
    said = AuditEntry.objects.for_practice(crowd.practice).filter(action="workflow", contact_id__isnull=False)
    assert said.count() == 4
    assert said.first().changes["workflow"] == "Recall"


def test_the_number_is_named_and_typed(crowd, recall, add_all, client):
    workflow = recall()
    client.force_login(crowd.cast.maya.user)
    page = client.post("/contacts/bulk/", {"action": "workflow", "query": "unverified=1"}).content.decode()
    assert "Add 4 contacts to a workflow" in page
    for wrong in ({"typed": 3}, {"typed": ""}, {"sure": 3}, {"workflow": ""}, {"workflow": 99999}):
        answer = add_all(workflow, **wrong)
        assert answer.status_code == 422, wrong
    assert "Type 4 to start." in add_all(workflow, typed=3).content.decode()
    assert not Job.objects.for_practice(crowd.practice).exists()


def test_a_worker_that_dies_neither_doubles_nor_skips(crowd, recall, add_all, clock, monkeypatch):
    monkeypatch.setattr(bulk, "SLICE", 2)
    add_all(recall())
    tell = bulk._tell

    def die(job, changed):
        if job.done:
            raise SystemExit
        tell(job, changed)

    monkeypatch.setattr(bulk, "_tell", die)
    with pytest.raises(SystemExit):
        drain("contact_jobs")
    monkeypatch.setattr(bulk, "_tell", tell)
    clock.tick(minutes=2)
    drain("contact_jobs")
    settle()
    job = Job.objects.for_practice(crowd.practice).get()
    assert (job.state, job.done) == ("done", 4)
    assert texts(crowd).count() == 4
    assert Enrollment.objects.for_practice(crowd.practice).count() == 4


def test_those_who_are_skipped_are_counted_by_their_reason(crowd, recall, add_all, client):
    no = Tag.objects.create(practice=crowd.practice, name="Left us")
    workflow = recall(WAIT, tags_none=["Left us"])
    first, second, *_ = Contact.objects.for_practice(crowd.practice).filter(unverified_caller=True).order_by("pk")
    first.tags.add(no)
    add_to_workflow(actor=crowd.maya, workflow=workflow, contact=second, once="a")
    answer = add_all(workflow)
    drain("contact_jobs")
    job = Job.objects.for_practice(crowd.practice).get()
    assert (job.done, job.skipped) == (2, 2)
    assert job.options["reasons"][UNDER_WAY] == 1
    assert any("Left us" in reason for reason in job.options["reasons"])
    page = client.get(answer["Location"]).content.decode()
    assert UNDER_WAY in page
    assert "2 skipped" in page


def test_who_said_stop_gets_no_text(crowd, recall, add_all):
    record_opt_out(crowd.practice, "+16025550100", source="STOP")
    add_all(recall())
    drain("contact_jobs")
    settle()
    assert texts(crowd).exclude(state="withheld").count() == 3


def test_the_same_contact_again_only_after_the_cool_off(desk, recall, clock):
    workflow = recall({"kind": "add_tag", "tag": "Asked"}, cool_off=60)
    first = add_to_workflow(actor=desk.maya, workflow=workflow, contact=desk.cast.grace, once="a")
    settle()
    again = add_to_workflow(actor=desk.maya, workflow=workflow, contact=desk.cast.grace, once="b")
    assert (first.state, again.state) == ("active", "skipped")
    assert again.reason == "It started for this contact before; once per 1 hour."
    clock.tick(minutes=61)
    assert add_to_workflow(actor=desk.maya, workflow=workflow, contact=desk.cast.grace, once="c").state == "active"


def test_one_press_is_one_run_even_when_the_first_is_over(desk, recall):
    workflow = recall()
    for _ in range(2):
        add_to_workflow(actor=desk.maya, workflow=workflow, contact=desk.cast.grace, once="a")
        settle()
    assert texts(desk).count() == 1


def test_only_those_that_are_on_and_made_for_it_are_open(desk, recall):
    desk.publish()
    workflow = recall()
    drafts.create_workflow(actor=desk.maya, name="Draft", trigger="by_hand")
    assert list(open_to_hands(desk.practice)) == [workflow]
    assert not open_to_hands(desk.cast.other)
    stop_workflow(actor=desk.maya, workflow=workflow)
    assert not open_to_hands(desk.practice)


def test_a_workflow_that_is_stopped_meanwhile_ends_the_job(crowd, recall, add_all):
    workflow = recall()
    add_all(workflow)
    stop_workflow(actor=crowd.maya, workflow=workflow)
    drain("contact_jobs")
    assert Job.objects.for_practice(crowd.practice).get().state == "cancelled"
    assert not Enrollment.objects.for_practice(crowd.practice).exists()


def test_a_missed_call_starts_no_workflow_that_is_open_to_hands(desk, recall):
    recall()
    desk.missed()
    settle()
    assert desk.runs() == []


def test_from_the_record(desk, recall, client):
    workflow, grace = recall(WAIT), desk.cast.grace
    client.force_login(desk.cast.priya.user)
    assert "Add to a workflow" in client.get(f"/contacts/{grace.pk}/").content.decode()
    address = f"/workflows/add/{grace.pk}/"
    page = client.get(address)
    assert "Recall" in page.content.decode()
    given = {"workflow": workflow.pk, "once": page.context["form"]["once"].value()}
    answer = client.post(address, given, follow=True)
    assert "is in “Recall” now." in answer.content.decode()
    client.post(address, given)
    assert len(desk.runs()) == 1
    assert UNDER_WAY in client.post(address, given | {"once": "other"}, follow=True).content.decode()
    said = AuditEntry.objects.for_practice(desk.practice).filter(contact_id=grace.pk, action="workflow")
    assert said.first().changes == {"workflow": "Recall"}


@pytest.mark.parametrize("given", [{}, {"workflow": "x"}, {"workflow": "1"}, {"once": "a b"}])
def test_what_cannot_be_says_so(desk, recall, client, given):
    workflow = recall()
    client.force_login(desk.cast.maya.user)
    fields = {"workflow": workflow.pk, "once": "a"} | given if given else {}
    if given == {"workflow": "1"}:
        fields["workflow"] = 99999
    assert client.post(f"/workflows/add/{desk.cast.grace.pk}/", fields).status_code == 422
    assert desk.runs() == []


def test_nobody_adds_a_contact_whom_they_do_not_see(desk, recall, client):
    workflow = recall()
    lena = Contact.objects.create(practice=desk.practice, first_name="Lena")
    for staff, contact in ((desk.cast.priya, lena), (desk.cast.outsider, desk.cast.grace)):
        client.force_login(staff.user)
        assert client.post(f"/workflows/add/{contact.pk}/", {"workflow": workflow.pk, "once": "a"}).status_code == 404
    assert desk.runs() == []


def test_it_is_made_in_the_builder(desk, client):
    client.force_login(desk.cast.maya.user)
    answer = client.post("/workflows/new/", {"name": "Recall", "trigger": "by_hand"})
    workflow = Workflow.objects.for_practice(desk.practice).get(name="Recall")
    page = client.get(answer["Location"]).content.decode()
    assert "When somebody adds a contact by hand" in page
    assert "Only calls to these lines" not in page
    client.post(f"/workflows/{workflow.pk}/settings/", {"name": "Recall", "cool_off_minutes": 0})
    client.post(f"/workflows/{workflow.pk}/steps/", {"kind": "send_text"})
    workflow.refresh_from_db()
    assert workflow.definition["trigger"] == {"type": "by_hand", "filters": {"tags_any": [], "tags_none": []}}
    assert workflow.definition["steps"][0]["from"] == "default"
