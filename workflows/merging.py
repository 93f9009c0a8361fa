"""Runs go on for the record that is left."""

from contacts.merging.registry import Move, Part, add_part, moving
from workflows.models import CoolOff, Enrollment


def _move_cool_offs(move: Move) -> None:
    """Those that were kept by record, for calls without a number. The longer one holds."""
    rows = CoolOff.objects.for_practice(move.actor.practice)
    held = {row.workflow_id: row for row in rows.filter(subject=f"contact:{move.keep.pk}")}
    for row in rows.filter(subject=f"contact:{move.other.pk}"):
        own = held.get(row.workflow_id)
        if own is None:
            move.journal.change(row, subject=f"contact:{move.keep.pk}")
        elif row.until > own.until:
            move.journal.change(own, together=True, until=row.until, taken_at=row.taken_at)


def register() -> None:
    add_part(moving("workflow run", "workflow runs", Enrollment, order=40))
    add_part(Part("cool-off", "cool-offs", (), move=_move_cool_offs, order=41))
