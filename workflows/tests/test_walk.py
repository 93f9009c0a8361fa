import itertools

from hypothesis import given
from hypothesis import strategies as st

from workflows import walk


def numbered(steps, counter=None):
    """Gives every step of a nested list its id."""
    counter = counter or itertools.count(1)
    out = []
    for step in steps:
        step = {**step, "id": f"s{next(counter)}"}
        for name in ("then", "else"):
            if name in step:
                step[name] = numbered(step[name], counter)
        out.append(step)
    return out


leaves = st.just({"kind": "wait"}) | st.just({"kind": "stop"})
lists = st.deferred(lambda: st.lists(leaves | forks, max_size=4))
forks = st.fixed_dictionaries({"kind": st.just("if_else"), "then": lists, "else": lists})
definitions = lists.map(numbered)


def oracle(steps, choices, visited):
    """The order in which a plain recursive interpreter passes the steps; False when it hit a stop."""
    for step in steps:
        visited.append(step["id"])
        if step["kind"] == "stop":
            return False
        if step["kind"] == "if_else" and not oracle(step[choices[step["id"]]], choices, visited):
            return False
    return True


@given(definitions, st.randoms(use_true_random=False))
def test_the_walk_passes_the_steps_in_the_order_of_a_recursive_interpreter(steps, random):
    choices = {step["id"]: random.choice(["then", "else"]) for _, _, step in walk.every(steps)}
    expected = []
    oracle(steps, choices, expected)
    passed, here = [], walk.first(steps)
    while here is not None:
        passed.append(here)
        step = walk.find(steps, here)
        if step["kind"] == "stop":
            break
        here = walk.after(steps, here, choices[here] if step["kind"] == "if_else" else None)
    assert passed == expected


@given(definitions)
def test_every_step_is_found_where_its_path_says(steps):
    for path, depth, step in walk.every(steps):
        here = steps
        for part in path.split(".")[1:]:
            here = here[int(part)] if part.isdecimal() else here[part]
        assert here is step is walk.find(steps, step["id"])
        assert depth == path.count(".then") + path.count(".else")


def test_an_empty_branch_goes_on_after_the_fork():
    steps = numbered([{"kind": "if_else", "then": [], "else": [{"kind": "wait"}]}, {"kind": "stop"}])
    assert walk.after(steps, "s1", "then") == "s3"
    assert walk.after(steps, "s1", "else") == "s2"


def test_a_step_that_no_longer_exists_is_not_found():
    assert walk.find(numbered([{"kind": "wait"}]), "s9") is None
