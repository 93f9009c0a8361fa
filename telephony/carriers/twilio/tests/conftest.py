import pytest

from telephony.carriers.twilio.tests import stand_in as rig
from telephony.models import CarrierAccount


@pytest.fixture
def carrier():
    """A stand-in carrier on loopback."""
    with rig.listening() as stand_in:
        yield stand_in


@pytest.fixture
def account(carrier):
    """An account at the stand-in, not saved."""
    return CarrierAccount(account_sid=rig.ACCOUNT, auth_token=rig.TOKEN, base_url=carrier.url)
