"""docker-compose.yml as it stands: every program of it runs, a missed call goes all the way, everything stops."""

import contextlib
import json
import re
import secrets
import socket
import threading

import boto3
import pytest
import requests
from django.conf import settings

from aesthetix.practices.models import Staff
from conversations.models import Item, Message
from telephony.carriers.lab import Caller, Lab, LabServer, RealClock
from telephony.models import Call, Recording
from tests.production.carrier import ThroughTheFront, ring_the_admin
from tests.production.programs import ROOT, wait_until

pytestmark = pytest.mark.timeout(240)
PATIENT, MAIN = "+16025550147", "+14805550100"
PASSWORD = "correct horse battery"
PROGRAMS = ("web", "live", "worker", "beat")


@pytest.fixture
def lab(installation):
    """The carrier, in real time, with the practice's number, which calls nobody yet."""
    lab = Lab(f"AC{secrets.token_hex(16)}", secrets.token_hex(16), RealClock())
    lab.mail.transport = ThroughTheFront(installation.session())
    lab.add_number(MAIN)
    with LabServer(lab):
        lab.start()
        yield lab
        lab.stop()


def send_form(session, url, to=None, **fields):
    """Open a page and send a form of it (`to`: its action), as a browser does."""
    page = session.get(url)
    assert page.status_code == 200, f"{url}: {page.status_code}"
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)[1]
    data = {"csrfmiddlewaretoken": token, **fields}
    return session.post(to or page.url, data=data, headers={"Referer": page.url})


def sign_in(installation, at):
    """The admin follows the link that set-up printed, chooses a password and signs in with it."""
    session = installation.session()
    send_form(session, at.link, password1=PASSWORD, password2=PASSWORD)
    email = Staff.objects.for_practice(at.practice).get().user.email
    inside = send_form(session, f"{installation.public}/accounts/login/", login=email, password=PASSWORD)
    assert inside.url.startswith(f"{installation.public}/inbox/")
    return session


class Tab:
    """An open page: the kinds of what the live stream tells it."""

    def __init__(self, session, public):
        self.kinds, self.contacts = [], set()
        self.answer = session.get(f"{public}/live/", stream=True, timeout=30)
        assert self.answer.headers["Content-Type"].startswith("text/event-stream")
        lines = self.answer.iter_lines()
        while next(lines) != b"event: hello":
            pass
        self.thread = threading.Thread(target=self._read, args=(lines,), daemon=True)
        self.thread.start()

    def _read(self, lines):
        with contextlib.suppress(requests.RequestException):  # the program was stopped
            for line in lines:
                if line.startswith(b'data: {"type"'):
                    told = json.loads(line[6:])
                    self.kinds.append(told["type"])
                    self.contacts.add(told.get("contact"))


def bucket_of(installation):
    storage = settings.STORAGES["default"]["OPTIONS"]
    client = boto3.client("s3", endpoint_url=storage["endpoint_url"], region_name=storage["region_name"])
    found = client.list_objects_v2(Bucket=installation.bucket)
    return {each["Key"]: each["Size"] for each in found.get("Contents", [])}


def test_the_proxy_sends_streams_and_pages_where_compose_runs_them(installation):
    proxy = re.sub(r"\s+", " ", (ROOT / "Caddyfile").read_text())
    ports = {
        name: re.search(r"--port=(\d+)", " ".join(installation.services[name]["command"]))[1]
        for name in ("web", "live")
    }
    assert f"handle /live/* {{ reverse_proxy live:{ports['live']} {{ flush_interval -1 }} }}" in proxy
    assert f"handle {{ reverse_proxy web:{ports['web']} }}" in proxy
    assert set(installation.services["proxy"]["depends_on"]) == {"web", "live"}


def test_the_installation_has_nothing_to_complain_about(installation):
    said = installation.manage("check", "--deploy", "--fail-level", "DEBUG")
    assert "no issues" in said
    assert f"Made the bucket {installation.bucket}." in installation.said
    assert "Made the bucket" not in installation.prepare()  # every start prepares: again is nothing new


@pytest.mark.parametrize("missing", ["SECRET_KEY", "FIELD_ENCRYPTION_KEYS", "DATABASE_URL"])
def test_nothing_starts_without_its_secrets(installation, missing):
    environment = installation.environment("web")
    del environment[missing]
    assert missing in installation.refuses(environment)


def test_a_missed_call_goes_all_the_way(installation, practice_at, lab):
    at = practice_at(lab.api_url, MAIN, lab.account.sid, lab.account.auth_token)
    assert re.search(r"Carrier account checked, [1-9]\d* to correct", at.said)
    programs = installation.start(*PROGRAMS)
    session = sign_in(installation, at)
    page = f"{installation.public}/settings/phone-numbers/carrier/"
    assert "1 line was pointed here." in send_form(session, page, to=f"{page}fix/").text
    ring_the_admin(at.practice)
    tab = Tab(session, installation.public)
    lab.place_call(PATIENT, MAIN, caller=Caller.leaves_voicemail(3))
    messages = Message.objects.for_practice(at.practice)
    recordings = Recording.objects.for_practice(at.practice)
    wait_until(lambda: messages.filter(state="delivered").exists(), 45, "the text is delivered")
    wait_until(lambda: recordings.filter(state="stored").exists(), 45, "the voicemail is stored")
    wait_until(lambda: {"call.missed", "recording.stored", "message.status"} <= set(tab.kinds), 10, "the tab is told")
    assert_one_of_each(at, lab)
    assert bucket_of(installation)[recordings.get().file.name] > 1000
    assert hears_it(session, installation.public, recordings.get())
    assert tab.contacts <= {Call.objects.for_practice(at.practice).get().contact_id}
    wait_until(lambda: installation.is_healthy("worker"), 5, "the worker answers its health check")
    ready = session.get(f"{installation.public}/readyz").json()
    assert ready == {"database": "ok", "broker": "ok", "sweeper": "ok"}
    assert [program.stop() for program in programs] == [True] * len(PROGRAMS)
    assert [program.is_gone() for program in programs] == [True] * len(PROGRAMS)
    assert not any(_listens(port) for port in installation.ports.values())
    assert [name for name in PROGRAMS if "Traceback" in installation.logged(name)] == []
    assert not [name for name in PROGRAMS if PATIENT in installation.logged(name)]


def assert_one_of_each(at, lab):
    """One call, missed; one voicemail; one text, at the patient's handset; all three in the thread."""
    call = Call.objects.for_practice(at.practice).get()
    assert (call.outcome, call.from_number) == (Call.Outcome.MISSED, PATIENT)
    (text,) = lab.handset(PATIENT).received
    assert text.from_ == MAIN
    assert "sorry we missed your call" in text.body
    kinds = Item.objects.for_practice(at.practice).order_by("at", "id").values_list("kind", flat=True)
    assert sorted(kinds) == ["call", "text", "voicemail"]
    assert lab.strict_failures == []


def hears_it(session, public, recording):
    """The player of the thread, which asks for ranges."""
    answer = session.get(f"{public}/calls/recordings/{recording.pk}/audio/", headers={"Range": "bytes=0-3"})
    return (answer.status_code, answer.content) == (206, b"RIFF")


def _listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
