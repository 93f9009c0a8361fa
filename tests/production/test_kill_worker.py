"""kill -9 of the real Celery worker while 200 missed calls come in: every caller gets one text, nobody two."""

import random
import secrets
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from aesthetix.events.due import WorkQueue
from conversations.models import Message
from telephony.carriers.lab import Lab, LabServer, RealClock
from telephony.models import Call
from tests.production.carrier import Poster, ThroughTheFront, ring_the_admin
from tests.production.programs import wait_until
from workflows.models import Enrollment

pytestmark = pytest.mark.timeout(420)
MAIN = "+14805550110"
CALLERS = [f"+1{area}55501{at:02d}" for area in (602, 928) for at in range(100)]
ROUNDS = 6
# A worker that died with a row in its hands leaves it to the lease (a minute); of a text that it had just begun to
# send, the carrier must first deny having it for two minutes.
AFTERWARDS_SECONDS = 240


@pytest.fixture
def lab(installation):
    """The carrier's REST side, in real time; it reports on every text."""
    lab = Lab(f"AC{secrets.token_hex(16)}", secrets.token_hex(16), RealClock())
    lab.mail.transport = ThroughTheFront(installation.session())
    lab.add_number(MAIN)
    with LabServer(lab):
        lab.start(workers=4)
        yield lab
        lab.stop()


def kill_at_random(poster, start, texts, chance):
    """Round by round callers are missed, four at a time, and somewhere in their midst the worker dies:
    by turns all of it, and one of its processes."""
    with ThreadPoolExecutor(4) as pool:
        worker, missed = start("worker"), []
        for turn in range(ROUNDS):
            seen = len(texts)
            missed += [
                pool.submit(poster.miss, f"CA{at:032x}", CALLERS[at]) for at in range(turn, len(CALLERS), ROUNDS)
            ]
            with suppress(AssertionError):  # what a dead worker held comes after its lease
                wait_until(lambda seen=seen: len(texts) > seen, 10, "a text")
            time.sleep(chance.uniform(0, 0.6))
            if turn % 2:
                worker.kill_one_child(chance)
                continue
            worker.kill()
            worker = start("worker")
        for done in missed:
            done.result()


def still_due(practice):
    """How many rows of each queue wait for a worker."""
    queues = WorkQueue.registry.values()
    counts = {queue.name: queue.model.objects.for_practice(practice).exclude(due_at=None).count() for queue in queues}
    return {name: count for name, count in counts.items() if count}


def test_two_hundred_missed_calls_survive_kill_nine_with_one_text_each(installation, practice_at, lab):
    at = practice_at(lab.api_url, MAIN, lab.account.sid, lab.account.auth_token)
    installation.start("web", "beat")
    ring_the_admin(at.practice)
    kill_at_random(Poster(installation, at), installation.start, lab.texts.all, random.Random(9))
    wait_until(lambda: not still_due(at.practice), AFTERWARDS_SECONDS, "nothing is due any more")
    assert Counter(text.to for text in lab.texts.all.values()) == Counter(CALLERS)
    messages = Message.objects.for_practice(at.practice).filter(inbound=False)
    wait_until(lambda: messages.filter(state="delivered").count() == len(CALLERS), 10, "every text is delivered")
    assert messages.count() == len(CALLERS)
    runs = Enrollment.objects.for_practice(at.practice)
    assert Counter(runs.values_list("state", flat=True)) == {"done": len(CALLERS)}
    assert Call.objects.for_practice(at.practice).filter(outcome="missed").count() == len(CALLERS)
