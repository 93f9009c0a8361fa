"""The live stream: nothing is missed, nothing is told to who may not know, and it ends when it must."""

import asyncio
import json
from functools import partial

import pytest
from django.db import connections

from aesthetix.events.models import Event
from aesthetix.lib import clock as house_clock
from aesthetix.web.live import feed, hub, stream
from aesthetix.web.live.asgi import live_application
from aesthetix.web.live.feed import Feed, missed


def happen(practice, type="thread.updated", contact_id=None, **fields):
    return Event.objects.create(practice=practice, type=type, contact_id=contact_id, payload={"x": 1}, **fields)


@pytest.mark.django_db
class TestTheFeed:
    def test_tells_each_event_once_and_nothing_from_before(self, cast):
        happen(cast.glow)
        feed = Feed()
        assert feed.read() == []
        event = happen(cast.glow)
        assert [one.id for one in feed.read()] == [event.pk]
        assert feed.read() == []

    def test_tells_an_event_that_was_committed_after_a_later_one(self, cast):
        feed = Feed()
        feed.read()
        first = happen(cast.glow)
        happen(cast.glow, id=first.pk + 3)
        assert len(feed.read()) == 2
        happen(cast.glow, id=first.pk + 2)
        happen(cast.glow, id=first.pk + 1)
        assert [one.id for one in feed.read()] == [first.pk + 1, first.pk + 2]
        assert feed.read() == []

    def test_lets_go_of_ids_that_never_come(self, cast, monkeypatch):
        feed_ = Feed()
        feed_.read()
        first = happen(cast.glow)
        happen(cast.glow, id=first.pk + 5000)
        feed_.read()
        assert len(feed_._gaps) <= feed.MOST_GAPS
        monkeypatch.setattr(feed.time, "monotonic", lambda: float("inf"))
        feed_.read()
        assert not feed_._gaps

    def test_catches_up_within_the_own_practice_only(self, cast):
        first, other = happen(cast.glow), happen(cast.other)
        assert [one.id for one in missed(cast.glow.pk, first.pk - 1)] == [first.pk]
        assert [one.id for one in missed(cast.other.pk, 0)] == [other.pk]

    def test_too_much_to_catch_up_is_said_instead(self, cast):
        Event.objects.bulk_create(Event(practice=cast.glow, type="x") for _ in range(feed.CATCH_UP + 1))
        assert missed(cast.glow.pk, 0) is None


class Tab:
    """A browser tab on the stream, spoken to by ASGI."""

    def __init__(self, client, **headers):
        cookie = client.cookies["sessionid"].value
        raw = {"cookie": f"sessionid={cookie}", "host": "localhost"} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        self.scope = {
            "type": "http",
            "http_version": "1.1",
            "method": "GET",
            "path": "/live/",
            "query_string": b"",
            "headers": [(name.encode(), value.encode()) for name, value in raw.items()],
        }
        self.gone = asyncio.Event()
        self.sent = asyncio.Queue()

    async def __aenter__(self):
        self.task = asyncio.create_task(live_application(self.scope, self._receive, self.sent.put))
        self.start = await asyncio.wait_for(self.sent.get(), 10)
        return self

    async def __aexit__(self, *error):
        self.gone.set()
        await asyncio.wait_for(asyncio.gather(self.task, return_exceptions=True), 10)

    async def _receive(self):
        if not hasattr(self, "asked"):
            self.asked = True
            return {"type": "http.request", "body": b""}
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def until(self, words):
        """All that was sent until these words were."""
        text = ""
        while words not in text:
            message = await asyncio.wait_for(self.sent.get(), 10)
            text += message.get("body", b"").decode()
            if not message.get("more_body") and words not in text:
                raise AssertionError(f"ended without {words!r}: {text!r}")
        return text


def told(text):
    return [json.loads(line[6:]) for line in text.splitlines() if line.startswith("data: ") and line != "data: {}"]


async def in_database(function, *args):
    """In the streams' one database thread, so that no other keeps a connection to the test database."""
    return await hub.ask(partial(function, *args))


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(hub, "POLL_SECONDS", 0.05)
    monkeypatch.setattr(stream, "HEARTBEAT_SECONDS", 0.2)
    yield
    hub._database.submit(connections.close_all).result()


@pytest.fixture
def as_(client, cast):
    def sign_in(staff):
        client.force_login(staff.user)
        return client

    return sign_in


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("impatient")
class TestTheStream:
    def test_tells_what_happens_by_type_and_record_alone(self, cast, as_):
        async def play():
            async with Tab(as_maya) as tab:
                assert tab.start["status"] == 200
                await tab.until("hello")
                await in_database(happen, cast.other)
                await in_database(happen, cast.glow, "message.received", cast.grace.pk)
                return told(await tab.until("message.received"))

        as_maya = as_(cast.maya)
        assert asyncio.run(play()) == [{"type": "message.received", "contact": cast.grace.pk}]

    def test_leaves_out_whose_record_it_is_for_who_may_not_see_it(self, cast, as_):
        async def play():
            async with Tab(as_priya) as tab:
                await tab.until("hello")
                await in_database(happen, cast.glow, "first", cast.grace.pk)
                await in_database(happen, cast.glow, "second", cast.stranger.pk)
                return told(await tab.until("second"))

        as_priya = as_(cast.priya)
        assert asyncio.run(play()) == [{"type": "first", "contact": cast.grace.pk}, {"type": "second"}]

    def test_comes_back_to_where_it_stopped(self, cast, as_):
        async def play():
            async with Tab(as_maya, last_event_id=str(seen.pk)) as tab:
                return told(await tab.until("while.away"))

        as_maya, seen = as_(cast.maya), happen(cast.glow, "seen.before")
        happen(cast.glow, "while.away")
        assert {"type": "while.away"} in asyncio.run(play())

    def test_ends_when_the_person_leaves_the_practice(self, cast, as_):
        async def play():
            async with Tab(as_jordan) as tab:
                await tab.until("still here")
                cast.jordan.left_at = house_clock.now()
                await in_database(cast.jordan.save)
                await tab.until("event: end")
                await asyncio.wait_for(tab.task, 10)

        as_jordan = as_(cast.jordan)
        asyncio.run(play())

    def test_ends_when_the_person_signs_out(self, cast, as_):
        async def play():
            async with Tab(as_maya) as tab:
                await tab.until("hello")
                await in_database(as_maya.session.flush)
                await tab.until("event: end")

        as_maya = as_(cast.maya)
        asyncio.run(play())


@pytest.mark.django_db
def test_where_pages_run_in_threads_there_is_no_stream(client, cast):
    client.force_login(cast.maya.user)
    assert client.get("/live/").status_code == 204


@pytest.mark.django_db
def test_a_visitor_gets_no_stream(client):
    assert client.get("/live/").status_code == 302


class _CountedFeed:
    """Counts its readers; reading takes a while, as with a real database."""

    readers = 0

    def __init__(self):
        type(self).readers += 1

    def read(self):
        return []


def test_tabs_that_come_at_once_have_one_reader_and_who_comes_at_its_end_a_new_one(monkeypatch):
    monkeypatch.setattr(hub, "Feed", _CountedFeed)
    monkeypatch.setattr(hub, "ask", _slowly)
    monkeypatch.setattr(hub, "POLL_SECONDS", 0.01)
    monkeypatch.setattr(_CountedFeed, "readers", 0)

    async def play():
        room = hub.Hub()
        queues = await asyncio.gather(*(room.listen(1) for _ in range(5)))
        first, at_once = room._reader, _CountedFeed.readers
        for queue in queues:
            room.leave(1, queue)
        while room._reader is first:  # noqa: ASYNC110  its last look around
            await asyncio.sleep(0)
        await room.listen(1)
        return at_once, room._reader is not None and not room._reader.done()

    assert asyncio.run(play()) == (1, True)


async def _slowly(question):
    await asyncio.sleep(0.01)
    return question()
