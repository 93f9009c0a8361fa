from dataclasses import replace

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from telephony.forwarding import find_loop, in_words, next_hop
from telephony.profile import Caller, LineConfig, PhoneProfile, Switches
from telephony.routing import decide
from telephony.services.profile import touch

NUMBERS = [f"+160255501{n:02d}" for n in range(5)]
OUTSIDE = "+16025550199"
targets = st.sampled_from(["", *NUMBERS, OUTSIDE])


def profile_of(*lines, company="", **switches):
    return PhoneProfile(company_phone=company, switches=Switches(**switches), lines={line.id: line for line in lines})


def line(n, forward="", **fields):
    return LineConfig(id=n, number=NUMBERS[n], name=f"Line {n}", forwarding_number=forward, **fields)


def loop_of(n, *lines, **profile):
    return find_loop(profile_of(*lines, **profile), lines[n])


def test_a_tracking_line_may_forward_to_the_main_line():
    assert loop_of(1, line(0, OUTSIDE), line(1, NUMBERS[0])) == []


def test_a_line_that_forwards_to_itself_is_a_loop():
    assert loop_of(0, line(0, NUMBERS[0])) == ["Line 0", "Line 0"]


def test_two_lines_that_forward_to_each_other_are_named():
    chain = loop_of(0, line(0, NUMBERS[1]), line(1, NUMBERS[0]))
    assert in_words(chain) == "Calls would go round in a circle: Line 0 → Line 1 → Line 0."


def test_the_company_phone_closes_a_circle():
    assert loop_of(0, line(0, NUMBERS[1]), line(1), company=NUMBERS[0]) == [
        "Line 0",
        "Line 1",
        "Line 0 (Company Phone)",
    ]


def test_a_main_line_that_is_the_company_phone_is_no_circle():
    assert loop_of(0, line(0), company=NUMBERS[0]) == []
    assert loop_of(1, line(0), line(1), company=NUMBERS[0]) == []


def test_a_switch_that_is_off_opens_the_circle():
    lines = (line(0, NUMBERS[1]), line(1))
    assert loop_of(0, *lines, company=NUMBERS[0], forward_to_business=False) == []
    assert loop_of(0, line(0, NUMBERS[1]), line(1, NUMBERS[0]), forward_to_line_number=False) == []


def test_a_pool_forwards_whatever_the_switches_say():
    pooled = line(0, pool_name="Ads", pool_forward=NUMBERS[1])
    back = line(1, pool_name="Web", pool_forward=NUMBERS[0])
    assert loop_of(0, pooled, back, forward_to_line_number=False)


@st.composite
def profiles(draw):
    lines = []
    for n in range(len(NUMBERS)):
        config = line(n, draw(targets))
        if pool := draw(targets.filter(bool) | st.none()):
            config = replace(config, pool_name="Pool", pool_forward=pool)
        lines.append(config)
    switches = draw(
        st.fixed_dictionaries({name: st.booleans() for name in ("forward_to_line_number", "forward_to_business")})
    )
    return profile_of(*lines, company=draw(targets), **switches)


@given(profiles(), st.integers(0, len(NUMBERS) - 1))
def test_a_walk_ends_exactly_when_no_loop_is_found(profile, start):
    here, steps = profile.lines[start], 0
    while here is not None and steps <= len(NUMBERS):
        hop, steps = next_hop(profile, here), steps + 1
        here = profile.line_with(hop.number) if hop else None
    assert (steps > len(NUMBERS)) == bool(find_loop(profile, profile.lines[start]))


@given(profiles(), st.integers(0, len(NUMBERS) - 1))
def test_routing_never_finds_a_loop_that_the_save_let_through(profile, start):
    """Nobody is assigned or selected here, so routing takes every forwarding there is."""
    route = decide(profile, profile.lines[start], Caller(number="+14805550163"))
    if not find_loop(profile, profile.lines[start]):
        assert "circle" not in route.why


@given(profiles(), st.integers(0, len(NUMBERS) - 1))
def test_a_chain_starts_at_the_line_and_ends_where_it_has_been(profile, start):
    chain = find_loop(profile, profile.lines[start])
    if chain:
        names = [name.removesuffix(" (Company Phone)") for name in chain]
        assert names[0] == f"Line {start}"
        assert names[-1] in names[:-1]
        assert len(set(names)) == len(names) - 1


@pytest.mark.django_db
def test_a_company_phone_that_closes_a_circle_is_refused_at_its_field(cast, lines, client):
    client.force_login(cast.maya.user)
    lines.main.forwarding_number = lines.botox.number
    lines.main.save()
    touch(cast.glow)
    data = {"name": "Glow Med Spa", "company_phone": lines.main.number, "time_zone": "America/Phoenix"}
    answer = client.post(reverse("practices:business_profile"), data)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Calls would go round in a circle: Main line → Botox line → Main line (Company Phone)." in page
    cast.glow.refresh_from_db()
    assert cast.glow.company_phone != lines.main.number
