"""Two lines of Glow and one of the other practice; `live`: a Phone Lab in real time that carries Glow."""

from types import SimpleNamespace

import pytest

from aesthetix.events.due import drain_all
from telephony.models import CarrierAccount, Line, RingMember, StaffCallSettings, VoiceSettings
from telephony.rehearsal.live import live_lab
from telephony.rehearsal.serving import served
from workflows.services.defaults import install_default_workflows

SID, TOKEN = "AC" + "3" * 32, "4" * 32


@pytest.fixture
def lines(cast):
    """main rings Jordan’s web app; direct is Maya’s, who takes calls on her own phone, screened."""
    VoiceSettings.objects.create(practice=cast.glow, ring_contact_user=False)
    StaffCallSettings.objects.create(staff=cast.jordan)
    StaffCallSettings.objects.create(staff=cast.maya, web_app=False, personal_number="+16025550119")
    main = Line.objects.create(practice=cast.glow, number="+16025550100", name="Main line", is_default_outbound=True)
    RingMember.objects.create(line=main, staff=cast.jordan)
    direct = Line.objects.create(practice=cast.glow, number="+16025550101", name="Direct", assigned_to=cast.maya)
    theirs = Line.objects.create(practice=cast.other, number="+14805550100", name="Their line")
    install_default_workflows(cast.glow)
    return SimpleNamespace(main=main, direct=direct, theirs=theirs)


@pytest.fixture
def admin(cast, client):
    client.force_login(cast.maya.user)
    return client


@pytest.fixture
def live(transactional_db, lines, cast, live_server, settings):
    settings.PUBLIC_BASE_URL = live_server.url
    running = []
    with served(lambda environ, start: running[0].application(environ, start)) as url:
        CarrierAccount.objects.create(practice=cast.glow, account_sid=SID, auth_token=TOKEN, base_url=url)
        with live_lab(url) as lab:
            running.append(lab)
            yield lab


@pytest.fixture
def until():
    """Lets time pass, and the due work be done, until something holds."""
    import threading

    def wait(holds, seconds=20):
        for _ in range(seconds * 10):
            drain_all()
            if found := holds():
                return found
            threading.Event().wait(0.1)
        raise AssertionError("it did not happen")

    return wait


@pytest.fixture
def choices(lines):
    """What a person chooses: a new caller to the main line, where nobody answers."""

    def make(mode="copy", **changed):
        chosen = {
            "mode": mode,
            "at": "2026-11-16T10:00",
            "line": lines.main.pk,
            "who": "new",
            "new_number": "(602) 555-0199",
            "caller_does": "voicemail",
            "caller_seconds": 8,
        }
        return chosen | changed

    return make
