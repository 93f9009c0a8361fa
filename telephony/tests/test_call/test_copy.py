"""A call on a copy: a process of its own reads the practice's settings and touches nothing."""

import datetime as dt
from urllib.parse import quote

import pytest
from django.db import connection

from contacts.models import Contact
from conversations.models import Message
from telephony.models import Call
from telephony.rehearsal.copies import CopyCall, RehearsalFailed, rehearse_on_copy
from telephony.rehearsal.words import Behaviour, CallerManner, Manner
from telephony.route import Destination

NIGHT = dt.datetime(2026, 11, 17, 5, 30, tzinfo=dt.UTC)  # 22:30 in Phoenix


@pytest.fixture
def copied_from(transactional_db, monkeypatch):
    """The other process finds the database of the tests, as it finds ours by the environment."""
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        address = f"sqlite:///{database['NAME']}"
    else:
        login = ":".join(quote(str(database[key])) for key in ("USER", "PASSWORD") if database[key])
        address = f"postgres://{login}@{database['HOST']}:{database['PORT'] or 5432}/{database['NAME']}"
    monkeypatch.setenv("DATABASE_URL", address)


@pytest.fixture
def call(cast, lines):
    def make(**changed):
        jordan = Destination("client", f"s{cast.jordan.pk}_web", "Jordan Lee, web app", cast.jordan.pk, "web")
        chosen = {
            "line": lines.main,
            "caller": "+16025550147",
            "contact": cast.grace,
            "at": NIGHT,
            "manner": CallerManner(speaks=7),
            "behaviours": {jordan: Behaviour(Manner.DECLINES, after=2)},
        }
        return CopyCall(**(chosen | changed))

    return make


@pytest.mark.django_db(transaction=True)
def test_the_whole_call_is_played_and_nothing_is_written_here(copied_from, cast, lines, call):
    contacts = Contact.objects.across_practices().count()
    result = rehearse_on_copy(cast.glow, call())
    assert result.outcome == "Missed: everybody was busy or declined."
    assert result.voicemail == 7
    assert len(result.texts) == 1
    assert result.texts[0].startswith("Hi Grace,")
    assert (result.withheld, result.errors) == ([], [])
    assert result.route.rule == 3
    voice = next(fact for fact in result.facts if fact.data.get("webhook") == "voice")
    assert voice.data["status"] == 200
    assert any("<Dial" in fact.data.get("xml", "") for fact in result.facts)
    assert not Call.objects.across_practices().exists()
    assert not Message.objects.across_practices().exists()
    assert Contact.objects.across_practices().count() == contacts


@pytest.mark.django_db(transaction=True)
def test_a_withheld_caller_gets_no_text(copied_from, cast, lines, call):
    result = rehearse_on_copy(cast.glow, call(caller="", contact=None))
    assert result.outcome.startswith("Missed")
    assert result.texts == []


@pytest.mark.django_db(transaction=True)
def test_a_failure_is_logged_without_names_or_numbers(copied_from, cast, lines, call, caplog):
    cast.glow.slug = "no-such-practice"
    with pytest.raises(RehearsalFailed, match="could not be played"):
        rehearse_on_copy(cast.glow, call())
    assert "exit code 2" in caplog.text
    assert "Grace" not in caplog.text
    assert "6025550147" not in caplog.text
