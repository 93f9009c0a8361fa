"""Keeping lists. One changes one's own; an admin also those that are shared."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet

from aesthetix.audit import services as audit
from aesthetix.lib.rows import insert_once
from aesthetix.practices.actor import Actor
from aesthetix.practices.models import Staff
from contacts.models import SmartList

MOST, LONGEST = 30, 2000


def lists_of(staff: Staff) -> "QuerySet[SmartList]":
    """One's own and the shared ones, by name."""
    rows: QuerySet[SmartList] = SmartList.objects.for_practice(staff.practice_id)
    return rows.filter(Q(owner=staff) | Q(shared=True)).select_related("owner__user")


def may_change(staff: Staff, kept: SmartList) -> bool:
    return kept.owner_id == staff.pk or (staff.is_admin and kept.shared)


@transaction.atomic
def keep_list(*, staff: Staff, actor: Actor, name: str, query: str, shared: bool) -> SmartList:
    """Raises ValidationError for a name that this person has given already, and for too many lists."""
    _require_short(query)
    if SmartList.objects.for_practice(actor.practice).filter(owner=staff).count() >= MOST:
        raise ValidationError(f"You have {MOST} lists already. Delete one first.", code="many")
    kept = SmartList(practice=actor.practice, owner=staff, name=name, query=query, shared=shared)
    if not insert_once(kept):
        raise ValidationError(f"You have a list named {name} already.", code="name")
    audit.record(actor, "create", kept)
    return kept


@transaction.atomic
def change_list(*, staff: Staff, actor: Actor, kept: SmartList, query: str) -> None:
    """The list shows from now on what `query` says. Raises ValidationError for too many filters."""
    _require_change(staff, kept)
    _require_short(query)
    changes = audit.changes_between({"query": kept.query}, {"query": query})
    if changes:
        SmartList.objects.for_practice(actor.practice).filter(pk=kept.pk).update(query=query)
        audit.record(actor, "change", kept, changes=changes)


@transaction.atomic
def delete_list(*, staff: Staff, actor: Actor, kept: SmartList) -> None:
    """The list, not the contacts in it."""
    _require_change(staff, kept)
    audit.record(actor, "delete", kept)
    SmartList.objects.for_practice(actor.practice).filter(pk=kept.pk).delete()


def _require_short(query: str) -> None:
    """Cut off, it would be another list."""
    if len(query) > LONGEST:
        raise ValidationError("These are more filters than a list can keep.", code="long")


def _require_change(staff: Staff, kept: SmartList) -> None:
    if not may_change(staff, kept):
        raise PermissionDenied("This list belongs to somebody else. Save it under a name of your own.")
