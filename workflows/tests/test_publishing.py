import pytest

from aesthetix.audit.models import AuditEntry
from workflows.models import Version, Workflow
from workflows.services.publishing import NotPublishable, publish_workflow, stop_workflow


def test_a_draft_with_errors_is_not_published_and_every_error_is_named(desk):
    workflow = Workflow.objects.create(
        practice=desk.practice, name="Broken", definition={"steps": [{"id": "s1", "kind": "wait"}]}
    )
    with pytest.raises(NotPublishable) as refused:
        publish_workflow(actor=desk.maya, workflow=workflow)
    assert set(refused.value.errors) == {"trigger", "steps.0.minutes"}
    workflow.refresh_from_db()
    assert (workflow.state, workflow.published) == ("draft", None)


def test_publishing_counts_versions_and_leaves_old_ones_as_they_were(desk):
    workflow = desk.publish()
    first = workflow.published.definition
    workflow.definition["cool_off_minutes"] = 5
    workflow.save()
    version = publish_workflow(actor=desk.maya, workflow=workflow)
    assert version.number == 2
    assert Version.objects.for_practice(desk.practice).get(number=1).definition == first


def test_publishing_an_unchanged_draft_makes_no_new_version(desk):
    workflow = desk.publish()
    assert publish_workflow(actor=desk.maya, workflow=workflow).number == 1


def test_a_stopped_workflow_is_on_again_after_publishing(desk):
    workflow = desk.publish()
    stop_workflow(actor=desk.maya, workflow=workflow)
    publish_workflow(actor=desk.maya, workflow=workflow)
    workflow.refresh_from_db()
    assert (workflow.state, workflow.published.number) == ("published", 1)
    actions = AuditEntry.objects.for_practice(desk.practice).values_list("action", flat=True)
    assert sorted(actions) == ["workflow.published", "workflow.published", "workflow.stopped"]


def test_another_practices_workflow_cannot_be_published(desk):
    theirs = Workflow.objects.create(practice=desk.cast.other, name="Theirs", definition={})
    with pytest.raises(Workflow.DoesNotExist):
        publish_workflow(actor=desk.maya, workflow=theirs)
