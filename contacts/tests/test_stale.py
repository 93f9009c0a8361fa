"""Two people with the same form open: the second is told, and nothing is lost."""

import re

import pytest

from contacts.models import Contact

pytestmark = pytest.mark.django_db
NUMBERS = {"numbers-TOTAL_FORMS": "1", "numbers-INITIAL_FORMS": "0"}


def marks(page):
    return re.search(r'name="seen" value="([^"]*)"', page.content.decode())[1].replace("&quot;", '"')


def test_the_second_to_save_a_record_is_told_and_may_save_again(cast, client):
    client.force_login(cast.maya.user)
    address = f"/contacts/{cast.grace.pk}/edit/"
    seen = marks(client.get(address))
    Contact.objects.for_practice(cast.glow).filter(pk=cast.grace.pk).update(email="new@x.example", first_name="Gracie")
    mine = {**NUMBERS, "first_name": "Grace", "last_name": "Park", "email": "mine@x.example"}
    answer = client.post(address, {**mine, "seen": seen})
    assert answer.status_code == 422
    assert "Somebody else changed First name and Email since you opened this page." in answer.content.decode()
    assert "mine@x.example" in answer.content.decode()
    assert client.post(address, {**mine, "seen": marks(answer)}).status_code == 302
    cast.grace.refresh_from_db()
    assert cast.grace.email == "mine@x.example"


def test_numbers_count_as_well(cast, client):
    client.force_login(cast.maya.user)
    address = f"/contacts/{cast.grace.pk}/edit/"
    seen = marks(client.get(address))
    cast.grace.phones.all().delete()
    answer = client.post(address, {**NUMBERS, "first_name": "Grace", "seen": seen})
    assert "changed the numbers since" in answer.content.decode()


@pytest.mark.parametrize("seen", ["", "x", "[]", "1", '{"first_name": "x"}', '{"nothing": 1}'])
def test_junk_marks_are_no_error_of_the_server(cast, client, seen):
    client.force_login(cast.maya.user)
    values = {**NUMBERS, "first_name": "Grace", "seen": seen}
    assert client.post(f"/contacts/{cast.grace.pk}/edit/", values).status_code in (302, 422)
