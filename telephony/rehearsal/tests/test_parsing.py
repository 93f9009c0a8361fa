"""A call script is read whole or refused with the line, the place and what is expected there."""

import datetime as dt

import pytest

from telephony.rehearsal.parsing import parse_script
from telephony.rehearsal.reading import ScriptError
from telephony.rehearsal.words import Behaviour, Manner, fault, interval, seconds, weekdays

SMALL = """
name: A small one
setup:
  staff:
    Maya Chen: {personal_number: 602-555-0119}
  lines:
    Main line: {number: +16025550100, assigned_to: Maya Chen}
calls:
  - from: +16025550148
    to: Main line
"""


def refusal(text: str) -> str:
    with pytest.raises(ScriptError) as caught:
        parse_script(text, "small.yaml")
    return str(caught.value)


def test_numbers_may_be_written_as_people_write_them():
    script = parse_script(SMALL, "small.yaml")
    assert script.setup.staff[0].personal_number == "+16025550119"
    assert script.setup.lines[0].number == "+16025550100"


def test_without_a_time_the_script_begins_on_a_monday_morning():
    assert parse_script(SMALL, "small.yaml").at == dt.datetime(2026, 11, 16, 10, 0)


def test_a_weekday_stands_for_a_week_without_holidays():
    script = parse_script(SMALL + "at: Sat 19:30\n", "small.yaml")
    assert script.at == dt.datetime(2026, 11, 21, 19, 30)


def test_an_unknown_key_is_a_mistake_and_says_what_is_known():
    message = refusal(SMALL.replace("assigned_to", "asigned_to"))
    assert message.startswith("small.yaml:7: setup.lines.Main line.asigned_to: “asigned_to” is not a setting")
    assert "assigned_to" in message.split("expected")[1]


def test_a_key_that_stands_twice_is_refused_rather_than_overwritten():
    assert "small.yaml:11: name: this stands here twice" in refusal(SMALL + "name: Again\n")


def test_a_person_that_nobody_introduced_is_refused():
    assert "“Mia Chen” is not in setup.staff" in refusal(SMALL.replace("assigned_to: Maya", "assigned_to: Mia"))


@pytest.mark.parametrize("phrase", ["answers sometimes", "answers after long", "carrier voicemail after", "nothing"])
def test_a_behaviour_that_is_not_understood_lists_the_ones_that_are(phrase):
    message = refusal(SMALL + f"behaviours:\n  Maya Chen: {phrase}\n")
    assert message.startswith("small.yaml:12: behaviours.Maya Chen:")
    assert "phone tree after 1 s" in message


def test_behaviours_are_sentences():
    text = SMALL + "behaviours:\n  Maya Chen: {web: declines, personal: 'answers after 6 s, presses nothing'}\n"
    assert parse_script(text, "small.yaml").behaviours == {
        "Maya Chen web": Behaviour(Manner.DECLINES, after=3),
        "Maya Chen personal": Behaviour(Manner.ANSWERS, after=6, presses=""),
    }


def test_a_person_who_answers_presses_a_key_unless_told_otherwise():
    text = SMALL + "behaviours:\n  Maya Chen: answers after 6 s\n"
    assert parse_script(text, "small.yaml").behaviours["Maya Chen"].presses == "1"


def test_a_person_may_think_before_the_key_or_hang_up_instead():
    def maya(how):
        text = SMALL + f"behaviours:\n  Maya Chen: {how}\n"
        return parse_script(text, "small.yaml").behaviours["Maya Chen"]

    slow, gone = (
        maya('"answers after 6 s, presses 5 after 7 s, talks 9 s"'),
        maya('"answers after 6 s, hangs up after 2 s"'),
    )
    assert (slow.presses, slow.thinks, slow.talks, slow.hangs_up) == ("5", 7, 9, None)
    assert (gone.presses, gone.hangs_up) == ("", 2)


def test_a_second_call_says_when():
    message = refusal(SMALL + "  - {from: withheld, to: Main line}\n")
    assert "calls[2]: a second call needs “after”" in message


def test_an_expectation_for_a_call_that_is_not_placed_is_refused():
    message = refusal(SMALL + "expect:\n  calls:\n    - {outcome: missed}\n    - {outcome: missed}\n")
    assert "small.yaml:14: expect.calls[2]: the script places 1 calls only" in message


def test_the_carriers_error_log_has_to_be_empty_unless_the_script_expects_errors():
    script = parse_script(SMALL + "expect:\n  contacts_created: 1\n", "small.yaml")
    errors = next(one for one in script.expect if one.path == ("errors",))
    assert errors.wanted.fits(())
    assert not errors.wanted.fits((11200,))


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "small.yaml:1: the file is empty"),
        ("- a list", "small.yaml:1: this is not a call script"),
        ("name: [", "small.yaml:1: this is not YAML"),
        ("name: x", "“calls” is missing"),
        ("name: x\n---\nname: y", "this is not YAML: but found another document"),
        (SMALL + "faults: [break the internet]", "lose the reply to <webhook>"),
        (SMALL + "at: tomorrow", "a local date and time such as 2026-11-16 10:00"),
    ],
)
def test_what_cannot_be_understood_is_named(text, part):
    assert part in refusal(text)


@pytest.mark.parametrize(
    "phrase", ["carrier: nonsense = 3", "carrier: timeout_buffer = long", "carrier: play_failure = x"]
)
def test_a_switch_of_the_carrier_has_a_known_name_and_value(phrase):
    assert refusal(SMALL + f"faults: ['{phrase}']\n").startswith("small.yaml:11: faults[1]: “carrier: ")


def test_nothing_expected_is_not_anything_expected():
    """An empty list of words fits every text; `none` must not."""
    script = parse_script(
        SMALL + "expect: {withheld: {+16025550148: none}, texts: {+16025550148: none}}\n", "small.yaml"
    )
    withheld, texts = [one.wanted for one in script.expect if one.path[0] in {"withheld", "texts"}][::-1]
    for wanted in (withheld, texts):
        assert wanted.fits([])
        assert not wanted.fits(["Glow Med Spa"])
        assert str(wanted) == "none"


def test_a_script_without_expectations_still_has_none_of_errors():
    assert [one.where for one in parse_script(SMALL, "small.yaml").expect] == ["errors", "app_errors"]


def test_a_setup_that_is_to_be_refused_needs_no_call():
    nothing_happens = SMALL.partition("calls:")[0]
    assert parse_script(nothing_happens + "expect: {refused: no}\n", "small.yaml").calls == ()
    assert "“calls” is missing" in refusal(nothing_happens)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("1 min 30 s", 90), ("21 mins", 1260), ("1 day", 86400), ("2 h", 7200), ("8", 8)],
)
def test_durations_are_read_as_people_write_them(text, expected):
    assert seconds(text) == expected


def test_a_pause_of_a_fault_is_not_taken_for_its_number_of_times():
    found = fault("delay status by 20 s 2 times")
    assert (found.seconds, found.times) == (20, 2)


def test_the_week_goes_on_after_sunday():
    assert weekdays("fri-mon") == [4, 5, 6, 0]
    assert weekdays("mon, wed") == [0, 2]


def test_hours_end_at_midnight():
    assert interval("9-24:00") == (dt.time(9), dt.time(0))


def test_a_sentence_that_yaml_cut_at_its_comma_is_pointed_out():
    message = refusal(SMALL + "behaviours: {Maya Chen: answers after 2 s, presses nothing}\n")
    assert message.startswith("small.yaml:11: behaviours.presses nothing: nothing stands here")
    assert "quotes" in message
