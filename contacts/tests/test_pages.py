"""The contact pages: what each person gets to see, and what a form refuses."""

import datetime as dt

import pytest

from aesthetix.audit.models import AuditEntry
from aesthetix.practices.actor import Actor
from contacts.models import Contact
from contacts.services.custom_fields import FieldFacts, add_field
from contacts.services.notes import add_note
from contacts.services.numbers import Number
from contacts.services.records import Facts, create_contact
from contacts.views.listing import PAGE

pytestmark = pytest.mark.django_db
NUMBERS = {"numbers-TOTAL_FORMS": "2", "numbers-INITIAL_FORMS": "0"}


def post(client, address, **values):
    return client.post(address, NUMBERS | values)


def sign_in(client, staff):
    client.force_login(staff.user)
    return client


def test_the_list_shows_everybody_to_all_data_and_the_assigned_to_the_others(client, cast):
    Contact.objects.create(practice=cast.glow, first_name="Nobody's", last_name="Patient")
    html = sign_in(client, cast.maya).get("/contacts/").content.decode()
    assert "Grace Park" in html
    assert "Patient" in html
    assert "Sven" not in html
    html = sign_in(client, cast.priya).get("/contacts/").content.decode()
    assert "Grace Park" in html
    assert "1 contact" in html


@pytest.mark.parametrize("page", ["", "facts/", "edit/", "history/"])
def test_a_record_is_not_there_for_outsiders_and_for_who_is_not_assigned(client, cast, page):
    address = f"/contacts/{cast.grace.pk}/{page}"
    assert sign_in(client, cast.outsider).get(address).status_code == 404
    assert sign_in(client, cast.priya).get(address).status_code == 200
    cast.grace.assigned_to = None
    cast.grace.save()
    assert sign_in(client, cast.priya).get(address).status_code == 404
    assert sign_in(client, cast.jordan).get(address).status_code == 200


@pytest.mark.parametrize("action", ["edit/", "tags/", "tags/remove/"])
def test_nobody_changes_a_record_that_they_do_not_see(client, cast, action):
    sign_in(client, cast.outsider)
    assert post(client, f"/contacts/{cast.grace.pk}/{action}", first_name="X", name="X").status_code == 404
    cast.grace.refresh_from_db()
    assert cast.grace.first_name == "Grace"


def test_opening_a_record_leaves_an_audit_row(client, cast):
    sign_in(client, cast.jordan).get(f"/contacts/{cast.grace.pk}/")
    entry = AuditEntry.objects.for_practice(cast.glow).get(action="view")
    assert (entry.contact_id, entry.staff) == (cast.grace.pk, cast.jordan)


def test_a_contact_is_added_with_numbers_in_any_way_of_writing(client, cast):
    sign_in(client, cast.maya)
    answer = post(
        client,
        "/contacts/new/",
        **{"first_name": "Anna", "numbers-0-number": "602.555.0121", "numbers-1-number": "+44 20 7946 0018"},
    )
    assert answer.status_code == 302
    contact = Contact.objects.for_practice(cast.glow).get(first_name="Anna")
    assert [phone.number for phone in contact.phones.all()] == ["+16025550121", "+442079460018"]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"first_name": "A", "numbers-0-number": "not a number"}, "is not a telephone number"),
        ({"first_name": "A", "numbers-0-number": "6025550121", "numbers-1-number": "(602) 555-0121"}, "twice"),
        ({"first_name": "A", "email": "nope"}, "valid email"),
        ({"first_name": "A", "birthday": "2999-01-01"}, "between 1900 and today"),
        ({}, "Enter a name, a number or an email"),
    ],
)
def test_what_cannot_be_is_refused_at_the_field(client, cast, values, words):
    before = Contact.objects.for_practice(cast.glow).count()
    sign_in(client, cast.maya)
    answer = post(client, "/contacts/new/", **values)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert Contact.objects.for_practice(cast.glow).count() == before


def test_the_summary_counts_a_wrong_number_with_the_other_faults(client, cast):
    sign_in(client, cast.maya)
    page = post(client, "/contacts/new/", **{"numbers-0-number": "12345", "email": "nope"}).content.decode()
    assert "Not saved. 2 things to correct" in page
    assert 'href="#id_numbers-0-number"' in page


def test_another_practices_staff_cannot_be_the_assignee(client, cast):
    sign_in(client, cast.maya)
    answer = post(client, "/contacts/new/", first_name="A", assigned_to=str(cast.outsider.pk))
    assert answer.status_code == 422


def test_adding_a_contact_can_start_with_a_number(client, cast):
    sign_in(client, cast.maya)
    answer = client.post("/contacts/new/", {"start_with": "+16025550199"})
    assert answer.status_code == 200
    assert b'value="(602) 555-0199"' in answer.content


def test_tags_are_added_and_removed_in_place(client, cast):
    sign_in(client, cast.maya)
    htmx = {"HX-Request": "true"}
    address = f"/contacts/{cast.grace.pk}/tags/"
    assert b"VIP" in client.post(address, {"name": "VIP"}, headers=htmx).content
    assert b"A tag has 1 to 40" in client.post(address, {"name": " "}, headers=htmx).content
    assert b"VIP" not in client.post(f"{address}remove/", {"name": "VIP"}, headers=htmx).content


def test_search_stands_in_no_address(client, cast):
    sign_in(client, cast.maya)
    create_contact(actor=Actor(practice=cast.glow, staff=cast.maya), facts=Facts(first_name="Zelda"))
    assert b"Zelda" in client.get("/contacts/?q=grace").content
    found = client.post("/contacts/", {"q": "zeld"}, headers={"HX-Request": "true"}).content
    assert b"Zelda" in found
    assert b"Grace" not in found


def test_a_number_that_nobody_has_is_offered_as_a_new_contact(client, cast):
    sign_in(client, cast.maya)
    assert b"Add (602) 555-0163 as a contact" in client.post("/contacts/", {"q": "602-555-0163"}).content
    found = client.post("/search/", {"q": "602-555-0163"}, headers={"HX-Request": "true"}).content
    assert b"Add (602) 555-0163 as a contact" in found


def test_the_command_search_gives_only_what_the_person_may_see(client, cast):
    actor = Actor(practice=cast.glow, staff=cast.maya)
    create_contact(actor=actor, facts=Facts(first_name="Zelda", numbers=[Number("+16025550121")]))
    for staff, seen in ((cast.maya, True), (cast.priya, False), (cast.outsider, False)):
        answer = sign_in(client, staff).post("/search/", {"q": "zelda"}, headers={"HX-Request": "true"})
        assert (b"Zelda" in answer.content) is seen
    assert b"Contacts" in sign_in(client, cast.priya).post("/search/", {"q": "conta"}).content


def test_the_command_search_puts_names_that_begin_so_first(client, cast, clock):
    actor = Actor(practice=cast.glow, staff=cast.maya)
    for first, last in (("Zara", "Anders"), ("Suzan", "Zar"), ("Liz", "Azarov")):
        clock.tick(minutes=1)
        create_contact(actor=actor, facts=Facts(first_name=first, last_name=last))
    found = sign_in(client, cast.maya).post("/search/", {"q": "zar"}, headers={"HX-Request": "true"})
    assert [hit.label for hit in found.context["groups"]["Contacts"]] == ["Suzan Zar", "Zara Anders", "Liz Azarov"]


def test_the_list_goes_on_where_it_stopped(client, clock, cast):
    for number in range(PAGE + 5):
        clock.tick(seconds=1)
        Contact.objects.create(practice=cast.glow, last_name=f"Row{number:03}", updated_at=clock())
    sign_in(client, cast.maya)
    first = client.get("/contacts/")
    second = client.post("/contacts/", {"after": first.context["more"]}, headers={"HX-Request": "true"})
    names = [row.name for answer in (first, second) for row in answer.context["rows"]]
    assert names == [f"Row{number:03}" for number in reversed(range(PAGE + 5))] + ["Grace Park"]


@pytest.mark.parametrize("cursor", ["x", "1-", "-1", "9" * 30 + "-1"])
def test_a_broken_cursor_starts_over(client, cast, cursor):
    assert sign_in(client, cast.maya).post("/contacts/", {"after": cursor}).status_code == 200


def test_the_list_costs_the_same_for_many(client, cast, django_assert_num_queries):
    actor = Actor(practice=cast.glow, staff=cast.maya)
    for number in range(20):
        create_contact(
            actor=actor,
            facts=Facts(
                first_name=f"N{number}",
                assigned_to=cast.priya,
                birthday=dt.date(1990, 1, 1),
                numbers=[Number(f"+160255501{number:02}")],
            ),
        )
    sign_in(client, cast.maya)
    client.get("/contacts/")
    with django_assert_num_queries(11):
        client.get("/contacts/")


@pytest.mark.parametrize(("headers", "most"), [({}, 11), ({"HX-Request": "true", "HX-Boosted": "true"}, 11)])
def test_a_record_costs_the_same_for_many_notes_and_fields(client, cast, django_assert_max_num_queries, headers, most):
    """Led to from another page it comes without the menu, whose counts are there already."""
    maya = Actor(practice=cast.glow, staff=cast.maya)
    for at in range(5):
        add_note(actor=maya, contact=cast.grace, body=f"Note {at}")
        add_field(actor=maya, kind="text", facts=FieldFacts(name=f"Field {at}", group="Skin"))
    sign_in(client, cast.maya).get(f"/contacts/{cast.grace.pk}/")
    with django_assert_max_num_queries(most):
        client.get(f"/contacts/{cast.grace.pk}/", headers=headers)


@pytest.mark.parametrize("same", [{"numbers-0-number": "602 555 0147"}, {"email": "GRACE.PARK@example.com"}])
def test_a_new_contact_with_the_number_or_email_of_another_asks_first(client, cast, same):
    Contact.objects.for_practice(cast.glow).filter(pk=cast.grace.pk).update(email="grace.park@example.com")
    sign_in(client, cast.maya)
    before = Contact.objects.for_practice(cast.glow).count()
    answer = post(client, "/contacts/new/", first_name="Lily", last_name="Park", **same)
    assert answer.status_code == 422
    assert "Is it somebody you have?" in answer.content.decode()
    assert f"/contacts/{cast.grace.pk}/" in answer.content.decode()
    assert Contact.objects.for_practice(cast.glow).count() == before
    answer = post(client, "/contacts/new/", first_name="Lily", last_name="Park", alike=str(cast.grace.pk), **same)
    assert answer.status_code == 302
    assert Contact.objects.for_practice(cast.glow).count() == before + 1


def test_nobody_is_told_of_a_patient_whom_they_may_not_see(client, cast):
    Contact.objects.for_practice(cast.glow).filter(pk=cast.grace.pk).update(assigned_to=None)
    sign_in(client, cast.priya)
    answer = post(client, "/contacts/new/", first_name="Lily", **{"numbers-0-number": "602 555 0147"})
    assert answer.status_code == 302
