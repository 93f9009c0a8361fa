"""Keeping the pairs of possible duplicates up to date, and "Not a duplicate", which is remembered."""

from collections.abc import Collection, Iterable
from typing import Any

from django.db import transaction
from django.db.models import Q

from aesthetix.audit import services as audit
from aesthetix.events import outbox
from aesthetix.events.due import WorkQueue
from aesthetix.lib import clock
from aesthetix.practices.actor import Actor
from aesthetix.practices.models import Practice, Staff
from contacts.duplicates.finding import find_pairs
from contacts.duplicates.likeness import Likeness
from contacts.models import Contact, DuplicateLook, DuplicatePair

SLICE = 500


def look_at(practice: Practice, ids: Collection[int]) -> None:
    """In the transaction that changed these contacts: a worker will compare them anew."""
    wanted = list(ids)
    for at in range(0, len(wanted), SLICE):
        DuplicateLook.objects.create(practice=practice, ids=wanted[at : at + SLICE])
    if wanted:
        outbox.ring(LOOKS.name)


def look_at_everybody(practice: Practice) -> None:
    DuplicateLook.objects.create(practice=practice)
    outbox.ring(LOOKS.name)


def pairs_for(staff: Staff) -> Any:
    """Those of whose both records this person may see."""
    theirs: dict[str, Any] = {} if staff.sees_all else {"first__assigned_to": staff, "second__assigned_to": staff}
    return DuplicatePair.objects.for_practice(staff.practice_id).filter(**theirs)


@transaction.atomic
def dismiss(*, actor: Actor, pair: DuplicatePair) -> None:
    """These are two people. Twice changes nothing."""
    _set_dismissed(actor, pair, dismissed=True)


@transaction.atomic
def restore(*, actor: Actor, pair: DuplicatePair) -> None:
    _set_dismissed(actor, pair, dismissed=False)


def _set_dismissed(actor: Actor, pair: DuplicatePair, *, dismissed: bool) -> None:
    rows = DuplicatePair.objects.for_practice(actor.practice).filter(pk=pair.pk, dismissed_at__isnull=dismissed)
    values = {"dismissed_at": clock.now() if dismissed else None, "dismissed_by": actor.staff if dismissed else None}
    if rows.update(**values):
        action = "not.duplicate" if dismissed else "maybe.duplicate"
        for one, other in ((pair.first_id, pair.second_id), (pair.second_id, pair.first_id)):
            audit.record(actor, action, "contacts.contact", contact_id=one, changes={"record": other})


# The worker ---------------------------------------------------------------------------------


def _work(look: DuplicateLook) -> None:
    """Slice by slice; what was compared and how far it came are one transaction."""
    if look.ids:
        _compare(look, look.ids)
        return
    while ids := _next(look):
        with transaction.atomic():
            store_pairs(look.practice, ids)
            look.cursor, look.due_at, look.attempts = ids[-1], clock.now() + LOOKS.lease, 0
            look.save(update_fields=["cursor", "due_at", "attempts"])
    _rows(look).delete()


def _compare(look: DuplicateLook, ids: list[int]) -> None:
    with transaction.atomic():
        store_pairs(look.practice, ids)
        _rows(look).delete()


def _rows(look: DuplicateLook) -> Any:
    return DuplicateLook.objects.for_practice(look.practice_id).filter(pk=look.pk)


def _next(look: DuplicateLook) -> list[int]:
    rows = Contact.objects.for_practice(look.practice_id).filter(pk__gt=look.cursor)
    return list(rows.order_by("pk").values_list("pk", flat=True)[:SLICE])


def store_pairs(practice: Practice, ids: Collection[int]) -> None:
    """The pairs of these contacts are exactly those that there are now; dismissed ones stay dismissed."""
    found = find_pairs(practice, ids)
    rows = DuplicatePair.objects.for_practice(practice)
    held = {(row.first_id, row.second_id): row for row in rows.filter(Q(first__in=ids) | Q(second__in=ids))}
    gone = [row.pk for pair, row in held.items() if pair not in found and row.dismissed_at is None]
    rows.filter(pk__in=gone).delete()
    DuplicatePair.objects.bulk_create(
        [
            _stated(DuplicatePair(practice=practice, first_id=one, second_id=other), likeness)
            for (one, other), likeness in found.items()
            if (one, other) not in held
        ],
        ignore_conflicts=True,
    )
    _restate(rows, [(held[pair], likeness) for pair, likeness in found.items() if pair in held])


def _stated(row: DuplicatePair, likeness: Likeness) -> DuplicatePair:
    row.kind, row.score = likeness.kind, likeness.score
    row.same_phone, row.same_email = bool(likeness.numbers), bool(likeness.email)
    row.same_name = likeness.birthdays == "same" and likeness.names in ("same", "alike")
    return row


FACTS = ("kind", "score", "same_phone", "same_email", "same_name")


def _restate(rows: Any, held: Iterable[tuple[DuplicatePair, Likeness]]) -> None:
    for row, likeness in held:
        before = [getattr(row, name) for name in FACTS]
        after = [getattr(_stated(row, likeness), name) for name in FACTS]
        if before != after:
            rows.filter(pk=row.pk).update(**dict(zip(FACTS, after, strict=True)))


LOOKS = WorkQueue("duplicates", DuplicateLook, _work, batch=5).register()
