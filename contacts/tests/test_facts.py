"""The facts of a record, each changed where it stands."""

import re

import pytest

from aesthetix.audit.models import AuditEntry
from contacts.models import Contact

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}
NUMBERS = {"numbers-TOTAL_FORMS": "2", "numbers-INITIAL_FORMS": "0"}
PARTS = ("numbers", "email", "birthday", "assigned", "consent", "source")


@pytest.fixture
def maya(client, cast):
    client.force_login(cast.maya.user)
    return client


def address(cast, part):
    return f"/contacts/{cast.grace.pk}/facts/{part}/edit/"


def marks(answer):
    return re.search(r'name="seen" value="([^"]*)"', answer.content.decode())[1].replace("&quot;", '"')


@pytest.mark.parametrize("part", PARTS)
def test_every_part_opens_where_it_stands_and_as_a_page(maya, cast, part):
    piece, page = maya.get(address(cast, part), **HTMX), maya.get(address(cast, part))
    assert "<html" not in piece.content.decode()
    assert "<html" in page.content.decode()
    assert f'id="fact-{part}"' in piece.content.decode()


@pytest.mark.parametrize(
    ("part", "values", "shown"),
    [
        ("email", {"email": "new@x.example"}, "new<wbr>@x.example"),
        ("birthday", {"birthday": "1990-02-03"}, "Feb 3, 1990"),
        ("source", {"lead_source": "Billboard"}, "Billboard"),
        ("consent", {"text": "no", "mail": "yes"}, "No texts"),
        ("numbers", {**NUMBERS, "numbers-0-number": "(602) 555-0199", "numbers-0-label": "work"}, "(602) 555-0199"),
    ],
)
def test_one_part_is_changed_and_the_rest_stays(maya, cast, part, values, shown):
    before = Contact.objects.for_practice(cast.glow).values().get(pk=cast.grace.pk)
    answer = maya.post(address(cast, part), values, **HTMX)
    assert answer.status_code == 200
    assert shown in answer.content.decode()
    after = Contact.objects.for_practice(cast.glow).values().get(pk=cast.grace.pk)
    changed = {name for name in before if before[name] != after[name]} - {"updated_at", "search_text"}
    assert changed <= {"email", "birthday", "lead_source"}
    entry = AuditEntry.objects.for_practice(cast.glow).filter(action="change").latest("pk")
    assert len(entry.changes) == 1


def test_without_a_script_it_leads_back_to_the_record(maya, cast):
    answer = maya.post(address(cast, "email"), {"email": "new@x.example"})
    assert answer.url == f"/contacts/{cast.grace.pk}/"


@pytest.mark.parametrize(
    ("part", "values", "said"),
    [
        ("email", {"email": "grace"}, "Enter a valid email address."),
        ("birthday", {"birthday": "2999-01-01"}, "A birthday lies between 1900 and today."),
        ("birthday", {"birthday": "1990-02-31"}, "Enter a valid date."),
        ("numbers", {**NUMBERS, "numbers-0-number": "12"}, "has-error"),
        ("assigned", {"assigned_to": "999999"}, "Select a valid choice"),
    ],
)
def test_what_is_wrong_is_said_where_it_stands_and_nothing_is_saved(maya, cast, part, values, said):
    answer = maya.post(address(cast, part), values, **HTMX)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not AuditEntry.objects.for_practice(cast.glow).filter(action="change").exists()


def test_the_last_thing_that_a_record_says_is_not_taken_away(maya, cast):
    Contact.objects.for_practice(cast.glow).filter(pk=cast.grace.pk).update(first_name="", last_name="", email="")
    answer = maya.post(address(cast, "numbers"), NUMBERS, **HTMX)
    assert "Enter a name, a number or an email address." in answer.content.decode()
    assert cast.grace.phones.exists()


def test_the_second_of_two_is_told_and_may_save_again(maya, cast):
    seen = marks(maya.get(address(cast, "email"), **HTMX))
    Contact.objects.for_practice(cast.glow).filter(pk=cast.grace.pk).update(email="theirs@x.example")
    answer = maya.post(address(cast, "email"), {"email": "mine@x.example", "seen": seen}, **HTMX)
    assert answer.status_code == 422
    assert "Somebody else changed Email" in answer.content.decode()
    answer = maya.post(address(cast, "email"), {"email": "mine@x.example", "seen": marks(answer)}, **HTMX)
    assert "mine<wbr>@" in answer.content.decode()


def test_a_change_beside_mine_does_not_stop_it_and_stays(maya, cast):
    seen = marks(maya.get(address(cast, "email"), **HTMX))
    Contact.objects.for_practice(cast.glow).filter(pk=cast.grace.pk).update(lead_source="Walk-in")
    assert maya.post(address(cast, "email"), {"email": "a@x.example", "seen": seen}, **HTMX).status_code == 200
    cast.grace.refresh_from_db()
    assert (cast.grace.email, cast.grace.lead_source) == ("a@x.example", "Walk-in")


def test_who_sees_only_assigned_patients_does_not_assign(client, cast):
    client.force_login(cast.priya.user)
    assert client.get(address(cast, "assigned")).status_code == 404
    assert client.post(address(cast, "assigned"), {"assigned_to": cast.maya.pk}).status_code == 404
    page = client.get(f"/contacts/{cast.grace.pk}/").content.decode()
    assert address(cast, "assigned") not in page
    assert address(cast, "email") in page


@pytest.mark.parametrize("part", [*PARTS, "nothing"])
def test_another_practices_record_and_unknown_parts_are_not_there(client, cast, part):
    client.force_login(cast.outsider.user)
    assert client.get(address(cast, part)).status_code == 404
    assert client.post(address(cast, part), {"email": "x@x.example"}).status_code == 404
    client.force_login(cast.maya.user)
    assert client.get(f"/contacts/{cast.grace.pk}/facts/nothing/edit/").status_code == 404
