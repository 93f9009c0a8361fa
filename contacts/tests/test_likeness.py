import datetime as dt

import pytest

from contacts.duplicates.likeness import DUPLICATE, HOUSEHOLD, Person, compare

DAY, OTHER_DAY = dt.date(1988, 4, 12), dt.date(2012, 9, 1)
PHONE, MAIL = "+16025550147", "grace@example.com"


def person(first="", last="", email="", birthday=None, *numbers):
    return Person.of(1, first, last, email, birthday, numbers)


def kind(one, other):
    found = compare(one, other)
    return found and found.kind


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        # the same person twice
        (("Grace", "Park", "", None, PHONE), ("Grace", "Park", "", None, PHONE), DUPLICATE),
        (("Grace", "Park", "", None, PHONE), ("", "", "", None, PHONE), DUPLICATE),
        (("Grace", "Park", MAIL, None), ("GRACE", "PARK", "Grace@Example.com", None), DUPLICATE),
        (("Grace", "Park", "", DAY), ("Grace", "Parc", "", DAY), DUPLICATE),
        (("José", "Álvarez", "", DAY), ("Jose", "Alvarez", "", DAY), DUPLICATE),
        (("Park", "Grace", "", DAY), ("Grace", "Park", "", DAY), DUPLICATE),
        (("Grace", "Park-Jones", "", DAY), ("Grace", "Park", "", DAY), DUPLICATE),
        (("Grace M.", "Park", "", DAY), ("G", "Park", "", DAY), DUPLICATE),
        (("Grace", "", "", None, PHONE), ("Grace", "Park", "", None, PHONE), DUPLICATE),
        (("Grace", "Park", MAIL, DAY, PHONE), ("Grace", "Park", MAIL, OTHER_DAY, PHONE), DUPLICATE),  # mistyped
        # a family
        (("Dana", "Whitfield", "", DAY, PHONE), ("Hannah", "Whitfield", "", OTHER_DAY, PHONE), HOUSEHOLD),
        (("Dana", "Whitfield", "", None, PHONE), ("Hannah", "Whitfield", "", None, PHONE), HOUSEHOLD),
        (("Dana", "Whitfield", "", DAY, PHONE), ("Dana", "Whitfield", "", OTHER_DAY, PHONE), HOUSEHOLD),
        (("Maria", "Silva", "", DAY, PHONE), ("Mario", "Silva", "", DAY, PHONE), HOUSEHOLD),  # twins
        (("Ann", "Ruiz", MAIL, None), ("Tom", "Ruiz", MAIL, None), HOUSEHOLD),
        (("", "", "", DAY, PHONE), ("Dana", "Whitfield", "", OTHER_DAY, PHONE), HOUSEHOLD),
        # nothing in common that means anything
        (("Grace", "Park", "", None), ("Grace", "Park", "", None), None),
        (("Grace", "Park", "", DAY), ("Grace", "Park", "", OTHER_DAY), None),
        (("Maria", "Silva", "", DAY), ("Mario", "Silva", "", DAY), None),
        (("Grace", "Park", "", DAY), ("Dana", "Whitfield", "", DAY), None),
        (("", "", "", DAY), ("", "", "", DAY), None),
        (("Grace", "Park", "", None, PHONE), ("Grace", "Park", "", None, "+16025550148"), None),
    ],
)
def test_who_may_be_one_person(one, other, expected):
    assert kind(person(*one), person(*other)) == expected
    assert kind(person(*other), person(*one)) == expected


def test_the_reasons_are_words():
    found = compare(person("Grace", "Park", MAIL, DAY, PHONE), person("Grace", "Parc", MAIL, OTHER_DAY, PHONE))
    assert found.in_words() == ["Same phone (602) 555-0147", f"Same email {MAIL}", "Names are alike"]
    assert found.against() == ["Different birthdays"]


def test_more_in_common_comes_first():
    weak = compare(person("", "", "", None, PHONE), person("Grace", "Park", "", None, PHONE))
    strong = compare(person("Grace", "Park", MAIL, DAY, PHONE), person("Grace", "Park", MAIL, DAY, PHONE))
    assert strong.score > weak.score
