"""Filters by custom fields: each kind's ways, words never in an address, and kept lists that say the same."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.http import QueryDict

from aesthetix.practices.actor import Actor
from contacts.custom_fields import KINDS, ask_for, to_stored
from contacts.filters import Listing
from contacts.models import Contact, Job, SmartList
from contacts.services.custom_fields import FieldFacts, add_field, set_value

pytestmark = pytest.mark.django_db
SAID = {
    "text": ("CVS on Main", "Walgreens"),
    "phone": ("(602) 555-0147", "(480) 555-0163"),
    "email": ("a@glow.example", "b@glow.example"),
    "number": ("10", "20.5"),
    "money": ("100", "-3"),
    "date": ("2026-03-14", "2026-11-01"),
    "checkbox": ("yes", "no"),
}


@pytest.fixture
def people(cast):
    """Anna and Ben say the first and the second of each kind; Grace says nothing."""
    maya = Actor(practice=cast.glow, staff=cast.maya)
    cast.anna = Contact.objects.create(practice=cast.glow, first_name="Anna")
    cast.ben = Contact.objects.create(practice=cast.glow, first_name="Ben")

    def say(contact, field, raw):
        set_value(actor=maya, contact=contact, field=field, stored=to_stored(field, ask_for(field).clean(raw)))

    for kind, answers in SAID.items():
        field = add_field(actor=maya, kind=kind, facts=FieldFacts(name=kind.capitalize(), group="", key=kind))
        for contact, raw in zip((cast.anna, cast.ben), answers, strict=True):
            say(contact, field, raw)
    many = FieldFacts(name="Areas", group="", options=("Lips", "Brow", "Chin"))
    cast.areas = add_field(actor=maya, kind="multi_select", facts=many)
    ids = [option["id"] for option in cast.areas.options]
    say(cast.anna, cast.areas, ids[:2])
    say(cast.ben, cast.areas, ids[2:])
    return cast


def names(people, query):
    listing = Listing.read(QueryDict(query), people.maya)
    assert not listing.form.errors
    return sorted(listing.narrow(Contact.objects.for_staff(people.maya)).values_list("first_name", flat=True))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("cf-text=has:cvs", ["Anna"]),
        ("cf-text=cvs", ["Anna"]),
        ("cf-text=is:cvs", []),
        ("cf-text=is:walgreens", ["Ben"]),
        ("cf-text=%2B", ["Anna", "Ben"]),
        ("cf-text=-", ["Grace"]),
        ("cf-phone=has:602 555", ["Anna"]),
        ("cf-phone=is:602.555.0147", ["Anna"]),
        ("cf-email=has:@glow", ["Anna", "Ben"]),
        ("cf-number=10..", ["Anna", "Ben"]),
        ("cf-number=20.50", ["Ben"]),
        ("cf-number=10.001..20.5", ["Ben"]),
        ("cf-number=..9.99", []),
        ("cf-money=..0", ["Ben"]),
        ("cf-money=100..100", ["Anna"]),
        ("cf-date=2026-03-14..2026-10-31", ["Anna"]),
        ("cf-date=2026-11-01..", ["Ben"]),
        ("cf-date=-", ["Grace"]),
        ("cf-checkbox=no", ["Ben"]),
        ("cf-checkbox=-", ["Grace"]),
        ("cf-text=has:cvs&cf-number=20..", []),
    ],
)
def test_each_kind_in_its_ways(people, query, found):
    assert names(people, query) == found


def test_choices_are_any_of_those_ticked(people):
    lips, brow, chin = [option["id"] for option in people.areas.options]
    assert names(people, f"cf-areas={lips}") == ["Anna"]
    assert names(people, f"cf-areas={brow}&cf-areas={chin}") == ["Anna", "Ben"]
    assert names(people, f"cf-areas={chin}&cf-areas=-") == ["Ben", "Grace"]
    chips = Listing.read(QueryDict(f"cf-areas={lips}&cf-areas=-"), people.maya).chips()
    assert [(chip.words, chip.without) for chip in chips] == [
        ("Areas: Lips", "cf-areas=-"),
        ("Areas: says nothing", f"cf-areas={lips}"),
    ]


@pytest.mark.parametrize(
    "query",
    ["cf-text=has:", f"cf-text=has:{'x' * 81}"]
    + ["cf-number=x", "cf-number=x..y", "cf-number=..", "cf-number=1e400..", "cf-number=20..10", "cf-number=1..2..3"]
    + ["cf-date=2026-02-31..", "cf-date=NaN..", "cf-money=NaN..", "cf-money=1.234..", "cf-checkbox=perhaps"]
    + ["cf-areas=x", "cf-text=~", "cf-text=~junk"],
)
def test_junk_says_so_and_filters_nothing(people, client, query):
    client.force_login(people.maya.user)
    answer = client.get(f"/contacts/?{query}")
    assert answer.status_code == 422
    assert len(answer.context["rows"]) == 3


def test_the_panel_leads_to_an_address_that_does_not_say_the_words(people, client):
    client.force_login(people.maya.user)
    given = {"narrow": 1, "cf-text-how": "has", "cf-text-words": "cvs", "cf-number-how": "", "cf-number-first": "10"}
    answer = client.post("/contacts/", given | {"cf-number-last": "", "touch": "never"})
    assert answer.status_code == 302
    asked = parse_qs(urlsplit(answer["Location"]).query)
    assert (asked["touch"], asked["cf-number"]) == (["never"], ["10.."])
    assert asked["cf-text"][0].startswith("~")
    page = client.get(answer["Location"])
    assert [contact.first_name for contact in page.context["rows"]] == ["Anna"]
    text = page.content.decode()
    assert "Text: contains “cvs”" in text
    assert "Number: from 10" in text
    assert 'value="cvs"' in text  # in the panel, to be changed
    assert "cvs" not in "".join(part.split('"')[0].lower() for part in text.split('href="'))
    assert "has%3A" not in text


def test_what_is_wrong_in_the_panel_stays_there(people, client):
    client.force_login(people.maya.user)
    given = {"narrow": 1, "cf-date-how": "", "cf-date-first": "2026-05-01", "cf-date-last": "2026-04-01"}
    answer = client.post("/contacts/", given)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "The second is less than the first." in page
    assert 'value="2026-04-01"' in page
    empty = client.post("/contacts/", {"narrow": 1, "cf-text-how": "has", "cf-text-words": " "})
    assert empty["Location"] == "/contacts/?cols="


def test_a_kept_list_says_the_same_and_its_address_nothing(people, client):
    client.force_login(people.maya.user)
    address = client.post("/contacts/", {"narrow": 1, "cf-text-how": "is", "cf-text-words": "Walgreens"})["Location"]
    sealed = urlsplit(address).query
    assert "Walgreens" in client.get(f"/contacts/lists/keep/?{sealed}").content.decode()  # as a chip, to be kept
    client.post("/contacts/lists/keep/", {"name": "At Walgreens", "query": sealed})
    kept = SmartList.objects.for_practice(people.glow).get()
    assert kept.query == "cf-text=is%3AWalgreens"
    page = client.get(f"/contacts/lists/{kept.pk}/")
    assert [contact.first_name for contact in page.context["rows"]] == ["Ben"]
    assert not page.context["shown"].is_changed
    again = client.get(f"/contacts/lists/{kept.pk}/?{sealed}")
    assert not again.context["shown"].is_changed
    ben = people.ben.pk
    assert client.get(f"/contacts/{ben}/?in={sealed}".replace("=~", "%3D~")).context["walk"].total == 1


def test_a_bulk_action_takes_the_sealed_filter_along(people, client):
    client.force_login(people.maya.user)
    sealed = urlsplit(
        client.post("/contacts/", {"narrow": 1, "cf-text-how": "has", "cf-text-words": "cvs"})["Location"]
    ).query
    client.post("/contacts/bulk/start/", {"action": "tag", "sure": 1, "query": sealed, "tag": "Pharmacy"})
    assert Job.objects.for_practice(people.glow).get().total == 1


def test_what_another_practice_sealed_is_not_read(people, client):
    client.force_login(people.maya.user)
    address = client.post("/contacts/", {"narrow": 1, "cf-text-how": "has", "cf-text-words": "cvs"})["Location"]
    olga = Actor(practice=people.other, staff=people.outsider)
    add_field(actor=olga, kind="text", facts=FieldFacts(name="Text", group="", key="text"))
    client.force_login(people.outsider.user)
    answer = client.get(address)
    assert answer.status_code == 422
    assert "words that cannot be read here" in answer.content.decode()
    assert "cvs" not in answer.content.decode()


def test_every_kind_can_be_filtered(people):
    assert set(SAID) | {"multi_select", "dropdown", "long_text", "url", "file"} == set(KINDS)
