"""Writing a row exactly once, whoever comes first."""

from django.db import models, router
from django.db.models.constants import OnConflict


def insert_once(row: models.Model) -> bool:
    """Insert `row` unless a unique key already holds it; True when this call wrote it.

    One statement (`INSERT … ON CONFLICT DO NOTHING RETURNING id`), so that two webhooks at once
    agree on the winner without an exception that would spoil the transaction. `bulk_create` with
    `ignore_conflicts` does the same but does not tell who won.
    """
    model = type(row)
    database = router.db_for_write(model, instance=row)
    fields = [field for field in model._meta.local_concrete_fields if not field.primary_key]
    for field in fields:
        setattr(row, field.attname, field.pre_save(row, add=True))
    returned = model._base_manager._insert(  # type: ignore[attr-defined]
        [row], fields=fields, returning_fields=[model._meta.pk], using=database, on_conflict=OnConflict.IGNORE
    )
    if not returned or returned[0] is None:
        return False
    row.pk = returned[0][0]
    row._state.adding, row._state.db = False, database
    return True
