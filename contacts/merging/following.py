"""Where a record went that was merged into another."""

from aesthetix.practices.models import Practice
from contacts.models import Contact, Merge

FURTHEST = 20


def survivor_id(practice: Practice, pk: int) -> int | None:
    """The record that this one is part of now, through however many merges; None for one that was not merged."""
    rows = Merge.objects.for_practice(practice).filter(undone_at=None)
    at, steps = pk, 0
    while steps < FURTHEST and (further := rows.filter(merged_id=at).values_list("survivor_id", flat=True).first()):
        at, steps = further, steps + 1
    return at if at != pk else None


def survivor_of(practice: Practice, pk: int) -> Contact | None:
    """None for one that was not merged, and where nobody is left."""
    further = survivor_id(practice, pk)
    found: Contact | None = Contact.objects.for_practice(practice).filter(pk=further).first() if further else None
    return found


def ids_of(contact: Contact) -> list[int]:
    """The record's own id and those of the records that were merged into it: what was said of them is its history."""
    rows, ids = Merge.objects.for_practice(contact.practice_id).filter(undone_at=None), [contact.pk]
    new = ids
    for _ in range(FURTHEST):
        new = list(rows.filter(survivor_id__in=new).values_list("merged_id", flat=True))
        if not new:
            break
        ids = [*ids, *new]
    return ids
