"""Files in storage that no row names: a worker died between the file and its row, or between the row and the file."""

import datetime as dt
import logging
import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.files.storage import FileSystemStorage, default_storage
from django.db.models import FileField

from aesthetix.lib import clock

logger = logging.getLogger(__name__)
# Where our own files lie; what else somebody keeps in the same place is not ours to judge.
FOLDERS = ("documents", "jobs", "previews", "recordings")
AGE = dt.timedelta(days=1)
SLICE = 500


def remove_orphans(*, now: dt.datetime | None = None) -> int:
    """Those older than a day, whose row will not come any more; how many they were. Whatever model's FileField names a
    file keeps it."""
    before, removed = (now or clock.now()) - AGE, 0
    for folder in FOLDERS:
        old = (name for name, changed in _files(default_storage, folder) if changed < before)
        while names := list(islice(old, SLICE)):
            for name in set(names) - _named(names):
                default_storage.delete(name)
                removed += 1
    if removed:
        logger.warning("Removed %s files that no row names.", removed)
    return removed


def _named(names: list[str]) -> set[str]:
    """Those of the names that stand in some row."""
    found: set[str] = set()
    for model in apps.get_models():
        for field in model._meta.local_fields:
            if isinstance(field, FileField):
                rows = model._base_manager.filter(**{f"{field.name}__in": names})
                found |= set(rows.values_list(field.name, flat=True))
    return found


def _files(storage: Any, folder: str) -> Iterator[tuple[str, dt.datetime]]:
    """(name, last change) of all files below a folder. Django's `listdir` knows no times and asks for each."""
    if isinstance(storage, FileSystemStorage):
        yield from _local_files(Path(storage.path("")), folder)
    else:
        for one in storage.bucket.objects.filter(Prefix=f"{folder}/"):
            yield one.key, one.last_modified


def _local_files(root: Path, folder: str) -> Iterator[tuple[str, dt.datetime]]:
    for place, _, names in os.walk(root / folder):
        for name in names:
            path = Path(place, name)
            try:
                changed = dt.datetime.fromtimestamp(path.stat().st_mtime, tz=dt.UTC)
            except FileNotFoundError:  # its own row took it away meanwhile
                continue
            yield path.relative_to(root).as_posix(), changed
