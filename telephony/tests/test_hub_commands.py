import pytest

from aesthetix.events.due import drain_all
from telephony.carriers.base import ProviderTemporary
from telephony.models import Call, CarrierCommand
from telephony.services import hub

pytestmark = pytest.mark.django_db


@pytest.fixture
def command(cast, phone):
    call = Call.objects.create(practice=cast.glow, sid="CA1", line=phone.main, from_number="", to_number="")
    return CarrierCommand.objects.create(practice=cast.glow, call=call, kind="place_leg", target="0")


@pytest.fixture
def placed(monkeypatch):
    legs = []
    monkeypatch.setattr(hub, "_place_leg", lambda command: legs.append(command.pk))
    return legs


def test_a_worker_killed_after_asking_does_not_ring_the_phone_twice(command, placed, clock, monkeypatch):
    class Killed(BaseException):
        pass

    def die(command):
        placed.append(command.pk)
        raise Killed

    monkeypatch.setattr(hub, "_place_leg", die)
    with pytest.raises(Killed):
        drain_all()
    clock.tick(minutes=5)
    drain_all()
    assert placed == [command.pk]


def test_a_carrier_that_was_not_reached_is_asked_again(command, placed, clock, monkeypatch):
    reach, away = hub._place_leg, iter([True, False])

    def flaky(command):
        if next(away):
            raise ProviderTemporary()
        reach(command)

    monkeypatch.setattr(hub, "_place_leg", flaky)
    for _ in range(3):
        drain_all()
        clock.tick(minutes=2)
    assert placed == [command.pk]
