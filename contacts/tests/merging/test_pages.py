import pytest
from django.urls import reverse

from aesthetix.audit.models import AuditEntry
from contacts.models import Contact, DuplicatePair, Merge
from contacts.services.duplicates import store_pairs
from contacts.services.merging import merge_contacts
from contacts.tests.merging.conftest import HERS, OLD
from contacts.tests.merging.world import exists, person

pytestmark = pytest.mark.django_db
LIST = "/contacts/duplicates/"


@pytest.fixture
def office(cast, client):
    client.force_login(cast.maya.user)
    return client


@pytest.fixture
def pair(cast):
    """Anna twice, on one number."""
    one, other = person(cast, "Anna", "Berg", HERS), person(cast, "Ana", "Berg", HERS, OLD)
    store_pairs(cast.glow, [one.pk])
    return DuplicatePair.objects.for_practice(cast.glow).get(first=one, second=other)


def text_of(answer):
    return answer.content.decode()


def merge_url(keep, other):
    return reverse("contacts:merge", args=[keep.pk, other.pk])


# The list ---------------------------------------------------------------------------------------


def test_a_pair_is_shown_with_its_reasons(office, pair):
    page = text_of(office.get(LIST))
    assert "Same phone (602) 555-0141" in page
    assert "Names are alike" in page
    assert reverse("contacts:merge", args=[pair.first_id, pair.second_id]) in page


def test_a_household_stands_apart(cast, office):
    person(cast, "Dana", "Whitfield", HERS)
    other = person(cast, "Hannah", "Whitfield", HERS)
    store_pairs(cast.glow, [other.pk])
    assert "Whitfield" not in text_of(office.get(LIST))
    page = text_of(office.get(f"{LIST}?show=household"))
    assert "Hannah Whitfield" in page
    assert "Different names" in page


@pytest.mark.parametrize(("show", "seen"), [("phone", True), ("email", False), ("name", False), ("rubbish", True)])
def test_by_reason(office, pair, show, seen):
    assert ("Ana Berg" in text_of(office.get(f"{LIST}?show={show}"))) is seen


def test_not_a_duplicate_is_remembered_and_can_be_taken_back(cast, office, pair):
    office.post(reverse("contacts:duplicate_dismiss", args=[pair.pk]))
    store_pairs(cast.glow, [pair.first_id])
    page = text_of(office.get(LIST))
    assert "Ana Berg" not in page.replace("Ana Berg and", "")
    assert "0 pairs" in page
    office.post(reverse("contacts:duplicate_restore", args=[pair.pk]))
    assert "1 pair" in text_of(office.get(LIST))


def test_a_pair_that_is_not_alike_any_more_is_not_shown_as_it_was(cast, office, pair):
    Contact.objects.for_practice(cast.glow).filter(pk=pair.second_id).update(first_name="Tom")
    assert "Names are alike" not in text_of(office.get(LIST))


def test_assigned_only_people_see_pairs_of_which_both_are_theirs(cast, client, pair):
    client.force_login(cast.priya.user)
    contacts = Contact.objects.for_practice(cast.glow)
    for mine in ([], [pair.first_id]):
        contacts.filter(pk__in=mine).update(assigned_to=cast.priya)
        page = text_of(client.get(LIST))
        assert "Berg" not in page
        assert "0 pairs" in page
        assert client.post(reverse("contacts:duplicate_dismiss", args=[pair.pk])).status_code == 404
    contacts.filter(pk=pair.second_id).update(assigned_to=cast.priya)
    page = text_of(client.get(LIST))
    assert "1 pair" in page
    assert "Compare and merge" not in page
    assert client.get(merge_url(pair.first, pair.second)).status_code == 403


def test_the_list_goes_on_by_key(cast, office, django_assert_max_num_queries):
    for at in range(30):
        person(cast, "Anna", f"Berg{at:03}", f"+1602555{at:04}")
        person(cast, "Anna", f"Berg{at:03}", f"+1602555{at:04}")
    store_pairs(cast.glow, list(Contact.objects.for_practice(cast.glow).values_list("pk", flat=True)))
    with django_assert_max_num_queries(16):
        first = office.get(LIST)
    more = first.context["more"]
    rest = office.get(f"{LIST}?after={more}")
    shown = [row.pair.pk for page in (first, rest) for row in page.context["rows"]]
    assert len(shown) == len(set(shown)) == 30
    assert rest.context["more"] == ""


@pytest.mark.parametrize("cursor", ["x", "-", "9-", "99999-1", "1-99999999999999999999", "1-1;--"])
def test_a_cursor_that_is_none_begins_anew(office, pair, cursor):
    assert "Ana Berg" in text_of(office.get(LIST, {"after": cursor}))


# Merging ----------------------------------------------------------------------------------------


def test_the_preview_shows_both_values_and_what_moves(cast, office, anna, twin, full):
    page = text_of(office.get(merge_url(anna, twin)))
    for words in (
        "anna@example.com",
        "a.berg@example.com",
        "1 note",
        "1 task",
        "2 items of the conversation",
        "1 call",
    ):
        assert words in page, words
    assert AuditEntry.objects.for_practice(cast.glow).filter(action="view", contact_id=twin.pk).exists()


def test_merging_chooses_and_offers_undo(cast, office, anna, twin):
    mark = office.get(merge_url(anna, twin)).context["comparison"].mark
    answer = office.post(merge_url(anna, twin), {"mark": mark, "v-email": "other"}, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("contacts:record", args=[anna.pk])
    merge = Merge.objects.for_practice(cast.glow).get()
    assert reverse("contacts:merge_undo", args=[merge.pk]) in text_of(answer)
    assert Contact.objects.for_practice(cast.glow).get(pk=anna.pk).email == "a.berg@example.com"
    office.post(reverse("contacts:merge_undo", args=[merge.pk]))
    assert exists(twin)
    again = office.post(reverse("contacts:merge_undo", args=[merge.pk]), follow=True)
    assert "undone already" in text_of(again)


def test_a_stale_preview_is_shown_anew(cast, office, anna, twin):
    mark = office.get(merge_url(anna, twin)).context["comparison"].mark
    Contact.objects.for_practice(cast.glow).filter(pk=twin.pk).update(email="newer@example.com")
    answer = office.post(merge_url(anna, twin), {"mark": mark})
    assert answer.status_code == 422
    assert "was changed since you looked" in text_of(answer)
    assert "newer@example.com" in text_of(answer)
    assert exists(twin)


def test_what_cannot_be_chosen_is_said(office, anna, twin):
    answer = office.post(merge_url(anna, twin), {"v-email": "third"})
    assert answer.status_code == 422
    assert "choose one of the two" in text_of(answer)


def test_with_itself_it_offers_to_choose_another(office, anna):
    assert "one record already" in text_of(office.get(merge_url(anna, anna)))
    assert office.post(merge_url(anna, anna)).status_code == 422


def test_with_one_of_another_practice_there_is_nothing(cast, office, anna):
    assert office.get(merge_url(anna, cast.stranger)).status_code == 404
    assert office.post(merge_url(cast.stranger, anna)).status_code == 404


def test_the_other_record_is_found_by_searching(office, anna, twin):
    url = reverse("contacts:merge_pick", args=[anna.pk])
    assert merge_url(anna, twin) in text_of(office.post(url, {"q": "ana"}))
    assert "No other record matches" in text_of(office.post(url, {"q": "nobody"}))
    assert "ana" not in url


def test_recent_merges_are_listed_with_why_one_cannot_be_undone(cast, office, maya, anna, twin):
    third = person(cast, "Anne", "Berg")
    merge_contacts(actor=maya, keep=anna.pk, other=twin.pk)
    merge_contacts(actor=maya, keep=third.pk, other=anna.pk)
    page = text_of(office.get("/contacts/merges/"))
    assert "Anna Berg was itself merged into another record since. Undo that first." in page
    assert page.count("the merge of") == 1


# The old address ----------------------------------------------------------------------------------


@pytest.fixture
def led(maya, anna, twin, full):
    merge_contacts(actor=maya, keep=anna.pk, other=twin.pk)


@pytest.mark.parametrize("rest", ["", "notes/", "tasks/?add=1", "documents/"])
def test_the_old_address_leads_to_the_survivor(office, anna, twin, led, rest):
    answer = office.get(f"/contacts/{twin.pk}/{rest}")
    assert (answer.status_code, answer["Location"]) == (302, f"/contacts/{anna.pk}/{rest}")
    assert office.get(f"/inbox/{twin.pk}/")["Location"] == f"/inbox/{anna.pk}/"


def test_an_open_page_goes_there_by_itself(office, anna, twin, led):
    answer = office.get(f"/contacts/{twin.pk}/facts/", headers={"HX-Request": "true"})
    assert answer["HX-Redirect"] == f"/contacts/{anna.pk}/"


def test_what_is_written_to_the_old_address_is_not_saved_elsewhere(office, anna, twin, led):
    answer = office.post(f"/contacts/{twin.pk}/notes/add/", {"body": "For whom?"})
    assert answer.status_code == 409
    assert "became part of Anna Berg" in text_of(answer)
    assert anna.notes.count() == 2


def test_who_may_not_see_the_survivor_finds_nothing(cast, client, anna, twin, led):
    for user in (cast.priya.user, cast.outsider.user):
        client.force_login(user)
        assert client.get(f"/contacts/{twin.pk}/").status_code == 404


def test_a_record_that_never_was_is_still_not_found(office, led):
    assert office.get("/contacts/999999/").status_code == 404


def test_the_history_goes_on_from_before(cast, office, anna, twin, full, maya):
    merge_contacts(actor=maya, keep=anna.pk, other=twin.pk)
    page = text_of(office.get(f"/contacts/{anna.pk}/history/"))
    assert f"note {full[1].note.pk}" in page.lower()
