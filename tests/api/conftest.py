import pytest
from rest_framework.test import APIClient

from aesthetix.practices.models import ApiKey


@pytest.fixture
def client_with(cast):
    """An API client with a key of glow (or another practice) that has the given scopes."""

    def make(*scopes, practice=None):
        _, text = ApiKey.issue(practice=practice or cast.glow, name="Website", scopes=list(scopes))
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {text}")
        return client

    return make
