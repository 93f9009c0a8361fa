"""Files without rows go after a day, those with rows never, on either storage."""

import datetime as dt
import uuid

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from aesthetix.celery import app
from aesthetix.lib import orphans
from aesthetix.lib.orphans import remove_orphans
from contacts.models import Job
from documents.models import Document, Preview
from telephony.models import Call, Recording

pytestmark = pytest.mark.django_db


def later(**more):
    """By the storage's own clock."""
    return dt.datetime.now(dt.UTC) + dt.timedelta(**more)


@pytest.fixture
def own_storage(both_storages, settings):
    """Nobody else's: other tests keep files in the one bucket at the same time, and their rows are not seen here."""
    options = settings.STORAGES["default"]["OPTIONS"]
    if "bucket_name" in options:
        name = f"orphans-{uuid.uuid4().hex}"
        default_storage.connection.create_bucket(Bucket=name)
        own = settings.STORAGES["default"] | {"OPTIONS": options | {"bucket_name": name}}
        settings.STORAGES = settings.STORAGES | {"default": own}


@pytest.fixture
def rows(cast, own_storage):
    """A file of each kind with its row, one of them of a document that was deleted."""
    glow = cast.glow
    job = Job.objects.create(practice=glow, staff=cast.maya, kind="export", state="done", due_at=None)
    job.file.save("contacts-1.csv", ContentFile(b"x"))
    document = Document(practice=glow, contact=cast.grace, name="a.pdf", size=1, deleted_at=later())
    document.file.save("a.pdf", ContentFile(b"x"))
    preview = Preview(practice=glow, document=document, page=1, content_type="image/png")
    preview.file.save("p.png", ContentFile(b"x"))
    call = Call.objects.create(practice=glow, sid="CA1", contact=cast.grace, from_number="", to_number="")
    recording = Recording(practice=glow, call=call, sid="RE1", kind="voicemail", url="")
    recording.file.save("r.wav", ContentFile(b"x"))
    return [one.file.name for one in (job, document, preview, recording)]


def orphan(name):
    return default_storage.save(name, ContentFile(b"x"))


def test_after_a_day_what_no_row_names_is_gone_and_all_else_stays(rows, monkeypatch):
    monkeypatch.setattr(orphans, "SLICE", 2)
    lost = [orphan(name) for name in ("jobs/2026/11/x.csv", "documents/1/y.pdf", "previews/z.png", "recordings/w.wav")]
    assert remove_orphans(now=later(hours=25)) >= len(lost)
    assert not [name for name in lost if default_storage.exists(name)]
    assert all(default_storage.exists(name) for name in rows)


def test_a_file_whose_row_may_still_come_stays(rows):
    fresh = orphan("documents/1/fresh.pdf")
    remove_orphans(now=later(hours=23))
    assert default_storage.exists(fresh)
    default_storage.delete(fresh)


def test_what_lies_beside_our_folders_is_not_ours(rows):
    beside = [orphan(name) for name in ("backup/db.dump", "documents.txt", "documents-old/a.pdf")]
    remove_orphans(now=later(days=30))
    assert all(default_storage.exists(name) for name in beside)
    for name in beside:
        default_storage.delete(name)


def test_without_any_files_there_is_nothing_to_do(db, settings, tmp_path):
    local = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path / "no")}}
    settings.STORAGES = {**settings.STORAGES, "default": local}
    assert remove_orphans() == 0


def test_beat_rings_it():
    app.loader.import_default_modules()
    assert app.conf.beat_schedule["remove_orphans"]["task"] in app.tasks
