"""A practice on the phone: a carrier account, a main line that rings Jordan, and a way to play the carrier."""

from types import SimpleNamespace
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse
from twilio.request_validator import RequestValidator

from telephony.models import CarrierAccount, Line, RingMember, StaffCallSettings, VoiceSettings

PATIENT, UNKNOWN, MAIN = "+16025550147", "+16025550163", "+16025550100"
SID, TOKEN = "AC" + "0" * 32, "test_auth_token"


class Carrier:
    """Posts signed webhooks as Twilio does."""

    def __init__(self, base_url: str) -> None:
        self.client, self.base_url = Client(), base_url

    def post(self, name, *, signature=None, query=None, args=(), **fields):
        path = reverse(f"twilio:{name}", args=args) + (f"?{urlencode(query)}" if query else "")
        data = {
            "AccountSid": SID,
            "ApiVersion": "2010-04-01",
            "FromCity": "",
            **{name: str(value) for name, value in fields.items()},
        }
        signed = RequestValidator(TOKEN).compute_signature(self.base_url + path, data)
        header = signed if signature is None else signature
        return self.client.post(path, data, headers={"X-Twilio-Signature": header})

    def call(self, name, sid="CA1", caller=PATIENT, query=None, **fields):
        standard = {"CallSid": sid, "From": caller, "To": MAIN, "CallStatus": "in-progress", "Direction": "inbound"}
        return self.post(name, query=query, **{**standard, **fields})


@pytest.fixture
def carrier(settings):
    return Carrier(settings.PUBLIC_BASE_URL)


@pytest.fixture
def phone(cast, clock):
    """glow on the phone: the main line rings Jordan in the web app. Rule 2 is off (Grace is Priya’s patient)."""
    settings = VoiceSettings.objects.create(practice=cast.glow, ring_contact_user=False)
    account = CarrierAccount.objects.create(practice=cast.glow, account_sid=SID, auth_token=TOKEN)
    main = Line.objects.create(practice=cast.glow, number=MAIN, name="Main line", is_default_outbound=True)
    StaffCallSettings.objects.create(staff=cast.jordan)
    RingMember.objects.create(line=main, staff=cast.jordan)
    return SimpleNamespace(account=account, main=main, settings=settings)
