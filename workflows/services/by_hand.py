"""Contacts whom somebody adds to a workflow that is meant for it, one or many; each starts once."""

from collections import Counter

from django.db import transaction
from django.db.models import QuerySet

from aesthetix.audit.services import record
from aesthetix.events import outbox
from aesthetix.lib import clock
from aesthetix.lib.rows import insert_once
from aesthetix.practices.actor import Actor
from aesthetix.practices.models import Practice
from contacts.models import Contact, Job
from contacts.services import bulk, jobs
from workflows import walk
from workflows.filters import Facts, why_not
from workflows.models import Enrollment, Workflow
from workflows.services.cool_off import claim_cool_off
from workflows.triggers import BY_HAND
from workflows.words import length

UNDER_WAY = "It runs for this contact already."


def open_to_hands(practice: Practice) -> "QuerySet[Workflow]":
    """Those that are on and that people may add contacts to."""
    rows: QuerySet[Workflow] = Workflow.objects.for_practice(practice).filter(state=Workflow.State.PUBLISHED)
    return rows.filter(published__definition__trigger__type=BY_HAND).select_related("published")


@transaction.atomic
def add_to_workflow(*, actor: Actor, workflow: Workflow, contact: Contact, once: str) -> Enrollment:
    """The run, or why there is none (state SKIPPED, `reason`). `once` names the press of the button: pressed twice, it
    is the run of the first."""
    locked = Contact.objects.for_practice(actor.practice).select_for_update().get(pk=contact.pk)
    run = _enroll(workflow, locked, f"{workflow.pk}:hand:{contact.pk}:{once}"[:80])
    record(actor, "workflow", contact, contact_id=contact.pk, changes={"workflow": workflow.name})
    return run


def _add_many(job: Job, contacts: list[Contact]) -> list[Contact]:
    """The contacts are locked. Ends where the workflow was stopped or is for something else by now."""
    workflow = open_to_hands(job.practice).filter(pk=job.options["workflow_id"]).first()
    if workflow is None:
        raise jobs.Stopped
    runs = [(contact, _enroll(workflow, contact, f"{workflow.pk}:job:{job.pk}:{contact.pk}")) for contact in contacts]
    reasons = Counter(job.options.get("reasons", {}))
    reasons.update(run.reason for _, run in runs if run.state == Enrollment.State.SKIPPED)
    job.options = {**job.options, "reasons": dict(reasons)}
    return [contact for contact, run in runs if run.state == Enrollment.State.ACTIVE]


def _enroll(workflow: Workflow, contact: Contact, key: str) -> Enrollment:
    """In the caller's transaction, which holds the contact: two people at once make one run."""
    assert workflow.published
    rows = Enrollment.objects.for_practice(workflow.practice_id).filter(contact=contact)
    busy = rows.filter(version__workflow=workflow, state=Enrollment.State.ACTIVE).exists()
    of = {"practice_id": workflow.practice_id, "version": workflow.published, "contact": contact}
    run = Enrollment(**of, key=key, source="hand", due_at=None)
    if not insert_once(run):
        first: Enrollment = rows.get(key=key)
        return first
    reason = UNDER_WAY if busy else _filtered(workflow, contact) or _too_soon(workflow, run, contact)
    if reason:
        run.state, run.reason, run.ended_at = Enrollment.State.SKIPPED, reason, clock.now()
    else:
        run.step, run.due_at = walk.first(workflow.published.definition["steps"]) or "", clock.now()
        outbox.ring("enrollments")
    run.save(update_fields=["state", "reason", "ended_at", "step", "due_at"])
    return run


def _filtered(workflow: Workflow, contact: Contact) -> str:
    assert workflow.published
    filters = workflow.published.definition["trigger"].get("filters") or {}
    by_tags = {name: filters[name] for name in ("tags_any", "tags_none") if filters.get(name)}
    if not by_tags:
        return ""
    tags = frozenset(contact.tags.values_list("name", flat=True))
    return why_not(by_tags, Facts(line_id=None, in_hours=True, tags=tags), {})


def _too_soon(workflow: Workflow, run: Enrollment, contact: Contact) -> str:
    if not claim_cool_off(workflow, run, f"contact:{contact.pk}"):
        return ""
    minutes = run.version.definition["cool_off_minutes"]
    return f"It started for this contact before; once per {length(minutes)}."


jobs.add_kind(Job.Kind.WORKFLOW, bulk.each_slice(_add_many))
