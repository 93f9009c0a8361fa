"""Voicemails come into our storage once and stay there, whatever the carrier says about its copy."""

import io
from contextlib import contextmanager

import pytest

from aesthetix.events.due import drain
from aesthetix.events.models import Event
from telephony.carriers.base import FetchedMedia, ProviderPermanent, ProviderTemporary
from telephony.carriers.twilio import media
from telephony.models import Recording

pytestmark = pytest.mark.django_db


class Store:
    """The carrier's recordings: what was asked of them, and what the next deletion answers."""

    def __init__(self):
        self.fetched, self.deleted, self.refusals = 0, 0, []

    @contextmanager
    def fetch(self, account, url):
        self.fetched += 1
        yield FetchedMedia(file=io.BytesIO(b"RIFF"), content_type="audio/wav", size=4)

    def delete(self, account, sid):
        if self.refusals:
            raise self.refusals.pop(0)
        self.deleted += 1


@pytest.fixture
def store(monkeypatch, phone, carrier, settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}},
    }
    found = Store()
    monkeypatch.setattr(media, "fetch_recording", found.fetch)
    monkeypatch.setattr(media, "delete_recording", found.delete)
    carrier.call("inbound")
    carrier.post(
        "recording",
        query={"call": "CA1", "kind": "voicemail"},
        RecordingSid="RE1",
        RecordingStatus="completed",
        RecordingDuration=7,
        RecordingUrl="https://api.twilio.com/2010-04-01/Accounts/AC0/Recordings/RE1",
    )
    return found


def recording(cast):
    return Recording.objects.for_practice(cast.glow).get()


def stored_events(cast):
    return Event.objects.for_practice(cast.glow).filter(type="recording.stored").count()


def test_it_is_stored_and_then_removed_at_the_carrier(cast, store):
    drain("recordings")
    row = recording(cast)
    assert (row.state, row.due_at, store.fetched, store.deleted) == ("stored", None, 1, 1)


def test_a_carrier_that_cannot_delete_now_is_asked_again_and_nothing_is_fetched_twice(cast, store, clock):
    store.refusals = [ProviderTemporary()]
    drain("recordings")
    assert recording(cast).state == "stored"
    clock.tick(minutes=5)
    drain("recordings")
    row = recording(cast)
    assert (row.state, row.due_at, store.fetched, store.deleted) == ("stored", None, 1, 1)
    assert stored_events(cast) == 1


def test_a_carrier_that_refuses_to_delete_does_not_take_the_voicemail_from_us(cast, store):
    store.refusals = [ProviderPermanent("20003", "No permission.")]
    drain("recordings")
    row = recording(cast)
    assert (row.state, row.due_at, row.last_error) == ("stored", None, "20003")


def test_a_deletion_that_never_works_leaves_the_voicemail_playable(cast, store, clock):
    store.refusals = [ProviderTemporary() for _ in range(20)]
    for _ in range(12):
        drain("recordings")
        clock.tick(minutes=15)
    row = recording(cast)
    assert (row.state, row.due_at, store.fetched, stored_events(cast)) == ("stored", None, 1, 1)
