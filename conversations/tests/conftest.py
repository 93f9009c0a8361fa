"""A carrier that remembers what it took and fails on request, and the lines of the practice."""

import itertools
from dataclasses import dataclass, field

import pytest

from conversations.channels import ports
from conversations.channels.ports import Sender, SentText

MAIN, SECOND = Sender("+16025550190", "Main line", is_default=True), Sender("+16025550191", "Scottsdale")


@dataclass
class FakeCarrier:
    """`faults` are raised in turn instead of taking a text; `swallow` takes it and then raises."""

    ready: bool = True
    taken: list[dict] = field(default_factory=list)
    faults: list[Exception] = field(default_factory=list)
    swallow: list[Exception] = field(default_factory=list)
    lookup_faults: list[Exception] = field(default_factory=list)
    on_send: object = None
    sids: object = field(default_factory=lambda: itertools.count(1))

    def available(self, practice):
        return self.ready

    def send(self, practice, *, from_number, to_number, body, status_url):
        if self.faults:
            raise self.faults.pop(0)
        sid = f"SM{next(self.sids):032x}"
        text = {"from": from_number, "to": to_number, "body": body, "url": status_url, "sid": sid}
        self.taken.append(text)
        if self.on_send:
            self.on_send(text)
        if self.swallow:
            raise self.swallow.pop(0)
        return SentText(sid, "queued")

    def find(self, practice, *, from_number, to_number, body, since, known=()):
        if self.lookup_faults:
            raise self.lookup_faults.pop(0)
        for text in self.taken:
            if (text["from"], text["to"], text["body"]) == (from_number, to_number, body) and text["sid"] not in known:
                return SentText(text["sid"], "sent")
        return None


class FakeSenders:
    def __init__(self):
        self.lines = [MAIN, SECOND]

    def numbers_for(self, practice, staff):
        return list(self.lines)


@pytest.fixture
def carrier(monkeypatch):
    fake = FakeCarrier()
    monkeypatch.setitem(ports._carriers, "sms", fake)
    return fake


@pytest.fixture
def senders(monkeypatch):
    fake = FakeSenders()
    monkeypatch.setattr(ports, "_senders", [fake])
    return fake


@pytest.fixture
def own_numbers(monkeypatch):
    numbers = {MAIN.number, SECOND.number}
    monkeypatch.setattr(ports, "_own_numbers", [lambda practice, number: number in numbers])
    return numbers


@pytest.fixture
def rig(cast, clock, carrier, senders, own_numbers):
    """The cast with a clock, a carrier and lines: all that a text needs."""
    cast.clock, cast.carrier, cast.senders, cast.own_numbers = clock, carrier, senders, own_numbers
    return cast


@pytest.fixture
def send(rig):
    """Send Grace a text as the system would; keyword arguments replace the usual ones."""
    from aesthetix.practices.actor import Actor
    from conversations.services.send import send_message

    def _send(key="k1", **changes):
        usual = {
            "actor": Actor.system(rig.glow, "Workflow"),
            "contact": rig.grace,
            "body": "We missed your call.",
            "key": key,
            "origin": "workflow",
        }
        return send_message(**{**usual, **changes})

    return _send
