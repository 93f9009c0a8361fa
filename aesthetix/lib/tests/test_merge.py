from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aesthetix.lib import merge

GREETING = "Hi {{ contact.first_name | default: 'there' }}, this is {{ practice.name }}."


def context(first_name="Grace", staff=None):
    contact = SimpleNamespace(first_name=first_name, last_name="Park", name=f"{first_name} Park".strip())
    practice = SimpleNamespace(name="Glow Med Spa", company_phone="+16025550190")
    line = SimpleNamespace(name="Main line", number="+16025550191")
    return merge.build_context(contact=contact, practice=practice, line=line, staff=staff)


def test_fields_are_filled_in():
    assert merge.render(GREETING, context()) == "Hi Grace, this is Glow Med Spa."


def test_a_field_without_a_value_takes_its_default():
    assert merge.render(GREETING, context(first_name="")) == "Hi there, this is Glow Med Spa."


def test_every_field_that_is_offered_has_a_value_in_the_context():
    filled = context(staff=SimpleNamespace(name="Priya Nair"))
    for field in merge.FIELDS:
        assert merge.render(f"{{{{ {field} }}}}", filled), field


def test_a_contact_without_assigned_staff_leaves_the_field_empty():
    assert merge.render("{{ staff.name | default: 'our team' }}", context()) == "our team"


def test_a_misspelt_field_is_named_with_the_ones_that_exist():
    (problem,) = merge.check("Hi {{ contact.frist_name }}")
    assert "“contact.frist_name”" in problem
    assert "Did you mean contact.first_name?" in problem
    assert "practice.phone" in problem


@pytest.mark.parametrize(
    "text",
    [
        "{{ contact }}",
        "{{ contact.email }}",
        "{{ contact[practice.name] }}",
        "{{ contact.first_name.size }}",
        "{{ contact.first_name",
        "{% if %}x{% endif %}",
        "{% for x in (1..100000000) %}a{% endfor %}",
        "{% assign x = 1 %}",
        "{% include 'settings' %}",
        "{{ contact.name | replace: 'a', 'aaaaaaaaaa' }}",
        "{{ contact.name | truncate: practice.name }}",
        "x" * 1601,
        "{{ " + "contact[" * 170 + "contact" + "]" * 170 + " }}",
    ],
)
def test_what_a_text_cannot_hold_is_said_and_not_raised(text):
    assert merge.check(text)


def test_objects_cannot_be_reached_through_a_field():
    class Row:
        first_name = "Grace"

        def delete(self):
            raise AssertionError("a template called a method")

    assert merge.render("{{ contact.delete }}{{ contact.__class__ }}", {"contact": Row()}) == ""


def test_a_loop_cannot_be_rendered_either():
    with pytest.raises(merge.MergeError, match="unexpected tag"):
        merge.render("{% for x in (1..100000000) %}a{% endfor %}", context())


@given(st.text(alphabet="{}%| .:'\"abcontact[]()\n-", max_size=60))
def test_no_text_makes_the_check_or_the_rendering_fail_in_an_unknown_way(text):
    problems = merge.check(text)
    if not problems:
        assert isinstance(merge.render(text, context()), str)


def test_a_field_of_the_practices_own_is_named_by_its_key():
    contact = SimpleNamespace(first_name="Grace", last_name="Park", name="Grace Park")
    practice = SimpleNamespace(name="Glow", company_phone="")
    filled = merge.build_context(
        contact=contact, practice=practice, line=None, staff=None, custom={"skin_type": "Type {{ practice.name }}"}
    )
    text = "{{ contact.custom.skin_type | default: 'unknown' }}, {{ contact.custom.gone | default: 'none' }}"
    assert merge.render(text, filled) == "Type {{ practice.name }}, none"
    assert merge.check("{{ contact.custom.skin_type }}", ["skin_type"]) == []
    (problem,) = merge.check("{{ contact.custom.skintype }}", ["skin_type"])
    assert "Did you mean contact.custom.skin_type?" in problem
    for text in ("{{ contact.custom }}", "{{ contact.custom[practice.name] }}", "{{ custom.skin_type }}"):
        assert merge.check(text, ["skin_type"])
