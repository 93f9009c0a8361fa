"""Lists that are kept: whose they are, who sees what in them."""

import pytest

from aesthetix.practices.actor import Actor
from contacts.models import SmartList
from contacts.services.custom_fields import FieldFacts, add_field

pytestmark = pytest.mark.django_db


@pytest.fixture
def keep(client):
    def do(staff, name="Mine", query="touch=never", **more):
        client.force_login(staff.user)
        return client.post("/contacts/lists/keep/", {"name": name, "query": query, **more})

    return do


def test_a_list_is_kept_with_its_filters(cast, keep, client):
    answer = keep(cast.maya)
    kept = SmartList.objects.for_practice(cast.glow).get()
    assert answer["Location"] == f"/contacts/lists/{kept.pk}/"
    page = client.get(answer["Location"]).content.decode()
    assert "Last activity: Never" in page
    assert "Grace Park" in page
    assert "1" in client.get("/contacts/lists/counts/").content.decode()


def test_nothing_but_filters_can_be_kept(cast, keep):
    keep(cast.maya, query="q=Grace&touch=never&x=1&after=Grace")
    assert SmartList.objects.for_practice(cast.glow).get().query == "touch=never"


def test_a_name_is_given_once_by_each_person(cast, keep):
    assert keep(cast.maya).status_code == 302
    again = keep(cast.maya)
    assert again.status_code == 422
    assert "You have a list named Mine already." in again.content.decode()
    assert keep(cast.jordan).status_code == 302


def test_ones_own_list_is_nobody_elses_and_a_shared_one_everybodys(cast, keep, client):
    keep(cast.maya)
    own = SmartList.objects.for_practice(cast.glow).get()
    client.force_login(cast.jordan.user)
    assert client.get(f"/contacts/lists/{own.pk}/").status_code == 404
    keep(cast.maya, name="Ours", shared="on")
    ours = SmartList.objects.for_practice(cast.glow).get(name="Ours")
    client.force_login(cast.priya.user)
    assert "Grace Park" in client.get(f"/contacts/lists/{ours.pk}/").content.decode()
    client.force_login(cast.outsider.user)
    assert client.get(f"/contacts/lists/{ours.pk}/").status_code == 404


def test_a_shared_list_shows_each_only_what_they_may_see(cast, keep, client):
    cast.grace.assigned_to = cast.jordan
    cast.grace.save()
    keep(cast.maya, name="Ours", shared="on")
    ours = SmartList.objects.for_practice(cast.glow).get()
    client.force_login(cast.priya.user)
    assert "Grace" not in client.get(f"/contacts/lists/{ours.pk}/").content.decode()
    assert ">0<" in client.get("/contacts/lists/counts/").content.decode()


def test_only_its_owner_and_an_admin_change_a_shared_list(cast, keep, client):
    keep(cast.jordan, name="Ours", shared="on")
    ours = SmartList.objects.for_practice(cast.glow).get()
    client.force_login(cast.priya.user)
    assert client.post(f"/contacts/lists/{ours.pk}/change/", {"query": ""}).status_code == 403
    assert client.post(f"/contacts/lists/{ours.pk}/delete/").status_code == 403
    client.force_login(cast.maya.user)
    assert client.post(f"/contacts/lists/{ours.pk}/change/", {"query": "unverified=1"}).status_code == 302
    ours.refresh_from_db()
    assert ours.query == "unverified=1"
    client.post(f"/contacts/lists/{ours.pk}/delete/")
    assert not SmartList.objects.for_practice(cast.glow).exists()


def test_there_is_an_end_to_lists(cast, keep, monkeypatch):
    monkeypatch.setattr("contacts.services.smart_lists.MOST", 1)
    keep(cast.maya)
    assert keep(cast.maya, name="Another").status_code == 422


def test_more_filters_than_a_list_can_keep_are_refused_whole(cast, keep, client):
    actor = Actor(practice=cast.glow, staff=cast.maya)
    keep(cast.maya)
    kept = SmartList.objects.for_practice(cast.glow).get()
    for key in ("a", "b", "c", "d", "e"):
        add_field(actor=actor, kind="text", facts=FieldFacts(name=key, group="", key=key))
    many = "touch=never&" + "&".join(f"cf-{key}={'é' * 80}" for key in ("a", "b", "c", "d", "e"))
    assert keep(cast.maya, name="Long", query=many).status_code == 422
    client.post(f"/contacts/lists/{kept.pk}/change/", {"query": many})
    kept.refresh_from_db()
    assert kept.query == "touch=never"
