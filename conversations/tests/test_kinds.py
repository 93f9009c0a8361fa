import pytest

from conversations import kinds
from conversations.models import Item
from conversations.services.threads import add_item


@pytest.fixture
def visit(monkeypatch):
    """A kind of an upper floor; the fixture is the list of what it was asked to load."""
    asked = []

    def load(refs):
        asked.append(sorted(refs))
        return {ref: f"visit {ref}" for ref in refs if ref != 13}

    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))
    kinds.register_kind("visit", load=load, template="visits/item.html", label="Visit")
    return asked


def shown(practice):
    return kinds.load_items(kinds.with_messages(Item.objects.for_practice(practice).order_by("at", "id")))


def test_items_come_with_their_things_in_order(rig, send, visit):
    message = send()
    rig.clock.tick(seconds=1)
    for ref in (7, 8):
        add_item(rig.glow, rig.grace, "visit", ref=ref)
    add_item(rig.glow, rig.grace, "system", text="Opted out.")
    assert [(line.kind.label, line.thing) for line in shown(rig.glow)] == [
        ("Text", message),
        ("Visit", "visit 7"),
        ("Visit", "visit 8"),
        ("Note", None),
    ]
    assert visit == [[7, 8]]


def test_the_number_of_queries_does_not_grow_with_the_items(rig, send, visit, django_assert_num_queries):
    for at in range(10):
        send(f"k{at}")
    with django_assert_num_queries(1):
        for line in shown(rig.glow):
            assert line.thing.body
            assert line.thing.staff is None


def test_a_thing_that_is_gone_leaves_an_item_without_it(rig, visit):
    add_item(rig.glow, rig.grace, "visit", ref=13)
    assert [line.thing for line in shown(rig.glow)] == [None]


def test_items_of_a_kind_that_nobody_registered_are_left_away(rig):
    add_item(rig.glow, rig.grace, "hologram", ref=1)
    assert shown(rig.glow) == []
