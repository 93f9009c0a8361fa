import pytest
from django.core.files.base import ContentFile

from aesthetix.practices.actor import Actor
from documents.services.storing import store_file
from documents.tests import samples


@pytest.fixture(autouse=True)
def _local_files(request, settings, tmp_path):
    """Where a test does not say otherwise, files lie in a folder of its own."""
    if "both_storages" in request.fixturenames:
        return
    local = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": local}


@pytest.fixture
def maya(cast):
    return Actor(practice=cast.glow, staff=cast.maya)


@pytest.fixture
def stored(cast, maya):
    """`stored("plan.pdf", content)`: a document of grace's, uploaded by maya."""

    def store(name="plan.pdf", content=None, **options):
        upload = ContentFile(samples.pdf() if content is None else content, name)
        return store_file(actor=maya, contact=cast.grace, upload=upload, **options)

    return store
