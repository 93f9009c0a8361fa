"""The carrier's side over HTTP: signed webhooks through the front door."""

from aesthetix.practices.actor import Actor
from aesthetix.practices.models import Staff
from telephony.carriers.lab.webhooks import HttpTransport, sign
from telephony.models import Line, StaffCallSettings
from telephony.services.lines import configure_line
from telephony.services.staff_settings import save_staff_settings

MOBILE = "+14805550142"


def ring_the_admin(practice):
    """For five seconds, on her own phone."""
    actor, maya = Actor.system(practice, "Test"), Staff.objects.for_practice(practice).get()
    settings = StaffCallSettings(staff=maya, web_app=False, mobile_app=False, personal_number=MOBILE)
    save_staff_settings(actor=actor, settings=settings)
    line = Line.objects.for_practice(practice).get()
    line.assigned_to, line.incoming_timeout = maya, 5
    configure_line(actor=actor, line=line, ring_members=[])


class ThroughTheFront(HttpTransport):
    """The Phone Lab's way out, with TLS ended as the proxy would."""

    def __init__(self, session):
        super().__init__()
        self._session = session


class Poster:
    """Posts what the carrier would about calls to one practice's line."""

    def __init__(self, installation, at, connections=10):
        self.session, self.public, self.at = installation.session(connections), installation.public, at

    def post(self, path, sid, caller, **fields):
        url = f"{self.public}/twilio/voice/{path}"
        data = {"AccountSid": self.at.sid, "CallSid": sid, "From": caller, "To": self.at.number, **fields}
        headers = {"X-Twilio-Signature": sign(self.at.token, url, data)}
        answer = self.session.post(url, data=data, headers=headers, timeout=15)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text[:300]}"
        return answer.text

    def ring(self, sid, caller):
        return self.post("inbound/", sid, caller, CallStatus="ringing", Direction="inbound")

    def miss(self, sid, caller):
        """Rings, nobody answers, the caller hangs up at the beep."""
        self.ring(sid, caller)
        self.post("dial/", sid, caller, CallStatus="in-progress", DialCallStatus="no-answer")
        self.post("status/", sid, caller, CallStatus="completed")
