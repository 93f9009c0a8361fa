"""kill -9, played exactly: the process dies in front of the n-th SQL statement, or inside the request to
the carrier, before or after the carrier took the text. What was committed stays, all else is gone."""

import random

import pytest
from django.db import connection

from aesthetix.events.due import drain
from conversations.models import Message


class Killed(BaseException):
    pass


class Executioner:
    """An SQL wrapper that kills in front of the n-th statement. What a transaction had not committed is
    rolled back, as the database does when the connection is lost."""

    def __init__(self, after):
        self.left = after

    def __call__(self, execute, sql, params, many, context):
        self.left -= 1
        if self.left < 0 and not sql.startswith("ROLLBACK"):
            raise Killed
        return execute(sql, params, many, context)


def work_until_killed(after):
    """True when the worker finished its round before the blow fell."""
    with connection.execute_wrapper(Executioner(after)):
        try:
            drain("messages")
        except Killed:
            return False
    return True


def survivors_finish(rig, minutes=15):
    for _ in range(minutes * 4):
        drain("messages")
        rig.clock.tick(seconds=15)


def texts(rig):
    return sorted(text["body"] for text in rig.carrier.taken)


def test_killed_in_front_of_any_statement_each_text_goes_out_once(rig, send):
    survived, after = False, 0
    while not survived:
        send(f"k{after}", body=f"Text {after}")
        survived = work_until_killed(after)
        survivors_finish(rig)
        after += 1
    assert after > 10
    assert texts(rig) == sorted(f"Text {at}" for at in range(after))
    states = set(Message.objects.for_practice(rig.glow).values_list("state", flat=True))
    assert states == {"sent"}


@pytest.mark.parametrize("seed", range(3))
def test_two_hundred_texts_through_random_kills_go_out_once_each(rig, send, seed):
    chance = random.Random(seed)
    for at in range(200):
        send(f"k{at}", body=f"Text {at}")
    for _ in range(60):
        blow = chance.choice(["statement", "before", "after"])
        if blow == "before":
            rig.carrier.faults = [Killed()]
        elif blow == "after":
            rig.carrier.swallow = [Killed()]
        work_until_killed(chance.randrange(60) if blow == "statement" else 10**6)
        rig.carrier.faults, rig.carrier.swallow = [], []
        rig.clock.tick(seconds=chance.choice([1, 20, 50, 70]))
    survivors_finish(rig, minutes=10)
    assert texts(rig) == sorted(f"Text {at}" for at in range(200))
    states = Message.objects.for_practice(rig.glow).values_list("state", flat=True)
    assert set(states) == {"sent"}
