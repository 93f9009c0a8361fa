from urllib.parse import urlsplit, urlunsplit

import pytest
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from telephony.carriers.lab import Lab, LabServer, VirtualClock
from telephony.carriers.lab.tests.app import App

SID = "AC" + "0" * 32
TOKEN = "test_auth_token"  # noqa: S105 - invented
LINE, PATIENT, MOBILE = "+16025550100", "+16025550147", "+16025550142"


@pytest.fixture
def app():
    with App() as app:
        yield app


@pytest.fixture
def lab(app):
    lab = Lab(SID, TOKEN, VirtualClock(), seed=7)
    lab.add_number(
        LINE,
        voice_url=app.url + "/voice",
        voice_fallback_url=app.url + "/fallback",
        status_callback=app.url + "/status",
        sms_url=app.url + "/sms",
        sms_fallback_url=app.url + "/sms-fallback",
    )
    return lab


class ToLab(TwilioHttpClient):
    """Sends what is meant for Twilio to the lab."""

    def __init__(self, base: str) -> None:
        super().__init__(timeout=10)
        self.base = base

    def request(self, method, url, *args, **kwargs):
        parts = urlsplit(url)
        return super().request(method, self.base + urlunsplit(("", "", *parts[2:])), *args, **kwargs)


@pytest.fixture
def server(lab):
    with LabServer(lab) as server:
        yield server


@pytest.fixture
def client(server):
    return Client(SID, TOKEN, http_client=ToLab(server.url))
