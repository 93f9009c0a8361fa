"""A thousand calls at once: each is answered, each is one call, and each caller is one contact."""

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from aesthetix.events.models import Event
from contacts.models import Contact, ContactPhone
from conversations.models import Item
from telephony.models import Call
from tests.production.carrier import Poster

pytestmark = pytest.mark.timeout(300)
CALLS, CALLERS, TWICE, AT_ONCE = 1000, 200, 100, 50


def the_crowd(chance):
    """Each caller rings five times; every tenth webhook comes twice; all in no order."""
    numbers = [f"+1{area}55501{at:02d}" for area in (480, 602) for at in range(CALLERS // 2)]
    calls = [(f"CA{at:032x}", numbers[at % CALLERS]) for at in range(CALLS)]
    posts = calls + chance.sample(calls, TWICE)
    chance.shuffle(posts)
    return posts


def test_a_thousand_calls_at_once_lose_and_double_nothing(installation, practice_at):
    at = practice_at("http://127.0.0.1:9", "+16235550100")
    installation.start("web")
    poster = Poster(installation, at, connections=AT_ONCE)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(lambda call: poster.ring(*call), the_crowd(random.Random(4))))
    assert all(answer.startswith("<?xml") and "<Response>" in answer for answer in answers)
    practice = at.practice
    assert Contact.objects.for_practice(practice).count() == CALLERS
    assert ContactPhone.objects.for_practice(practice).count() == CALLERS
    calls = Call.objects.for_practice(practice)
    assert calls.count() == calls.values("sid").distinct().count() == CALLS
    assert set(Counter(calls.values_list("contact_id", flat=True)).values()) == {CALLS // CALLERS}
    items = Item.objects.for_practice(practice).filter(kind="call")
    assert set(items.values_list("ref", flat=True)) == set(calls.values_list("pk", flat=True))
    assert items.count() == CALLS
    events = Counter(Event.objects.for_practice(practice).values_list("type", flat=True))
    assert (events["call.started"], events["contact.created"]) == (CALLS, CALLERS)
