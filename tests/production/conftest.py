"""An installation as docker-compose.yml describes it, prepared once, and practices in it."""

import os
import re
import secrets
from types import SimpleNamespace

import psycopg
import pytest
import redis
from django.conf import settings
from django.db import connections

from tests.production.programs import Installation


def pytest_collection_modifyitems(items):
    """One process at a time has the installation (pytest --dist loadgroup)."""
    for item in items:
        if "tests/production/" in item.nodeid:
            item.add_marker(pytest.mark.production)
            item.add_marker(pytest.mark.xdist_group("installation"))


@pytest.fixture(scope="session")
def _stores():
    """The three servers that `scripts/services.py` starts; without them there is nothing to test here."""
    if not (
        settings.DATABASES["default"]["ENGINE"].endswith("postgresql") and settings.REDIS_URL and settings.S3_BUCKET
    ):
        pytest.skip("PostgreSQL, Redis and S3 are needed: python scripts/services.py python -m pytest …")


@pytest.fixture(scope="session")
def _redis_url(_stores):
    """An empty Redis database."""
    base = settings.REDIS_URL.rpartition("/")[0]
    for number in range(15, 0, -1):
        with redis.Redis.from_url(f"{base}/{number}") as client:
            if client.dbsize() == 0:
                yield f"{base}/{number}"
                client.flushdb()
                return
    pytest.fail("no Redis database is empty")


@pytest.fixture(scope="session")
def _database_name(_stores):
    name, server = f"aesthetix_production_{os.getpid()}", settings.DATABASES["default"]
    address = {"host": server["HOST"], "port": server["PORT"], "user": server["USER"], "password": server["PASSWORD"]}
    with psycopg.connect(dbname="postgres", autocommit=True, **address) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        yield name
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def _prepared(_database_name, _redis_url, tmp_path_factory):
    server = settings.DATABASES["default"]
    login = f"{server['USER']}:{server['PASSWORD']}@{server['HOST']}:{server['PORT']}"
    folder = tmp_path_factory.mktemp("installation")
    made = Installation(folder, f"postgres://{login}/{_database_name}", _redis_url)
    made.manage("collectstatic", "--noinput", "-v0")  # as the image's build does
    made.said = made.prepare()
    return made


@pytest.fixture
def installation(_prepared, _database_name, django_db_blocker):
    """The installation, and the ORM of this process on its database. What still runs afterwards is killed."""
    own = connections["default"]
    usual = own.settings_dict["NAME"]
    with django_db_blocker.unblock():
        own.close()
        own.settings_dict["NAME"] = _database_name
        try:
            yield _prepared
        finally:
            _prepared.kill_all()
            connections.close_all()
            own.settings_dict["NAME"] = usual


@pytest.fixture
def practice_at(installation):
    """`practice_at(carrier_url, number)`: a new practice with one line, made by the documented command."""
    from aesthetix.practices.models import Practice

    def make(carrier_url, number, sid=None, token=None):
        sid, token = sid or f"AC{secrets.token_hex(16)}", token or secrets.token_hex(16)
        slug = f"glow-{secrets.token_hex(3)}"
        said = installation.manage(
            "setup_practice",
            *("--name", f"Glow Med Spa {slug}", "--slug", slug, "--line", f"{number}:Main line"),
            *("--admin-email", f"maya@{slug}.example", "--admin-name", "Maya Chen"),
            *("--account-sid", sid, "--carrier-url", carrier_url),
            TWILIO_AUTH_TOKEN=token,
        )
        practice = Practice.objects.get(slug=slug)
        found = re.search(r"https://\S+", said.splitlines()[-1])
        return SimpleNamespace(
            practice=practice, number=number, sid=sid, token=token, link=found and found[0], said=said
        )

    return make
