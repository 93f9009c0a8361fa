import pytest

from aesthetix.practices.actor import Actor
from contacts.tests.merging.world import furnish, person
from telephony.tests.conftest import carrier, phone  # noqa: F401  (fixtures)

HERS, OLD = "+16025550141", "+16025550142"


@pytest.fixture
def maya(cast, clock):
    return Actor(practice=cast.glow, staff=cast.maya)


@pytest.fixture
def anna(cast):
    return person(cast, "Anna", "Berg", HERS, email="anna@example.com")


@pytest.fixture
def twin(cast):
    """The same Anna, whom somebody added a second time."""
    return person(cast, "Ana", "Berg", OLD, email="a.berg@example.com", lead_source="Website", alert="Latex")


@pytest.fixture
def full(cast, anna, twin):
    """Both with one of everything; gives (of anna, of twin)."""
    return furnish(cast, anna), furnish(cast, twin)
