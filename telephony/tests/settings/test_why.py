import datetime as dt

import pytest

from aesthetix.audit.models import AuditEntry
from aesthetix.lib import clock as house_clock
from telephony.models import Call, Leg
from telephony.profile import Caller
from telephony.services.profile import load_profile
from telephony.services.unsaved import route_of


@pytest.fixture
def call(cast, lines):
    lines.main.forwarding_number = "+16025550175"
    lines.main.save()
    profile = load_profile(cast.glow)
    route = route_of(profile, lines.main.pk, Caller("+16025550147", known=True))
    return Call.objects.create(
        practice=cast.glow,
        sid="CA1",
        line=lines.main,
        contact=cast.grace,
        from_number="+16025550147",
        route=route.as_dict(),
        outcome=Call.Outcome.MISSED,
        reason="no_answer",
        state=Call.State.ENDED,
    )


def leg(call, sid, staff, status, answered=None, accepted=None):
    start = house_clock.now()
    after = lambda seconds: start + dt.timedelta(seconds=seconds) if seconds else None  # noqa: E731
    return Leg.objects.create(
        practice=call.practice,
        call=call,
        sid=sid,
        kind="client",
        address=f"s{staff.pk}_web",
        staff=staff,
        status=status,
        started_at=start,
        answered_at=after(answered),
        accepted_at=after(accepted),
    )


def page(client, person, call):
    client.force_login(person.user)
    response = client.get(f"/calls/{call.pk}/why/")
    return response.status_code, " ".join(response.content.decode().split())


def test_the_stored_route_is_shown_not_todays(client, cast, lines, call):
    lines.main.ring_members.clear()
    leg(call, "L1", cast.jordan, "no-answer")
    leg(call, "L2", cast.priya, "busy")
    status, text = page(client, cast.maya, call)
    assert status == 200
    assert "Rings 2 people at the same time." in text
    assert "Rang, but was not answered" in text
    assert "Busy or declined" in text
    assert "Missed: nobody answered." in text


def test_who_took_the_call_is_said(client, cast, call):
    answered = leg(call, "L1", cast.jordan, "completed", answered=6)
    call.outcome, call.answered_by, call.accepted_leg = Call.Outcome.ANSWERED, cast.jordan, answered.sid
    call.save()
    text = page(client, cast.maya, call)[1]
    assert "Answered by Jordan Lee." in text
    assert "Picked up after 6 s" in text
    assert "Took the call" in text


def test_a_look_is_audited(client, cast, call):
    page(client, cast.jordan, call)
    entry = AuditEntry.objects.for_practice(cast.glow).get()
    assert (entry.action, entry.staff, entry.contact_id) == ("view", cast.jordan, cast.grace.pk)


def test_only_those_who_may_see_the_contact_may_look(client, cast, call):
    assert page(client, cast.priya, call)[0] == 200
    cast.grace.assigned_to = cast.jordan
    cast.grace.save()
    assert page(client, cast.priya, call)[0] == 404
    assert page(client, cast.outsider, call)[0] == 404


def test_staff_get_no_links_to_settings_that_they_may_not_open(client, cast, call):
    assert "/settings/staff/" not in page(client, cast.jordan, call)[1].split("What happened")[0].split("trace-h")[1]


def test_a_call_without_a_route_has_a_page_too(client, cast, call):
    call.route, call.line, call.contact = {}, None, None
    call.save()
    status, text = page(client, cast.maya, call)
    assert status == 200
    assert "No route was decided" in text
