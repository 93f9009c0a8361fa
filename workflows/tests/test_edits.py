import copy

import pytest

from workflows import edits, walk

STEPS = [
    {"id": "s1", "kind": "wait", "minutes": 5},
    {
        "id": "s2",
        "kind": "if_else",
        "condition": {"kind": "in_hours"},
        "then": [{"id": "s3", "kind": "stop"}, {"id": "s4", "kind": "wait", "minutes": 1}],
        "else": [],
    },
    {"id": "s5", "kind": "stop"},
]


def ids(steps):
    return [step["id"] for _, _, step in walk.every(steps)]


def test_no_edit_changes_the_list_that_it_was_given():
    before = copy.deepcopy(STEPS)
    edits.add(STEPS, {"id": "s9", "kind": "stop"}, parent="s2", branch="else")
    edits.move(STEPS, "s4", up=True)
    edits.update(STEPS, "s1", {"minutes": 9})
    edits.remove(STEPS, "s2")
    assert before == STEPS


def test_a_step_is_added_at_its_place_in_its_branch():
    step = {"id": edits.new_id(STEPS), "kind": "stop"}
    assert step["id"] == "s6"
    assert ids(edits.add(STEPS, step)) == ["s1", "s2", "s3", "s4", "s5", "s6"]
    assert ids(edits.add(STEPS, step, position=0)) == ["s6", "s1", "s2", "s3", "s4", "s5"]
    assert ids(edits.add(STEPS, step, parent="s2", branch="else")) == ["s1", "s2", "s3", "s4", "s6", "s5"]


@pytest.mark.parametrize(
    ("step", "up", "expected"),
    [
        ("s2", True, ["s2", "s3", "s4", "s1", "s5"]),
        ("s1", False, ["s2", "s3", "s4", "s1", "s5"]),
        ("s4", True, ["s1", "s2", "s4", "s3", "s5"]),
        ("s1", True, ["s1", "s2", "s3", "s4", "s5"]),
        ("s5", False, ["s1", "s2", "s3", "s4", "s5"]),
        ("s3", True, ["s1", "s3", "s2", "s4", "s5"]),
        ("s4", False, ["s1", "s2", "s3", "s4", "s5"]),
    ],
)
def test_a_step_moves_one_place_and_leaves_its_branch_at_the_edge(step, up, expected):
    moved = edits.move(STEPS, step, up=up)
    assert ids(moved) == expected


def test_leaving_a_branch_downward_puts_the_step_after_the_fork():
    moved = edits.move(STEPS, "s4", up=False)
    assert [step["id"] for step in moved] == ["s1", "s2", "s4", "s5"]


def test_an_edit_changes_settings_but_never_the_kind_the_id_or_the_branches():
    changed = edits.update(STEPS, "s2", {"id": "x", "kind": "stop", "then": [], "condition": {"kind": "has_tag"}})
    assert ids(changed) == ids(STEPS)
    assert changed[1]["kind"] == "if_else"
    assert changed[1]["condition"] == {"kind": "has_tag"}


def test_deleting_a_fork_deletes_what_stands_in_it():
    assert ids(edits.remove(STEPS, "s2")) == ["s1", "s5"]


def test_a_step_that_somebody_else_deleted_is_said_to_be_gone():
    for edit in (
        lambda: edits.remove(STEPS, "s9"),
        lambda: edits.move(STEPS, "s9", up=True),
        lambda: edits.update(STEPS, "s9", {}),
        lambda: edits.add(STEPS, {"id": "s6", "kind": "stop"}, parent="s1", branch="then"),
    ):
        with pytest.raises(edits.NoSuchStep):
            edit()
