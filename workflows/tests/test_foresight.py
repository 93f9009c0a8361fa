"""What the settings pages foretell about the text-back, before any call comes."""

import datetime as dt

import pytest

from aesthetix.lib import clock as house_clock
from aesthetix.practices.models import BusinessHours
from telephony.models import Line, VoiceSettings
from telephony.services.after_miss import MissedCall, foretell, handlers_of
from workflows.models import Workflow
from workflows.services.defaults import install_default_workflows


@pytest.fixture
def line(cast):
    return Line.objects.create(practice=cast.glow, number="+16025550100", name="Main line")


def missed(cast, line, **fields):
    return foretell(MissedCall(cast.glow, line.pk, house_clock.now(), **fields))


def test_the_published_workflow_is_named_with_its_cool_off(cast, line):
    install_default_workflows(cast.glow)
    (said,) = missed(cast, line, contact=cast.grace)
    assert said.title == "Text-back is sent"
    assert said.detail == "Workflow “Missed call text back” is on, one text per caller per 20 minutes."


def test_without_a_workflow_no_text_is_promised(cast, line):
    (said,) = missed(cast, line)
    assert (said.title, said.is_gap) == ("No text-back", True)


def test_a_stopped_workflow_promises_nothing_but_is_listed_as_off(cast, line):
    install_default_workflows(cast.glow)
    Workflow.objects.for_practice(cast.glow).update(state=Workflow.State.STOPPED)
    assert missed(cast, line)[0].is_gap
    assert [(handler.name, handler.is_on) for handler in handlers_of(cast.glow)] == [("Missed call text back", False)]


def test_a_withheld_number_gets_no_text(cast, line):
    install_default_workflows(cast.glow)
    (said,) = missed(cast, line, withheld=True)
    assert "nobody to text" in said.detail


def test_the_hours_at_the_chosen_time_count(cast, line):
    install_default_workflows(cast.glow)
    version = Workflow.objects.for_practice(cast.glow).get().published
    version.definition["trigger"]["filters"]["hours"] = "out"
    version.save()
    BusinessHours.objects.create(practice=cast.glow, weekday=0, opens=dt.time(9), closes=dt.time(17))
    noon, night = (dt.datetime(2026, 11, 16, hour, tzinfo=cast.glow.tz) for hour in (12, 22))
    (at_noon,) = foretell(MissedCall(cast.glow, line.pk, noon))
    (at_night,) = foretell(MissedCall(cast.glow, line.pk, night))
    assert "but: The call was missed during business hours" in at_noon.detail
    assert at_night.title == "Text-back is sent"


def test_the_old_toggle_is_said_beside_the_workflow(cast, line):
    install_default_workflows(cast.glow)
    VoiceSettings.objects.create(practice=cast.glow, text_back_toggle=True)
    assert [said.title for said in missed(cast, line)] == [
        "Text-back is sent",
        "A text is sent for every missed call",
    ]


def test_another_practices_workflow_promises_nothing_here(cast, line):
    install_default_workflows(cast.other)
    assert missed(cast, line)[0].is_gap
    assert handlers_of(cast.glow) == []
