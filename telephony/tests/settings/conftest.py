"""The phones of the cast: two lines of Glow, one line of the other practice, and files in a folder of their own."""

from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from aesthetix.lib.tests.sounds import mp3, wav
from aesthetix.practices.actor import Actor
from telephony.models import Line


@pytest.fixture
def files(settings, tmp_path):
    """Uploads go to a folder that is gone afterwards."""
    location = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": location}
    return tmp_path


@pytest.fixture
def admin(cast):
    return Actor(practice=cast.glow, staff=cast.maya)


@pytest.fixture
def lines(cast):
    """main: rings jordan and priya; botox: maya's direct line; theirs: a line of the other practice."""
    main = Line.objects.create(
        practice=cast.glow, number="+16025550100", name="Main line", is_default_outbound=True, incoming_timeout=20
    )
    main.ring_members.add(cast.jordan, through_defaults={"position": 0})
    main.ring_members.add(cast.priya, through_defaults={"position": 1})
    botox = Line.objects.create(practice=cast.glow, number="+16025550101", name="Botox line", assigned_to=cast.maya)
    theirs = Line.objects.create(practice=cast.other, number="+14805550100", name="Their line")
    return SimpleNamespace(main=main, botox=botox, theirs=theirs)


@pytest.fixture
def sound():
    """A real upload: `sound()`, `sound("long.wav", seconds=200)`, `sound("words.mp3", b"words")`."""

    def make(name="greeting.wav", content=None, seconds=2.0):
        real = mp3(seconds) if name.endswith("mp3") else wav(seconds)
        return SimpleUploadedFile(name, real if content is None else content)

    return make
