"""What a list shows: every filter alone and together, in the address, for each person what they may see."""

import datetime as dt

import pytest
from django.http import QueryDict

from contacts.filters import Listing
from contacts.models import Consent, Contact, Tag
from contacts.sorting import SORTS
from conversations.models import Thread

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 16, 17, 0, tzinfo=dt.UTC)


@pytest.fixture
def people(cast, clock):
    """grace: Priya's, tagged VIP; anna: nobody's, new caller, in touch yesterday; ben: Jordan's, since January."""
    vip = Tag.objects.create(practice=cast.glow, name="VIP")
    cast.grace.tags.add(vip)
    anna = Contact.objects.create(practice=cast.glow, first_name="Anna", unverified_caller=True, search_text="anna")
    long_ago = dt.datetime(2026, 1, 5, 12, tzinfo=dt.UTC)
    ben = Contact.objects.create(
        practice=cast.glow, first_name="Ben", assigned_to=cast.jordan, lead_source="Google Ads", search_text="ben"
    )
    Contact.objects.for_practice(cast.glow).filter(pk=ben.pk).update(created_at=long_ago)
    Thread.objects.create(practice=cast.glow, contact=anna, last_item_at=NOW - dt.timedelta(days=1))
    Thread.objects.create(practice=cast.glow, contact=ben, last_item_at=NOW - dt.timedelta(days=100))
    for contact, granted in ((ben, True), (ben, False), (anna, True)):
        Consent.objects.create(practice=cast.glow, contact=contact, channel="text", granted=granted, source="x")
    return cast


def names(staff, query):
    listing = Listing.read(QueryDict(query), staff)
    return sorted(listing.narrow(Contact.objects.for_staff(staff)).values_list("first_name", flat=True))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Anna", "Ben", "Grace"]),
        ("assigned=none", ["Anna"]),
        ("assigned=me", []),
        ("touch=7", ["Anna"]),
        ("touch=-90", ["Ben", "Grace"]),
        ("touch=never", ["Grace"]),
        ("source=google+ads", ["Ben"]),
        ("created_to=2026-01-05", ["Ben"]),
        ("created_from=2026-01-06", ["Anna", "Grace"]),
        ("consent=text-yes", ["Anna"]),
        ("consent=text-no", ["Ben"]),
        ("consent=text-unknown", ["Grace"]),
        ("unverified=1", ["Anna"]),
        ("unverified=1&touch=-90", []),
    ],
)
def test_each_filter(people, query, found):
    assert names(people.maya, query) == found


def test_tags_and_people_by_their_number(people):
    vip = Tag.objects.for_practice(people.glow).get()
    assert names(people.maya, f"tag={vip.pk}") == ["Grace"]
    assert names(people.maya, f"assigned={people.jordan.pk}") == ["Ben"]


def test_who_sees_the_assigned_only_filters_among_those(people):
    assert names(people.priya, "") == ["Grace"]
    assert names(people.priya, "assigned=none") == ["Grace"]  # no such filter for them
    assert names(people.priya, "unverified=1") == []


@pytest.mark.parametrize(
    "query",
    ["assigned=99999", "assigned=x", "touch=8", "tag=x", "created_from=2026-02-31", "consent=fax-yes", "sort=x"]
    + ["created_to=9999-12-31", "created_from=0001-01-01", "tag=99999999999999999999", "cf-gone=x"],
)
def test_junk_says_so_and_filters_nothing(people, query, client):
    client.force_login(people.maya.user)
    answer = client.get(f"/contacts/?{query}")
    assert answer.status_code == 422
    assert "Not filtered." in answer.content.decode()
    assert "Anna" in answer.content.decode()


def test_more_tags_than_a_query_can_join_are_refused(people):
    rows = [Tag.objects.create(practice=people.glow, name=f"T{at}") for at in range(70)]
    query = "&".join(f"tag={tag.pk}" for tag in rows)
    assert names(people.maya, query) == ["Anna", "Ben", "Grace"]


def test_another_practices_tag_is_no_tag_here(people):
    theirs = Tag.objects.create(practice=people.other, name="VIP")
    assert Listing.read(QueryDict(f"tag={theirs.pk}"), people.maya).form.errors


def test_the_same_list_has_one_address(people):
    query = Listing.read(QueryDict("touch=7&assigned=&sort=change&unverified=on&junk=1"), people.maya).query
    assert query == "touch=7&unverified=1"


def test_a_chip_says_the_filter_and_leads_to_the_list_without_it(people):
    chips = Listing.read(QueryDict(f"assigned={people.jordan.pk}&touch=7"), people.maya).chips()
    assert [(chip.words, chip.without) for chip in chips] == [
        ("Assigned to: Jordan Lee", "touch=7"),
        ("Last activity: In the last 7 days", f"assigned={people.jordan.pk}"),
    ]


@pytest.mark.parametrize("sort", SORTS, ids=lambda sort: sort.slug)
def test_pages_follow_without_gaps_or_repeats(people, client, sort, monkeypatch):
    monkeypatch.setattr("contacts.views.listing.PAGE", 4)
    for at in range(10):
        Contact.objects.create(practice=people.glow, first_name=f"P{at % 3}", search_text=f"p{at % 3}")
    client.force_login(people.maya.user)
    seen, cursor = [], ""
    while True:
        context = client.post(f"/contacts/?sort={sort.slug}", {"after": cursor}).context
        seen += [contact.pk for contact in context["rows"]]
        if not (cursor := context["more"]):
            break
    whole = Contact.objects.for_practice(people.glow).order_by(*sort.order()).values_list("pk", flat=True)
    assert seen == list(whole)


@pytest.mark.parametrize(
    "cursor",
    ["x", "[]", '["a"]', '[1, "x"]', "{}", "null"]
    + ['["2026-01-01T00:00:00+00:00", 1e999]', '["0001-01-01T00:00:00+14:00", 1]', "[" * 9000],
)
def test_a_cursor_that_is_none_begins_anew(people, client, cursor):
    client.force_login(people.maya.user)
    assert len(client.post("/contacts/", {"after": cursor}).context["rows"]) == 3


@pytest.mark.parametrize("sort", SORTS, ids=lambda sort: sort.slug)
def test_a_later_page_begins_in_the_index(people, sort):
    """An index cannot use an OR: without a plain bound it would read all rows of the pages before."""
    than = "<=" if sort.descending else ">="
    rows = Contact.objects.for_practice(people.glow).filter(sort.beyond(people.grace))
    assert f'"{sort.column}" {than} ' in str(rows.query)


def test_a_zero_byte_in_a_kept_filter_is_no_filter(people):
    assert Listing.read(QueryDict("cf-%00=1"), people.maya).form.errors
