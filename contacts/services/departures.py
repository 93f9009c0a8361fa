"""What happens to a member's patients when the member leaves."""

from typing import Any

from aesthetix.audit.services import record
from aesthetix.practices.actor import Actor
from aesthetix.practices.hooks import Holding
from aesthetix.practices.models import Staff
from contacts.models import Contact, Task
from contacts.services.tasks import reassign, who_may_have


def holdings(member: Staff) -> list[Holding]:
    return [*_contacts_of(member), *_tasks_of(member)]


def _contacts_of(member: Staff) -> list[Holding]:
    count = Contact.objects.for_practice(member.practice_id).filter(assigned_to=member).count()
    if not count:
        return []
    label = "1 contact is assigned to them" if count == 1 else f"{count:,} contacts are assigned to them"
    return [Holding(label, "Their calls no longer ring anyone by “Ring user assigned to contact”.", True)]


def _tasks_of(member: Staff) -> list[Holding]:
    count = _open_tasks(member).count()
    label = "1 open task is theirs" if count == 1 else f"{count:,} open tasks are theirs"
    return [Holding(label, "Nobody is reminded of them any more.", True)] if count else []


def _open_tasks(member: Staff) -> Any:
    return Task.objects.for_practice(member.practice_id).filter(assignee=member).open()


def release(actor: Actor, member: Staff, heir: Staff | None) -> None:
    """One audit row per contact: whose patient somebody is decides who may see them."""
    contacts = Contact.objects.for_practice(member.practice_id).filter(assigned_to=member)
    changes = {"assigned_to": [str(member), str(heir or "no one")]}
    for pk in contacts.values_list("pk", flat=True):
        record(actor, "change", "contacts.contact", contact_id=pk, changes=changes)
    contacts.update(assigned_to=heir)
    for task in _open_tasks(member).select_related("contact"):
        fits = heir is not None and who_may_have(task.contact).filter(pk=heir.pk).exists()
        reassign(actor=actor, task=task, assignee=heir if fits else None)
