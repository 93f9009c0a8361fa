"""Every rule, switch and refusal of product/phone-system.md, and an oracle written apart from the code."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.profile import Caller, LineConfig, Person, PhoneProfile, Switches
from telephony.route import Result, Route, Status
from telephony.routing import decide

MAYA, JORDAN, PRIYA = 1, 2, 3
PATIENT = "+16025550147"


def person(pk=MAYA, name="Maya Chen", **settings):
    return Person(id=pk, name=name, **settings)


def profile(*people, line=None, lines=(), **fields):
    line = line or LineConfig(id=1, number="+16025550100")
    every = {entry.id: entry for entry in (line, *lines)}
    return PhoneProfile(people={p.id: p for p in people}, lines=every, **fields), line


def route(*people, caller=None, line=None, lines=(), **fields):
    settings, line = profile(*people, line=line, lines=lines, **fields)
    return decide(settings, line, caller or Caller(PATIENT))


def line(**fields):
    return LineConfig(**{"id": 1, "number": "+16025550100", **fields})


def statuses(found):
    return [rule.status.value for rule in found.trace]


def addresses(found):
    return [phone.address for phone in found.destinations]


def test_the_called_number_beats_the_contact():
    found = route(
        person(), person(JORDAN, "Jordan Lee"), line=line(assigned_to=MAYA), caller=Caller(PATIENT, True, JORDAN)
    )
    assert (found.rule, addresses(found)) == (1, ["s1_web"])
    assert statuses(found) == ["matched"] + ["not_reached"] * 5


def test_the_contact_rule_when_the_first_switch_is_off():
    found = route(
        person(),
        person(JORDAN, "Jordan Lee"),
        line=line(assigned_to=MAYA),
        caller=Caller(PATIENT, True, JORDAN),
        switches=Switches(ring_number_user=False),
    )
    assert (found.rule, addresses(found)) == (2, ["s2_web"])
    assert statuses(found)[:2] == ["off", "matched"]


def test_web_and_mobile_rings_web_only_and_the_personal_number_rings_along():
    found = route(person(mobile=True, personal_number="+16025550119"), line=line(assigned_to=MAYA))
    assert addresses(found) == ["s1_web", "+16025550119"]
    assert [phone.screened for phone in found.destinations] == [False, True]


def test_whisper_never_on_apps_and_not_without_call_connect():
    found = route(person(personal_number="+16025550119"), line=line(assigned_to=MAYA, call_connect=False))
    assert not any(phone.screened for phone in found.destinations)


def test_a_matched_user_without_a_phone_goes_to_voicemail_never_on_to_forwarding():
    found = route(person(web=False), line=line(assigned_to=MAYA, forwarding_number="+16025550175"))
    assert (found.rule, found.result) == (1, Result.VOICEMAIL)
    assert found.unreachable[0].reason == "has no app and no phone number chosen"


def test_a_user_who_left_is_skipped_with_the_reason():
    found = route(person(current=False), line=line(assigned_to=MAYA, forwarding_number="+16025550175"))
    assert found.rule == 4
    assert found.trace[0].why == "Maya Chen left the practice."


@pytest.mark.parametrize(
    ("channel", "rings"),
    [
        ("", ["s1_web"]),
        ("mobile", ["s1_mobile"]),
        ("personal", ["+16025550119"]),
        ("all", ["s1_web", "s1_mobile", "+16025550119"]),
    ],
)
def test_ring_all_uses_each_members_default_channel(channel, rings):
    own = "+16025550119" if channel else ""
    found = route(person(ring_all_channel=channel, personal_number=own), line=line(ring_all=(MAYA,)))
    assert (found.rule, addresses(found)) == (3, rings)


def test_ring_all_members_who_left_are_skipped_and_none_left_skips_the_rule():
    gone, here = person(current=False), person(JORDAN, "Jordan Lee")
    assert addresses(route(gone, here, line=line(ring_all=(MAYA, JORDAN)))) == ["s2_web"]
    nobody = route(gone, line=line(ring_all=(MAYA,), forwarding_number="+16025550175"))
    assert nobody.rule == 4
    assert nobody.trace[2].why == "Everyone selected left the practice."


def test_apps_ring_only_for_the_practice_switched_to_but_own_phones_always():
    away = person(here=False, personal_number="+16025550119")
    found = route(away, line=line(assigned_to=MAYA))
    assert addresses(found) == ["+16025550119"]
    assert found.unreachable[0].reason == "is switched to another practice"


def test_the_callers_own_phone_is_left_out_and_alone_it_means_voicemail():
    found = route(line=line(forwarding_number=PATIENT))
    assert found.result is Result.VOICEMAIL
    assert found.unreachable[0].reason == "is the phone that is calling"


def test_the_lines_own_forwarding_beats_the_company_phone():
    both = line(forwarding_number="+16025550175")
    assert addresses(route(line=both, company_phone="+16025550190")) == ["+16025550175"]
    off = Switches(forward_to_line_number=False)
    assert addresses(route(line=both, company_phone="+16025550190", switches=off)) == ["+16025550190"]


def test_nothing_matches_and_the_call_drops():
    found = route()
    assert (found.rule, found.result) == (6, Result.DROP)
    assert found.trace[5].status is Status.MATCHED


def test_a_pool_rings_its_own_number_whatever_the_switches_say():
    off = Switches(False, False, False, False)
    pool = line(pool_name="Website", pool_forward="+16025550180", assigned_to=MAYA, ring_all=(MAYA,))
    assert addresses(route(person(), line=pool, switches=off)) == ["+16025550180"]


def test_forwarding_to_our_own_line_is_routed_on_inside_and_keeps_the_dialled_line():
    main = LineConfig(id=2, number="+16025550101", ring_all=(MAYA,), timeout=15)
    ads = line(forwarding_number="+16025550101", timeout=30)
    found = route(person(), line=ads, lines=(main,))
    assert (found.rule, found.line_id, found.timeout, addresses(found)) == (4, 1, 15, ["s1_web"])
    assert found.onward.rule == 3


def test_a_loop_of_our_own_lines_ends_in_voicemail():
    other = LineConfig(id=2, number="+16025550101", forwarding_number="+16025550100")
    found = route(line=line(forwarding_number="+16025550101"), lines=(other,))
    assert found.result is Result.VOICEMAIL


@pytest.mark.parametrize(
    ("own", "users", "practices", "plays"),
    [("L", "U", "P", "U"), ("L", "", "P", "L"), ("", "", "P", "P"), ("", "", "", "")],
)
def test_greeting_precedence_for_a_user_rule(own, users, practices, plays):
    found = route(person(greeting=users), line=line(assigned_to=MAYA, greeting=own), greeting=practices)
    assert found.greeting == plays


def test_timeout_precedence():
    assert route(person(timeout=12), line=line(assigned_to=MAYA, timeout=9)).timeout == 9
    assert route(person(timeout=12), line=line(assigned_to=MAYA)).timeout == 12
    assert route(person(timeout=12), line=line(ring_all=(MAYA,)), timeout=18).timeout == 18


def test_a_route_survives_the_database():
    found = route(person(), line=line(assigned_to=MAYA))
    assert Route.from_dict(found.as_dict()) == found


# The oracle: the product document's six sentences, as plainly as they can be said -----------------

flags = st.booleans()


@given(
    switches=st.builds(Switches, flags, flags, flags, flags),
    number_user=st.sampled_from([None, MAYA, PRIYA]),
    contact_user=st.sampled_from([None, JORDAN, PRIYA]),
    ring_all=st.sampled_from([(), (MAYA,), (PRIYA,), (MAYA, PRIYA)]),
    forward=st.sampled_from(["", "+16025550175"]),
    company=st.sampled_from(["", "+16025550190"]),
    withheld=flags,
)
def test_first_match_wins_in_the_documents_order(
    switches, number_user, contact_user, ring_all, forward, company, withheld
):
    """Priya left the practice: rules that name only her are skipped."""
    caller = Caller(None) if withheld else Caller(PATIENT, True, contact_user)
    found = route(
        person(),
        person(JORDAN, "Jordan Lee"),
        person(PRIYA, "Priya Nair", current=False),
        line=line(assigned_to=number_user, ring_all=ring_all, forwarding_number=forward),
        caller=caller,
        switches=switches,
        company_phone=company,
    )
    says_yes = [
        switches.ring_number_user and number_user == MAYA,
        switches.ring_contact_user and contact_user == JORDAN and not withheld,
        MAYA in ring_all,
        switches.forward_to_line_number and bool(forward),
        switches.forward_to_business and bool(company),
        True,
    ]
    assert found.rule == says_yes.index(True) + 1
    assert [rule.status for rule in found.trace].count(Status.MATCHED) == 1
    assert all(rule.status is Status.NOT_REACHED for rule in found.trace[found.rule :])
    assert replace(found, trace=found.trace) == Route.from_dict(found.as_dict())


def six_people(**settings):
    return [person(pk, f"Person {pk}", ring_all_channel="all", **settings) for pk in range(1, 7)]


def test_of_more_than_ten_phones_everybody_keeps_one_and_the_trace_names_the_others():
    found = route(*six_people(mobile=True), line=line(ring_all=(1, 2, 3, 4, 5, 6)))
    assert {phone.staff_id for phone in found.destinations} == {1, 2, 3, 4, 5, 6}
    assert len(found.destinations) == 10
    left_out = [f"{gap.label} {gap.reason}" for gap in found.unreachable if "has no personal" not in gap.reason]
    assert left_out == [f"Person {pk}, mobile app is left out: 10 phones ring at once" for pk in (5, 6)]


def test_screened_phones_are_not_among_the_ten():
    people = [replace(one, personal_number=f"+1602555013{one.id}") for one in six_people()]
    found = route(*people, line=line(ring_all=(1, 2, 3, 4, 5, 6)))
    assert sum(phone.screened for phone in found.destinations) == 6
    assert sum(not phone.screened for phone in found.destinations) == 10


def test_without_call_connect_outside_phones_are_among_the_ten():
    people = [replace(one, personal_number=f"+1602555013{one.id}") for one in six_people()]
    found = route(*people, line=line(ring_all=(1, 2, 3, 4, 5, 6), call_connect=False))
    assert len(found.destinations) == 10
    assert {phone.staff_id for phone in found.destinations} == {1, 2, 3, 4, 5, 6}
    assert sum("is left out" in gap.reason for gap in found.unreachable) == 8


def test_a_personal_number_that_is_one_of_our_lines_does_not_call_us_again():
    found = route(person(web=False, personal_number="+16025550100"), line=line(assigned_to=MAYA))
    assert found.result is Result.VOICEMAIL
    assert [gap.reason for gap in found.unreachable] == ["is one of our own lines"]


def test_a_call_that_was_forwarded_to_a_line_without_rules_does_not_drop():
    main = LineConfig(id=2, number="+16025550101", name="Main line")
    found = route(line=line(forwarding_number=main.number), lines=[main], greeting="ours")
    assert (found.rule, found.result, found.greeting) == (4, Result.VOICEMAIL, "ours")
    assert found.onward.result is Result.VOICEMAIL
    assert "Main line" in found.why


def test_a_line_that_is_its_own_company_phone_says_so():
    found = route(company_phone="+16025550100")
    assert (found.rule, found.result) == (5, Result.VOICEMAIL)
    assert found.why.startswith("That is this number itself")
