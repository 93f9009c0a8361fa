"""The cast of the tests: one practice with an admin, an all-data and an assigned-only member, and an outsider."""

import datetime as dt
from types import SimpleNamespace

import hypothesis
import pytest

from aesthetix.lib import clock as house_clock

# A busy machine is no failure: pytest-timeout ends what hangs.
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.load_profile("house")


@pytest.fixture(autouse=True)
def _quiet_bell(monkeypatch):
    """No broker in ordinary tests: they drain the queues themselves (aesthetix.events.due.drain_all)."""
    from aesthetix.events import bell

    monkeypatch.setattr(bell, "silent", True)


@pytest.fixture(autouse=True)
def _fast_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(params=["folder", pytest.param("bucket", marks=pytest.mark.production)])
def both_storages(request, settings, tmp_path):
    """The test runs on local files and, in the full form of the tests, on their S3 server too."""
    if request.param == "folder":
        local = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
        settings.STORAGES = {**settings.STORAGES, "default": local}
    elif not settings.S3_BUCKET:
        pytest.skip("no S3 server: python scripts/services.py python -m pytest …")


class MovedClock:
    """A clock that stands still until somebody moves it."""

    def __init__(self, at: dt.datetime) -> None:
        self.at = at

    def __call__(self) -> dt.datetime:
        return self.at

    def tick(self, **delta: float) -> None:
        self.at += dt.timedelta(**delta)


@pytest.fixture
def clock():
    """Monday, 16 November 2026, 10:00 in Phoenix (17:00 UTC): within business hours."""
    moved = MovedClock(dt.datetime(2026, 11, 16, 17, 0, tzinfo=dt.UTC))
    house_clock.use(moved)
    yield moved
    house_clock.use(None)


def _member(practice, email, name, role, data_access):
    from aesthetix.practices.models import Staff, User

    user = User.objects.create_user(email=email, password="correct horse battery", name=name, active_practice=practice)
    return Staff.objects.create(practice=practice, user=user, role=role, data_access=data_access)


@pytest.fixture
def cast(db):
    """glow: the practice; maya: admin; jordan: staff, all data; priya: staff, only assigned data;
    grace: a patient assigned to priya; outsider: the admin of another practice; stranger: their patient."""
    from aesthetix.practices.models import Practice
    from contacts.models import Contact, ContactPhone

    glow = Practice.objects.create(name="Glow Med Spa", slug="glow", company_phone="+16025550190")
    other = Practice.objects.create(name="Radiance Clinic", slug="radiance")
    maya = _member(glow, "maya@glow.example", "Maya Chen", "admin", "all")
    jordan = _member(glow, "jordan@glow.example", "Jordan Lee", "staff", "all")
    priya = _member(glow, "priya@glow.example", "Priya Nair", "staff", "assigned")
    outsider = _member(other, "olga@radiance.example", "Olga Ruiz", "admin", "all")
    grace = Contact.objects.create(
        practice=glow, first_name="Grace", last_name="Park", email="grace.park@example.com", assigned_to=priya
    )
    ContactPhone.objects.create(practice=glow, contact=grace, number="+16025550147")
    stranger = Contact.objects.create(practice=other, first_name="Sven", last_name="Stranger")
    ContactPhone.objects.create(practice=other, contact=stranger, number="+14805550163")
    return SimpleNamespace(
        glow=glow, other=other, maya=maya, jordan=jordan, priya=priya, outsider=outsider, grace=grace, stranger=stranger
    )
