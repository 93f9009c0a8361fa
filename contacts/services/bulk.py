"""The same change for many contacts: a tag, an assignee."""

from collections.abc import Callable
from typing import Any

from django.db.models import Max
from django.http import QueryDict

from aesthetix.audit.models import AuditEntry
from aesthetix.events import outbox
from aesthetix.events.models import Event
from aesthetix.lib import clock
from aesthetix.practices.actor import Actor
from aesthetix.practices.models import Staff
from contacts.filters import Listing
from contacts.models import Contact, Job, Tag
from contacts.querysets import ContactQuerySet
from contacts.services import jobs

SLICE = 200
MOST_PICKS = 1000
Change = Callable[[Job, list[Contact]], list[Contact]]  # those that it changed


def chosen(staff: Staff, query: str, picks: list[int]) -> ContactQuerySet:
    """The contacts that somebody means, of those that they may see now: the ticked ones, else all of the list.
    Nobody, once one of its filters cannot be read any more: without it the list would be a longer one."""
    rows: ContactQuerySet = Contact.objects.for_staff(staff)
    if picks:
        return rows.filter(pk__in=picks)
    listing = Listing.read(QueryDict(query), staff)
    return listing.narrow(rows) if listing.form.is_valid() else rows.none()


def found(staff: Staff, query: str, words: str) -> list[int]:
    """Those of a list whom somebody found by words, one more than can be picked at most. The words stay out of the job:
    they can be a patient's name. Nobody found: an id that nobody has, for no ids would mean the whole list."""
    rows = chosen(staff, query, []).matching(words).order_by("pk")
    return list(rows.values_list("pk", flat=True)[: MOST_PICKS + 1]) or [0]


def start(*, actor: Actor, kind: str, query: str, picks: list[int], options: dict[str, Any]) -> Job:
    """A job for the contacts that are meant now; those that join the list later are not part of it."""
    assert actor.staff is not None
    rows = chosen(actor.staff, query, picks)
    last = rows.order_by().aggregate(last=Max("pk"))["last"] or 0
    job = Job(kind=kind, query=query, picks=picks, options=options, last_id=last, total=rows.count())
    return jobs.start_job(actor=actor, job=job)


def next_contacts(job: Job, size: int) -> ContactQuerySet:
    """Those that follow, by id: who drops out of the list by the change itself moves nobody else."""
    rows = chosen(job.staff, job.query, job.picks).filter(pk__gt=job.cursor, pk__lte=job.last_id)
    return rows.order_by("pk")[:size]


def each_slice(change: Change) -> jobs.Runner:
    """A runner that hands the contacts to `change(job, contacts)`, slice by slice; it gives back those that it changed,
    and may say why not the others (`job.options["reasons"]`)."""

    def run(job: Job) -> bool:
        contacts = list(next_contacts(job, SLICE).select_for_update(of=("self",)))
        changed = change(job, contacts)
        _tell(job, changed)
        job.done += len(changed)
        job.skipped += len(contacts) - len(changed)
        job.cursor = contacts[-1].pk if contacts else job.cursor
        return len(contacts) == SLICE

    return jobs.in_slices(run)


def _tell(job: Job, changed: list[Contact]) -> None:
    """One audit row and one event for each, as if somebody had done it by hand."""
    actor = jobs.actor_of(job)
    said = _said(job)
    AuditEntry.objects.bulk_create(
        AuditEntry(
            practice=job.practice,
            staff=job.staff,
            actor=str(actor),
            action=job.kind,
            object_type="contacts.contact",
            object_id=str(contact.pk),
            contact_id=contact.pk,
            changes=said,
        )
        for contact in changed
    )
    updated = [Event(practice=job.practice, type="contact.updated", contact_id=contact.pk) for contact in changed]
    if updated:
        outbox.emit_all(*updated)


def _said(job: Job) -> dict[str, Any]:
    """By name: an id says nothing to who reads it."""
    if job.kind == Job.Kind.ASSIGN:
        assignee = Staff.objects.for_practice(job.practice_id).filter(pk=job.options["staff_id"]).first()
        return {"job": job.pk, "to": str(assignee or "no one")}
    if job.kind == Job.Kind.WORKFLOW:
        return {"job": job.pk, "workflow": job.options["name"]}
    return {"job": job.pk, "tag": Tag.objects.for_practice(job.practice_id).get(pk=job.options["tag_id"]).name}


def _tag(job: Job, contacts: list[Contact]) -> list[Contact]:
    tag = Tag.objects.for_practice(job.practice_id).get(pk=job.options["tag_id"])
    tagged = set(
        Contact.tags.through.objects.filter(tag=tag, contact__in=contacts).values_list("contact_id", flat=True)
    )
    new = [contact for contact in contacts if contact.pk not in tagged]
    Contact.tags.through.objects.bulk_create(Contact.tags.through(tag=tag, contact=contact) for contact in new)
    return new


def _untag(job: Job, contacts: list[Contact]) -> list[Contact]:
    rows = Contact.tags.through.objects.filter(tag=job.options["tag_id"], contact__in=contacts)
    tagged = set(rows.values_list("contact_id", flat=True))
    rows.delete()
    return [contact for contact in contacts if contact.pk in tagged]


def _assign(job: Job, contacts: list[Contact]) -> list[Contact]:
    assignee = job.options["staff_id"]
    changed = [contact for contact in contacts if contact.assigned_to_id != assignee]
    rows = Contact.objects.for_practice(job.practice_id).filter(pk__in=[contact.pk for contact in changed])
    rows.update(assigned_to=assignee, updated_at=clock.now())
    return changed


jobs.add_kind(Job.Kind.TAG, each_slice(_tag))
jobs.add_kind(Job.Kind.UNTAG, each_slice(_untag))
jobs.add_kind(Job.Kind.ASSIGN, each_slice(_assign))
