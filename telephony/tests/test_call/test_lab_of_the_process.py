"""Which accounts are the Phone Lab's, and where it finds them again."""

import pytest

from telephony.models import CarrierAccount
from telephony.rehearsal.live import is_lab_address, live_lab, running

pytestmark = pytest.mark.django_db
HERE = "http://127.0.0.1:8123/phone-lab"


@pytest.mark.parametrize(
    ("address", "is_lab"),
    [
        ("http://127.0.0.1:8000/phone-lab", True),
        ("http://localhost:9/phone-lab", True),
        ("", False),
        ("https://carrier.example/phone-lab", False),
        ("http://127.0.0.1:8000", False),
    ],
)
def test_only_a_lab_on_this_machine_is_one(address, is_lab):
    assert is_lab_address(address) is is_lab


def test_accounts_follow_the_lab_to_another_port(cast, lines):
    ours = CarrierAccount.objects.create(
        practice=cast.glow, account_sid="AC" + "1" * 32, auth_token="t", base_url="http://127.0.0.1:8000/phone-lab"
    )
    with live_lab(HERE) as live:
        ours.refresh_from_db()
        assert ours.base_url == HERE
        assert running() is live
        assert live.lab.number(lines.main.number).account.sid == ours.account_sid
        assert live.lab.number(lines.theirs.number) is None
    assert running() is None


def test_another_carriers_account_stays_where_it_is(cast, lines):
    CarrierAccount.objects.create(practice=cast.glow, account_sid="AC" + "1" * 32, auth_token="t")
    with live_lab(HERE) as live:
        assert CarrierAccount.objects.get().base_url == ""
        assert live.account_of(cast.glow) is None
        assert live.lab.number(lines.main.number) is None
