import pytest
from django.core.management.color import no_style
from django.db import connection

from telephony.services import profile


@pytest.fixture(autouse=True)
def _private_files(settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path / "files"), "base_url": None},
        },
    }


@pytest.fixture(autouse=True)
def _nothing_remembered():
    """Practices of different tests have the same keys."""
    profile._compiled.clear()


@pytest.fixture
def empty():
    """Empties the database as a fresh one would be, keys from 1 on."""

    def do() -> None:
        tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
        statements = connection.ops.sql_flush(
            no_style(),
            [table for table in tables if table != "django_migrations"],
            reset_sequences=True,
            allow_cascade=connection.vendor == "postgresql",
        )
        connection.ops.execute_sql_flush(statements)
        profile._compiled.clear()

    return do
