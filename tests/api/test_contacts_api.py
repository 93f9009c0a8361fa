import pytest

from contacts.models import Contact

pytestmark = pytest.mark.django_db
LENA = {"first_name": "Lena", "last_name": "Moritz", "numbers": [{"number": "(480) 555-0121"}]}


@pytest.fixture
def client(client_with):
    return client_with("contacts:read", "contacts:write")


def test_a_created_contact_is_found_by_any_way_of_writing(client, cast):
    made = client.post("/api/v1/contacts/", LENA, "json")
    assert made.status_code == 201
    assert made.json()["numbers"] == [{"number": "+14805550121", "label": "mobile"}]
    for words in ("lena", "480-555-0121", "+1 480 555 0121"):
        found = client.post("/api/v1/contacts/search/", {"q": words}, "json").json()["results"]
        assert [row["id"] for row in found] == [made.json()["id"]]


def test_words_in_the_address_are_no_search(client, cast):
    assert client.get("/api/v1/contacts/search/", {"q": "grace"}).status_code == 403
    assert client.post("/api/v1/contacts/search/?q=grace", {}, "json").json()["q"] == ["This field is required."]


def test_the_next_page_of_a_search_is_a_post_to_its_link(client, cast):
    for _ in range(3):
        client.post("/api/v1/contacts/", LENA, "json")
    first = client.post("/api/v1/contacts/search/?limit=2", {"q": "lena"}, "json").json()
    assert "lena" not in first["next"].lower()
    second = client.post(first["next"], {"q": "lena"}, "json").json()
    assert (len(first["results"]), len(second["results"]), second["next"]) == (2, 1, None)


def test_what_is_left_out_stays_as_it_is(client, cast):
    answer = client.patch(f"/api/v1/contacts/{cast.grace.pk}/", {"email": "grace@new.example"}, "json")
    assert answer.status_code == 200
    assert (answer.json()["first_name"], answer.json()["email"]) == ("Grace", "grace@new.example")
    assert answer.json()["numbers"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"numbers": [{"number": "12"}]}, "numbers"),
        ({"email": "nonsense"}, "email"),
        ({"birthday": "yesterday"}, "birthday"),
        ({"consents": {"smoke": True}}, "consents"),
        ({}, "first_name"),
    ],
)
def test_wrong_input_names_the_field_and_changes_nothing(client, cast, wrong, field):
    answer = client.post("/api/v1/contacts/", wrong, "json")
    assert answer.status_code == 400
    assert field in answer.json()
    assert Contact.objects.for_practice(cast.glow).count() == 1


def test_another_practices_people_cannot_be_reached(client, cast):
    assert client.get(f"/api/v1/contacts/{cast.stranger.pk}/").status_code == 404
    assert client.patch(f"/api/v1/contacts/{cast.stranger.pk}/", {"email": "x@y.example"}, "json").status_code == 404
    foreign = client.post("/api/v1/contacts/", {**LENA, "assigned_to": cast.outsider.pk}, "json")
    assert foreign.json() == {"assigned_to": ["There is no such staff member."]}


def test_reading_does_not_allow_writing(client_with, cast):
    assert client_with("contacts:read").post("/api/v1/contacts/", LENA, "json").status_code == 403


def test_a_page_of_contacts_takes_a_fixed_number_of_queries(client, cast, django_assert_num_queries):
    for number in range(10):
        client.post("/api/v1/contacts/", {"first_name": f"Person {number}"}, "json")
    with django_assert_num_queries(6):  # key, audit, contacts, numbers, tags, fields
        client.get("/api/v1/contacts/")
