"""A house of its own for a rehearsal: scratch database, files, cache and outgoing mail, nothing shared.

From `scratch_house` on, the process has no address of the real database, storage, cache or broker.
"""

import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import django
from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import connections
from django.test import signals  # noqa: F401  makes caches and storages follow override_settings
from django.test.utils import override_settings

SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF; PRAGMA foreign_keys=ON",
}


@contextmanager
def scratch_house() -> Iterator[Path]:
    """Move this process into a house without a database, for good: `fresh_database` puts one in."""
    folder = Path(tempfile.mkdtemp(prefix="phone-lab-"))
    private = override_settings(
        STORAGES={**settings.STORAGES, "default": _files(folder)},
        CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": str(folder)}},
        EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend",
        CELERY_BROKER_URL="memory://",
    )
    connections.close_all()
    connections.settings = {}
    try:
        with private:
            yield folder
    finally:
        connections.close_all()
        shutil.rmtree(folder, ignore_errors=True)


def fresh_database(folder: Path) -> None:
    """An empty, migrated database in `folder`, in place of the one before, and nothing remembered of that one."""
    file = folder / "scratch.sqlite3"
    connections.close_all()
    cache.clear()
    shutil.copyfile(_template(), file)
    _use_database(file)


def _files(folder: Path) -> dict[str, object]:
    return {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(folder / "files"), "base_url": None},
    }


def _use_database(file: Path) -> None:
    connections.close_all()
    database = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(file), "OPTIONS": SQLITE_OPTIONS}
    connections.settings = connections.configure_settings({"default": {**database, "CONN_MAX_AGE": None}})
    with suppress(AttributeError):  # this thread has none yet
        del connections["default"]


def _template() -> Path:
    """A migrated database, kept per version of the migrations: a rehearsal then starts at once."""
    folder = Path(settings.DATA_DIR) / "phone-lab"
    file = folder / f"empty-{_migrations_digest()}.sqlite3"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("empty-*.sqlite3"):
            old.unlink(missing_ok=True)
        half_done = Path(tempfile.mkstemp(dir=folder, suffix=".tmp")[1])
        _use_database(half_done)
        call_command("migrate", verbosity=0, interactive=False)
        connections.close_all()
        half_done.replace(file)
    return file


def _migrations_digest() -> str:
    digest = hashlib.sha256(django.__version__.encode())
    for app in apps.get_app_configs():
        for file in sorted(Path(app.path, "migrations").glob("*.py")):
            digest.update(f"{app.label}/{file.name}".encode() + file.read_bytes())
    return digest.hexdigest()[:16]
