import pytest

from telephony.carriers.twilio.tests import stand_in as rig
from telephony.models import CarrierAccount, Line


@pytest.fixture
def carrier():
    """A stand-in carrier on loopback."""
    with rig.listening() as stand_in:
        yield stand_in


@pytest.fixture
def account(carrier):
    """An account at the stand-in, not saved."""
    return CarrierAccount(account_sid=rig.ACCOUNT, auth_token=rig.TOKEN, base_url=carrier.url)


@pytest.fixture
def glow(cast, carrier, account):
    """Glow's saved account with two numbers at the stand-in, and its line on the first of them."""
    account.practice = cast.glow
    account.save()
    Line.objects.create(practice=cast.glow, number="+16025550190", name="Main line", is_default_outbound=True)
    at_carrier = rig.NumbersAccount("+16025550190", "+16025550199")
    carrier.handle = at_carrier.answer
    return at_carrier
