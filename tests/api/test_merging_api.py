import pytest

from contacts.models import Contact
from contacts.services.duplicates import store_pairs
from contacts.tests.merging.world import person

pytestmark = pytest.mark.django_db
PHONE = "+16025550141"


@pytest.fixture
def anna(cast):
    return person(cast, "Anna", "Berg", PHONE, email="anna@example.com")


@pytest.fixture
def twin(cast, anna):
    made = person(cast, "Ana", "Berg", PHONE, email="a.berg@example.com")
    store_pairs(cast.glow, [made.pk])
    return made


@pytest.fixture
def client(client_with):
    return client_with("contacts:read", "contacts:write", "contacts:merge", "duplicates:read", "notes:read")


def merge(client, anna, twin, **more):
    return client.post(f"/api/v1/contacts/{anna.pk}/merge/", {"other": twin.pk, **more}, "json")


def test_duplicates_are_listed_with_their_reasons(cast, client, anna, twin):
    (pair,) = client.get("/api/v1/duplicates/").json()["results"]
    assert (pair["first"], pair["second"], pair["kind"]) == (anna.pk, twin.pk, "duplicate")
    assert pair["reasons"] == ["Same phone (602) 555-0141", "Names are alike"]
    assert client.get("/api/v1/duplicates/?kind=household").json()["results"] == []
    assert client.get("/api/v1/duplicates/?kind=x").status_code == 400


def test_a_preview_a_merge_and_its_undo(client, anna, twin):
    preview = client.get(f"/api/v1/contacts/{anna.pk}/merge/?other={twin.pk}").json()
    email = next(value for value in preview["values"] if value["name"] == "email")
    assert (email["keep"], email["other"]) == ("anna@example.com", "a.berg@example.com")
    done = merge(client, anna, twin, values={"email": "other"}, mark=preview["mark"])
    assert done.status_code == 201
    assert client.get(f"/api/v1/contacts/{anna.pk}/").json()["email"] == "a.berg@example.com"
    undo = f"/api/v1/merges/{done.json()['id']}/undo/"
    assert client.post(undo).json()["undone_at"]
    assert client.post(undo).status_code == 409
    assert client.get(f"/api/v1/contacts/{twin.pk}/").json()["email"] == "a.berg@example.com"
    assert [row["merged"] for row in client.get("/api/v1/merges/").json()["results"]] == [twin.pk]


def test_a_merged_id_leads_on_for_reading_and_says_so_for_a_change(cast, client, anna, twin):
    merge(client, anna, twin)
    for rest in ("", "notes/"):
        answer = client.get(f"/api/v1/contacts/{twin.pk}/{rest}?limit=2")
        assert (answer.status_code, answer["Location"]) == (307, f"/api/v1/contacts/{anna.pk}/{rest}?limit=2")
    answer = client.patch(f"/api/v1/contacts/{twin.pk}/", {"email": "x@example.com"}, "json")
    assert answer.status_code == 409
    assert answer.json()["merged_into"] == anna.pk
    assert Contact.objects.for_practice(cast.glow).get(pk=anna.pk).email == "anna@example.com"


def test_what_cannot_be_merged_says_why(cast, client, anna, twin):
    assert merge(client, anna, anna).status_code == 409
    assert merge(client, anna, cast.stranger).status_code == 404
    assert merge(client, anna, twin, values={"email": "both"}).status_code == 400
    assert merge(client, anna, twin, mark="stale").status_code == 409
    assert merge(client, anna, twin).status_code == 201
    assert merge(client, anna, twin).json()["merged_into"] == anna.pk


def test_other_scopes_and_other_practices_do_nothing(cast, client_with, anna, twin):
    other_scope = client_with("contacts:read", "contacts:write")
    assert merge(other_scope, anna, twin).status_code == 403
    assert other_scope.get("/api/v1/duplicates/").status_code == 403
    theirs = client_with("contacts:merge", "duplicates:read", practice=cast.other)
    assert merge(theirs, anna, twin).status_code == 404
    assert theirs.get("/api/v1/duplicates/").json()["results"] == []
