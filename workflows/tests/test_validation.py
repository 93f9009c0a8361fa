import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.services.defaults import text_back_definition
from workflows.steps import Known
from workflows.validation import check

KNOWN = Known(lines={1: "Main line"}, tags=frozenset({"VIP"}))


def definition(*steps, **changed):
    numbered = [{"id": f"s{n}", **step} for n, step in enumerate(steps, 1)]
    return {**text_back_definition(), "steps": numbered, **changed}


TEXT = {"kind": "send_text", "body": "Hello", "from": "called"}


def fork(then=(), otherwise=(), **condition):
    return {"kind": "if_else", "condition": condition, "then": list(then), "else": list(otherwise)}


def test_the_default_workflow_has_no_errors():
    assert check(text_back_definition(), KNOWN) == {}


@pytest.mark.parametrize(
    ("step", "path", "words"),
    [
        ({"kind": "send_text", "from": "called"}, "steps.0.body", "Write the text"),
        ({**TEXT, "body": "Hi {{ contact.nick }}"}, "steps.0.body", "The fields are: contact.first_name"),
        ({**TEXT, "body": "Hi {{ contact.name"}, "steps.0.body", "cannot be read"),
        ({**TEXT, "from": 99}, "steps.0.from", "does not exist"),
        ({"kind": "send_text", "body": "Hello"}, "steps.0.from", "does not exist"),
        ({"kind": "wait"}, "steps.0.minutes", "from 1 minute to 90 days"),
        ({"kind": "wait", "minutes": 0}, "steps.0.minutes", "from 1 minute"),
        ({"kind": "wait", "minutes": "20"}, "steps.0.minutes", "from 1 minute"),
        ({"kind": "wait", "minutes": True}, "steps.0.minutes", "from 1 minute"),
        ({"kind": "add_tag", "tag": " "}, "steps.0.tag", "Enter the tag"),
        ({"kind": "add_tag", "tag": "x" * 41}, "steps.0.tag", "at most 40"),
        ({"kind": "remove_tag"}, "steps.0.tag", "Choose a tag"),
        ({"kind": "remove_tag", "tag": "Nope"}, "steps.0.tag", "There is no tag “Nope”. The tags are: VIP."),
        (fork(then=[], kind="in_hours"), "steps.0.then", "both are empty"),
        (fork(then=[{"id": "t", "kind": "stop"}]), "steps.0.condition", "Choose what to look at"),
        (fork(then=[{"id": "t", "kind": "stop"}], kind="has_tag"), "steps.0.condition.tag", "Choose a tag"),
        (fork([{"id": "t", "kind": "wait"}], kind="in_hours"), "steps.0.then.0.minutes", "from 1 minute"),
        ({"kind": "send_fax"}, "steps.0", "no kind of step “send_fax”"),
    ],
)
def test_a_step_without_its_settings_is_named_with_what_is_missing(step, path, words):
    errors = check(definition(step), KNOWN)
    assert list(errors) == [path]
    assert words in errors[path]


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ({"steps": []}, "steps"),
        ({"steps": None}, "steps"),
        ({"steps": "send"}, "steps"),
        ({"steps": [{"kind": "stop"}]}, "steps"),
        ({"steps": [{"id": "s1", "kind": "if_else", "then": "x"}]}, "steps"),
        ({"steps": [{"id": "s1", "kind": "stop"}, {"id": "s1", "kind": "stop"}]}, "steps"),
        ({"steps": [{"id": f"s{n}", "kind": "stop"} for n in range(51)]}, "steps"),
        ({"trigger": {}}, "trigger"),
        ({"trigger": None}, "trigger"),
        ({"trigger": {"type": "full.moon"}}, "trigger"),
        ({"trigger": {"type": "call.missed", "filters": {"lines": [7]}}}, "trigger.filters.lines"),
        ({"trigger": {"type": "call.missed", "filters": {"hours": "lunch"}}}, "trigger.filters.hours"),
        ({"trigger": {"type": "call.missed", "filters": {"tags_any": ["Nope"]}}}, "trigger.filters.tags_any"),
        ({"trigger": {"type": "call.missed", "filters": {"tags_none": "VIP"}}}, "trigger.filters.tags_none"),
        ({"trigger": {"type": "call.missed", "filters": []}}, None),
        ({"cool_off_minutes": -1}, "cool_off_minutes"),
        ({"cool_off_minutes": None}, "cool_off_minutes"),
        ({"cool_off_minutes": 0}, None),
    ],
)
def test_what_is_wrong_outside_the_steps_is_said_at_its_place(changed, path):
    assert list(check(definition(TEXT, **changed), KNOWN)) == ([path] if path else [])


def test_nesting_has_an_end():
    step = {"id": "leaf", "kind": "stop"}
    for depth in range(5):
        step = fork([step], kind="in_hours") | {"id": f"f{depth}"}
    assert list(check(definition(step), KNOWN)) == ["steps"]


def test_a_tag_that_the_workflow_adds_may_be_asked_for():
    asked = fork([{"id": "t", "kind": "stop"}], kind="has_tag", tag="Called once")
    trigger = {"type": "call.missed", "filters": {"tags_none": ["Called once"]}}
    assert check(definition(asked, {"kind": "add_tag", "tag": "Called once"}, trigger=trigger), KNOWN) == {}


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "kind", "then", "tag", "minutes", "condition", "body", "from"]), inner)
    ),
    max_leaves=12,
)
loose_steps = st.lists(
    st.builds(
        lambda extra, kind, n: {**extra, "kind": kind, "id": f"s{n}"},
        st.dictionaries(st.sampled_from(["then", "else", "tag", "minutes", "condition", "body", "from"]), json),
        st.sampled_from(["send_text", "wait", "if_else", "add_tag", "remove_tag", "stop", "?"]),
        st.integers(0, 99),
    ),
    max_size=3,
)


@given(st.fixed_dictionaries({}, optional={"trigger": json, "cool_off_minutes": json, "steps": loose_steps | json}))
def test_no_json_makes_the_check_fail(loose):
    assert isinstance(check(loose, KNOWN), dict)
