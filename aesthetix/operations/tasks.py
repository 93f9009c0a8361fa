"""Housekeeping that belongs to no row and no practice; beat rings it (aesthetix/celery.py)."""

from celery import shared_task

from aesthetix.lib.orphans import remove_orphans


@shared_task(name="remove_orphans")  # type: ignore[untyped-decorator]
def remove_orphan_files() -> None:
    remove_orphans()
