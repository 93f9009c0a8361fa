import itertools

import pytest

from workflows.filters import Facts, narrows, sentence, why_not

LINES = {1: "Main line", 2: "Facials line"}


def filters(**changed):
    return {"lines": [], "hours": "any", "tags_any": [], "tags_none": [], **changed}


def facts(line_id=1, in_hours=True, tags=()):
    return Facts(line_id=line_id, in_hours=in_hours, tags=frozenset(tags))


MATRIX = itertools.product(
    [[], [1], [1, 2]],
    ["any", "in", "out"],
    [[], ["VIP"], ["VIP", "New lead"]],
    [[], ["No texts"]],
    [1, 2, None],
    [True, False],
    [set(), {"VIP"}, {"VIP", "No texts"}],
)


def test_a_workflow_starts_only_where_every_filter_agrees():
    for lines, hours, tags_any, tags_none, line_id, in_hours, tags in MATRIX:
        starts = (
            (not lines or line_id in lines)
            and (hours == "any" or (hours == "in") == in_hours)
            and (not tags_any or bool(set(tags_any) & tags))
            and not set(tags_none) & tags
        )
        chosen = filters(lines=lines, hours=hours, tags_any=tags_any, tags_none=tags_none)
        reason = why_not(chosen, facts(line_id, in_hours, tags), LINES)
        assert (reason == "") is starts, (chosen, line_id, in_hours, tags)
        assert starts or reason.endswith(".")


@pytest.mark.parametrize(
    ("chosen", "seen", "reason"),
    [
        ({"lines": [2]}, {}, "The call came in on Main line; this workflow is for Facials line."),
        ({"lines": [2]}, {"line_id": None}, "The call came in on an unknown line; this workflow is for Facials line."),
        ({"hours": "out"}, {}, "The call was missed during business hours; this workflow reacts outside"),
        ({"hours": "in"}, {"in_hours": False}, "The call was missed outside business hours; this workflow reacts"),
        ({"tags_any": ["VIP", "Lead"]}, {}, "The contact is not tagged VIP or Lead."),
        ({"tags_none": ["Do not text"]}, {"tags": ["Do not text"]}, "The contact is tagged Do not text."),
    ],
)
def test_the_reason_names_what_did_not_fit(chosen, seen, reason):
    assert why_not(filters(**chosen), facts(**seen), LINES).startswith(reason)


def test_filters_that_a_definition_leaves_out_let_everything_through():
    assert why_not({}, facts(), LINES) == ""


def test_filters_read_as_a_sentence():
    chosen = filters(lines=[1, 2], hours="out", tags_none=["VIP"])
    assert sentence(chosen, LINES) == "on Main line or Facials line, outside business hours, unless tagged VIP"
    assert sentence({}, LINES) == ""


def test_only_filters_that_are_set_narrow_anything_down():
    assert not narrows(filters())
    assert not narrows({})
    for chosen in ({"lines": [1]}, {"hours": "in"}, {"tags_any": ["VIP"]}, {"tags_none": ["VIP"]}):
        assert narrows(filters(**chosen)), chosen
