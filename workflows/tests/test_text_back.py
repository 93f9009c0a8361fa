import pytest

from aesthetix.events.models import Delivery
from telephony.models import VoiceSettings
from workflows.tests.conftest import GRACE, settle


@pytest.fixture
def toggle(desk):
    return VoiceSettings.objects.create(practice=desk.practice, text_back_toggle=True)


def test_the_toggle_texts_back_every_call_with_no_cool_off(desk, toggle):
    desk.missed()
    desk.missed(line=desk.facials)
    settle()
    first, second = desk.messages()
    assert (first.to_address, first.from_address) == (GRACE, desk.main.number)
    assert second.from_address == desk.facials.number
    assert first.label == "Missed Call Text Back (Business Profile)"
    assert first.body.startswith("Hi Grace, sorry we missed your call")


def test_a_call_that_is_told_twice_gets_one_text(desk, toggle, clock):
    desk.missed()
    settle()
    Delivery.objects.across_practices().update(due_at=clock(), done_at=None)
    settle()
    assert len(desk.messages()) == 1


def test_nothing_is_sent_while_the_toggle_is_off(desk, toggle):
    toggle.text_back_toggle = False
    toggle.save()
    desk.missed()
    settle()
    assert desk.messages() == []


def test_a_withheld_number_and_a_call_of_last_night_are_not_texted(desk, toggle, clock):
    desk.missed(number="", contact=None)
    desk.missed()
    clock.tick(hours=13)
    settle()
    assert desk.messages() == []
