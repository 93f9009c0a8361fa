import datetime as dt

from django.db import DatabaseError

from aesthetix.events.models import Event
from aesthetix.lib import clock
from aesthetix.operations import health


def test_a_process_says_that_it_lives_to_anybody(client, db):
    assert client.get("/healthz").json() == {"status": "ok"}


def test_a_node_with_its_database_is_ready(client, db):
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"database": "ok", "broker": "ok", "sweeper": "ok"}


def test_a_node_without_its_database_takes_no_calls(client, db, monkeypatch):
    def down(*args):
        raise DatabaseError

    with monkeypatch.context() as broken:
        broken.setattr(health.connection, "cursor", down)
        answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["database"] == "cannot be reached"


def test_work_that_nobody_sweeps_is_shown_but_calls_are_still_taken(client, cast):
    Event.objects.create(practice=cast.glow, type="call.missed", due_at=clock.now() - dt.timedelta(minutes=3))
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["sweeper"] == "late: events"


def test_health_is_not_a_form(client, db):
    assert client.post("/healthz").status_code == 405
