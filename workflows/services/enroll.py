"""A call was missed: which workflows start, and why the others do not.

Every evaluation leaves an Enrollment, so that "why was (no) text sent" always has an answer.
"""

from aesthetix.events import outbox
from aesthetix.events.models import Event
from aesthetix.lib import clock, phone
from aesthetix.lib.rows import insert_once
from contacts.models import Contact
from telephony.models import Call
from workflows import walk
from workflows.facts import call_of, contact_of, facts_of, no_caller, too_late
from workflows.filters import narrows, why_not
from workflows.models import Enrollment, Workflow
from workflows.services.cool_off import claim_cool_off
from workflows.validation import known_to


def enroll_for_call(event: Event) -> list[Enrollment]:
    """Evaluate every published workflow for one `call.missed`. Runs inside the event's delivery:
    one transaction, once per event; a repeated event finds its key taken and does nothing."""
    call = call_of(event)
    contact = contact_of(event, call)
    published = Workflow.objects.for_practice(event.practice_id).filter(state=Workflow.State.PUBLISHED)
    listening = [
        workflow
        for workflow in published.select_related("published")
        if workflow.published and workflow.published.definition["trigger"]["type"] == event.type
    ]
    return [row for workflow in listening if (row := _enroll(workflow, event, call, contact))]


def _enroll(workflow: Workflow, event: Event, call: Call | None, contact: Contact | None) -> Enrollment | None:
    assert workflow.published
    enrollment = Enrollment(
        practice=event.practice,
        version=workflow.published,
        contact=contact,
        event=event,
        key=f"{workflow.pk}:{event.pk}",
        source=f"call:{event.payload.get('call_id')}",
        context={"call": event.payload.get("call_id"), "line": event.payload.get("line_id")},
        due_at=None,
    )
    if not insert_once(enrollment):
        return None
    reason = no_caller(call, contact) or too_late(event) or _filtered(enrollment, event, call, contact)
    reason = reason or claim_cool_off(workflow, enrollment, _subject(call, contact))
    if reason:
        _skip(enrollment, reason)
    else:
        _start(enrollment)
    return enrollment


def _start(enrollment: Enrollment) -> None:
    enrollment.step = walk.first(enrollment.version.definition["steps"]) or ""
    enrollment.due_at = clock.now()
    enrollment.save(update_fields=["step", "due_at"])
    outbox.ring("enrollments")


def _skip(enrollment: Enrollment, reason: str) -> None:
    enrollment.state, enrollment.reason, enrollment.ended_at = Enrollment.State.SKIPPED, reason[:300], clock.now()
    enrollment.save(update_fields=["state", "reason", "ended_at"])


def _filtered(enrollment: Enrollment, event: Event, call: Call | None, contact: Contact | None) -> str:
    assert contact is not None
    filters = enrollment.version.definition["trigger"].get("filters") or {}
    if not narrows(filters):
        return ""
    return why_not(filters, facts_of(event, call, contact), known_to(event.practice).lines)


def _subject(call: Call | None, contact: Contact | None) -> str:
    """Whom the cool-off is about: the number that rings, whichever contact it is filed under."""
    if call and not phone.is_withheld(call.from_number):
        return call.from_number
    assert contact is not None
    return f"contact:{contact.pk}"
