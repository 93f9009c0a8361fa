import pytest

from telephony.carriers.lab import Lab, VirtualClock
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
