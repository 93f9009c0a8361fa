"""Names are found whichever way they are typed: docs/decisions/027. The same on both databases."""

import importlib

import pytest
from django.apps import apps
from django.db import connection

from aesthetix.practices.actor import Actor
from contacts.models import Contact
from contacts.search import fold, search_text
from contacts.services.records import Facts, create_contact

pytestmark = pytest.mark.django_db
PEOPLE = (
    ("José", "Muñoz"),
    ("Jürgen", "Müller"),
    ("Søren", "Ødegård"),
    ("Łucja", "Żak"),
    ("Мария", "Иванова"),
    ("أحمد", "الهاشمي"),
    ("小明", "王"),
    ("지우", "김"),
    ("Ελένη", "Παπαδοπούλου"),
    ("Siobhán", "O’Connor"),
    ("Strauß", "Weiß"),
)


@pytest.fixture
def find(cast):
    for first, last in PEOPLE:
        create_contact(actor=Actor(practice=cast.glow), facts=Facts(first_name=first, last_name=last))

    def find(words):
        return {row.last_name for row in Contact.objects.for_practice(cast.glow).matching(words)}

    return find


@pytest.mark.parametrize(
    ("words", "last"),
    [
        *((words, "Muñoz") for words in ("José", "jose", "JOSE", "JOSÉ", "munoz", "MUÑOZ", "ose mun")),
        *((words, "Müller") for words in ("Müller", "MULLER", "muller", "mueller", "MÜLLER", "Juergen", "jurgen müll")),
        *((words, "Ødegård") for words in ("soren", "Søren", "SOEREN", "odegard", "ødegård", "Oedegaard")),
        *((words, "Żak") for words in ("lucja", "Łucja", "zak", "ŻAK")),
        *((words, "Иванова") for words in ("иванова", "ИВАНОВА", "мария", "анов", "ив", "мар ива")),
        *((words, "الهاشمي") for words in ("أحمد", "احمد", "الهاشمي", "هاشم", "أح")),
        *((words, "王") for words in ("王小明", "小明", "王小", "王", "明", "小明 王")),
        *((words, "김") for words in ("김지우", "지우", "김지", "우")),
        *((words, "Παπαδοπούλου") for words in ("ελενη", "ΕΛΕΝΗ", "παπαδ", "Παπαδοπούλου")),
        *((words, "O’Connor") for words in ("o'connor", "O’Connor", "siobhan", "connor")),
        *((words, "Weiß") for words in ("weiss", "WEISS", "weiß", "strauss")),
    ],
)
def test_a_name_is_found(find, words, last):
    assert last in find(words)


@pytest.mark.parametrize("words", ["mueller x", "miller", "小红", "иванов петр", "qz"])
def test_another_is_not(find, words):
    assert find(words) == set()


@pytest.mark.parametrize("words", ["ul", "os", "1"])
def test_one_and_two_characters_begin_a_word(find, words):
    assert "Müller" not in find(words)
    assert "Muñoz" not in find(words)


def test_a_record_of_before_is_read_again(cast):
    old = Contact.objects.create(
        practice=cast.glow, first_name="Jürgen", last_name="Müller", search_text="jurgen muller"
    )
    plain = Contact.objects.create(practice=cast.glow, first_name="Ann", search_text="as it was")
    migration = importlib.import_module("contacts.migrations.0016_other_readings")
    migration.read_again(apps, connection.schema_editor())
    old.refresh_from_db()
    plain.refresh_from_db()
    assert old.search_text == search_text("Jürgen", "Müller", "", []) == "jurgen muller juergen mueller"
    assert plain.search_text == "as it was"


def test_folding_twice_changes_nothing():
    for text in [name for pair in PEOPLE for name in pair]:
        assert fold(fold(text)) == fold(text)
