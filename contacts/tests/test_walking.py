"""On from record to record within the list that one came from."""

import pytest
from django.http import QueryDict

from contacts.models import Contact, SmartList
from contacts.walking import walk_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def five(cast):
    return [
        Contact.objects.create(practice=cast.glow, first_name=n, search_text=n, unverified_caller=True) for n in "abcde"
    ]


def walk(contact, query, staff):
    return walk_of(contact, QueryDict(query), staff)


def test_where_it_stands_and_who_is_beside_it(cast, five):
    here = walk(five[1], "in=unverified%3D1%26sort%3Dname", cast.maya)
    assert here.position == "2 of 5"
    assert (here.previous, here.next) == (five[0].pk, five[2].pk)
    assert here.back == "/contacts/?unverified=1&sort=name"


def test_the_first_has_nobody_before_and_the_last_nobody_after(cast, five):
    assert walk(five[0], "in=unverified%3D1%26sort%3Dname", cast.maya).previous is None
    assert walk(five[4], "in=unverified%3D1%26sort%3Dname", cast.maya).next is None


def test_a_kept_list_is_walked_by_those_who_have_it(cast, five):
    kept = SmartList.objects.create(practice=cast.glow, owner=cast.maya, name="New", query="unverified=1&sort=name")
    assert walk(five[2], f"list={kept.pk}", cast.maya).label == "Smart List: New"
    assert walk(five[2], f"list={kept.pk}", cast.jordan) is None


def test_nobody_walks_to_a_record_that_they_do_not_see(cast, five):
    five[3].assigned_to = cast.priya
    five[3].save()
    here = walk(five[3], "in=unverified%3D1%26sort%3Dname", cast.priya)
    assert (here.position, here.previous, here.next) == ("1 of 1", None, None)


@pytest.mark.parametrize("query", ["", "list=x", "list=99999", "in="])
def test_without_a_list_there_is_nothing_to_walk(cast, five, query):
    assert walk(five[0], query, cast.maya) is None


def test_the_record_keeps_the_list_in_its_addresses(cast, five, client):
    client.force_login(cast.maya.user)
    rows = client.get("/contacts/?unverified=1&sort=name").content.decode()
    address = f"/contacts/{five[1].pk}/?in=unverified%3D1%26sort%3Dname"
    assert f'href="{address}"' in rows
    page = client.get(address).content.decode()
    assert "2 of 5" in page
    assert f'href="/contacts/{five[2].pk}/?in=unverified%3D1%26sort%3Dname"' in page
    assert f"/contacts/{five[1].pk}/history/?in=unverified" in page
