"""What callers hear, whatever staff wrote, and whatever was replaced while they wait."""

import xml.etree.ElementTree as ET
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError

from aesthetix.practices.actor import Actor
from telephony import answers
from telephony.models import Greeting, Line, NumberPool
from telephony.services.pools import delete_pool

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("text", ["a\x0bb", "a\x00b", "a\x1bb", "a\ufffeb", "Zoë & “you” <b>"])
def test_a_document_can_be_read_whatever_is_said_in_it(text):
    for document in (answers.say_and_hang_up(text), answers.ask_for_key(text, "https://x.example/")):
        assert ET.fromstring(document) is not None


def test_a_greeting_that_was_replaced_while_it_rang_gives_way_to_the_one_that_holds(cast):
    def greeting(token):
        of = {"practice": cast.glow, "name": "g.wav", "content_type": "audio/wav", "size": 1, "seconds": 1}
        return Greeting.objects.create(**of, token=token, file="x.wav")

    line = Line.objects.create(practice=cast.glow, number="+16025550100", name="Main", greeting=greeting("new"))
    call = SimpleNamespace(practice=cast.glow, practice_id=cast.glow.pk, line=line, sid="CA1")
    route = SimpleNamespace(greeting="old")
    assert "/calls/greetings/new" in answers.voicemail(call, route)
    greeting("old")
    assert "/calls/greetings/old" in answers.voicemail(call, route)


def test_deleting_a_pool_makes_no_circle(cast):
    pool = NumberPool.objects.create(practice=cast.glow, name="Web", forwarding_number="+16025550180")
    web = Line.objects.create(
        practice=cast.glow, number="+16025550102", name="B", forwarding_number="+16025550101", pool=pool
    )
    Line.objects.create(practice=cast.glow, number="+16025550101", name="A", forwarding_number=web.number)
    with pytest.raises(ValidationError) as refused:
        delete_pool(actor=Actor(practice=cast.glow, staff=cast.maya), pool=pool)
    assert "circle" in str(refused.value)


@pytest.mark.parametrize("at", ["0001-01-01T00:00", "9999-12-31T23:59"])
def test_a_time_that_no_calendar_has_is_no_error_of_the_server(cast, client, at):
    line = Line.objects.create(practice=cast.glow, number="+16025550100", name="Main")
    client.force_login(cast.maya.user)
    for page in (f"/settings/phone-numbers/{line.pk}/preview/", "/settings/phone-numbers/test-call/phones/"):
        assert client.post(page, {"at": at, "line": line.pk, "mode": "copy"}).status_code < 500
    huge = "9" * 30
    assert client.post(f"/settings/phone-numbers/{line.pk}/", {"name": "x", "ring_members": huge}).status_code < 500
