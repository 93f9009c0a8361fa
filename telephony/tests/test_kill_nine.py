"""kill -9 for real: worker processes die at random moments while 200 texts are waiting. Each goes out once.

Time runs sixty times faster for everybody here, so that leases and look-ups need no minutes.
"""

import datetime as dt
import json
import os
import random
import signal
import threading
import time
from collections import Counter
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connections
from django.urls import reverse

from aesthetix.events.due import drain
from aesthetix.lib import clock as house_clock
from aesthetix.practices.actor import Actor
from conversations.models import Message, MessageEvent
from conversations.services.send import send_message
from telephony.carriers.twilio.client import client_for
from telephony.models import CarrierAccount, Line

pytestmark = pytest.mark.django_db(transaction=True)
SPEED, TEXTS, KILLS = 60, 200, 40


class RestStandIn(BaseHTTPRequestHandler):
    """Takes texts and lists them, a little slowly, so that a worker can die while it asks."""

    def do_POST(self):
        fields = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        text = {
            "sid": f"SM{len(self.server.taken):032x}",
            "to": fields["To"][0],
            "from": fields["From"][0],
            "body": fields["Body"][0],
            "status": "queued",
            "direction": "outbound-api",
            "date_created": format_datetime(house_clock.now()),
            "error_code": None,
        }
        self.server.taken.append(text)
        time.sleep(0.02)
        self.answer(201, text)

    def do_GET(self):
        wanted = parse_qs(urlsplit(self.path).query)
        rows = [text for text in self.server.taken if text["to"] == wanted["To"][0]]
        self.answer(200, {"messages": rows[::-1], "next_page_uri": None})

    def answer(self, status, content):
        body = json.dumps(content).encode()
        try:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            self.close_connection = True  # nobody is there any more

    def log_message(self, *args):
        pass


@pytest.fixture
def rest():
    server = ThreadingHTTPServer(("127.0.0.1", 0), RestStandIn)
    server.taken = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def fast_clock():
    began, at = time.monotonic(), dt.datetime(2026, 11, 16, 17, 0, tzinfo=dt.UTC)
    house_clock.use(lambda: at + dt.timedelta(seconds=(time.monotonic() - began) * SPEED))
    yield
    house_clock.use(None)


def start_worker():
    """A process of its own that works on the queue until it is killed."""
    connections.close_all()
    pid = os.fork()
    if pid:
        return pid
    try:
        while True:
            drain("messages")
            time.sleep(0.01)
    finally:
        os._exit(1)


def kill(pid):
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def wait_until_settled(practice, seconds):
    waiting = Message.objects.for_practice(practice).exclude(state="sent")
    limit = time.monotonic() + seconds
    while waiting.exists() and time.monotonic() < limit:
        time.sleep(0.2)


def test_two_hundred_texts_survive_kill_nine_once_each(cast, rest, fast_clock):
    base_url = f"http://127.0.0.1:{rest.server_port}"
    account = CarrierAccount.objects.create(
        practice=cast.glow, account_sid="AC" + "0" * 32, auth_token="test_auth_token", base_url=base_url
    )
    reverse("twilio:message_status", args=[1])  # imports here what each worker would import before its first text
    client_for(account).messages.list(to="+16025550147")
    Line.objects.create(practice=cast.glow, number="+16025550100", name="Main line", is_default_outbound=True)
    actor, chance = Actor.system(cast.glow, "Workflow"), random.Random(9)
    for at in range(TEXTS):
        send_message(actor=actor, contact=cast.grace, body=f"Text {at}", key=f"k{at}", origin="workflow")
    workers = [start_worker(), start_worker()]
    try:
        for _ in range(KILLS):
            time.sleep(chance.uniform(0.02, 0.25))
            kill(workers.pop(0))
            workers.append(start_worker())
        wait_until_settled(cast.glow, 60)
    finally:
        for pid in workers:
            kill(pid)
    assert Counter(text["body"] for text in rest.taken) == Counter(f"Text {at}" for at in range(TEXTS))
    assert set(Message.objects.for_practice(cast.glow).values_list("state", flat=True)) == {"sent"}
    assert MessageEvent.objects.for_practice(cast.glow).filter(kind="unclear").exists()  # some died in the act
