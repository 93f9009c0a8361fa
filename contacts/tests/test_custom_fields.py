"""Custom fields: each kind keeps what it is given exactly, says what is wrong, and loses nothing."""

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from aesthetix.audit.models import AuditEntry
from aesthetix.practices.actor import Actor
from aesthetix.practices.models import ApiKey
from contacts.custom_fields import KINDS, Stored, ask_for, in_words, to_answer, to_stored
from contacts.models import Contact, CustomField, FieldGroup, FieldValue
from contacts.services import custom_fields as service
from contacts.services.custom_fields import FieldFacts

pytestmark = pytest.mark.django_db
OPTIONS = ("Type I", "Type II", "Type III")


@pytest.fixture
def maya(cast):
    return Actor(practice=cast.glow, staff=cast.maya)


@pytest.fixture
def make(maya):
    def do(kind="text", name="Skin type", group="Skin", **more):
        more.setdefault("options", OPTIONS if KINDS[kind].has_options else ())
        return service.add_field(actor=maya, kind=kind, facts=FieldFacts(name=name, group=group, **more))

    return do


def kept(field, raw):
    return to_stored(field, ask_for(field, required=False).clean(raw))


def test_every_kind_keeps_shows_and_fills_in_again(make):
    for kind, raw, text, words in (
        ("text", "Type III", "Type III", "Type III"),
        ("long_text", "a\nb", "a\nb", "a\nb"),
        ("number", "12.50", "12.5", "12.5"),
        ("money", "1234.5", "1234.50", "$1,234.50"),
        ("money", "-3", "-3.00", "-$3.00"),
        ("date", "2026-03-14", "2026-03-14", "Mar 14, 2026"),
        ("checkbox", "yes", "yes", "Yes"),
        ("phone", "(602) 555-0147", "+16025550147", "(602) 555-0147"),
        ("email", "a@b.example", "a@b.example", "a@b.example"),
        ("url", "https://b.example/x", "https://b.example/x", "https://b.example/x"),
    ):
        field = make(kind, name=f"{kind} {raw}")
        assert kept(field, raw).text == text
        assert in_words(field, text) == words
        assert to_stored(field, ask_for(field).clean(to_answer(field, text))).text == text


def test_dropdown_and_multi_select_keep_ids_and_show_labels(make):
    one, many = make("dropdown", name="One"), make("multi_select", name="Many")
    first, last = one.options[0]["id"], one.options[2]["id"]
    assert in_words(one, kept(one, first).text) == "Type I"
    assert kept(one, last) == Stored(last)
    chosen = [many.options[0]["id"], many.options[2]["id"]]
    stored = kept(many, chosen)
    assert in_words(many, stored.text) == "Type I, Type III"
    assert to_answer(many, stored.text) == chosen


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        ("number", "12,5x"),
        ("number", "1e400"),
        ("money", "1.234"),
        ("money", "99999999999999"),
        ("date", "2026-02-31"),
        ("dropdown", "no such option"),
        ("multi_select", ["no such option"]),
        ("checkbox", "perhaps"),
        ("phone", "12"),
        ("email", "nope"),
        ("url", "javascript:alert(1)"),
        ("url", "ftp://b.example"),
        ("text", "x" * 301),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused(make, kind, raw):
    field = make(kind)
    with pytest.raises(ValidationError):
        ask_for(field).clean(raw)


@given(number=st.decimals(min_value=-(10**11), max_value=10**11, places=4), day=st.dates())
def test_numbers_and_dates_come_back_as_they_were(number, day):
    field = CustomField(kind="number", name="n")
    assert Decimal(to_stored(field, number).text) == number
    field = CustomField(kind="date", name="d")
    assert to_answer(field, to_stored(field, day).text) == day


def test_a_key_is_made_from_the_name_checked_and_unique(make, maya):
    assert make(name="Skin type?").key == "skin_type"
    assert make(name="Skin type").key == "skin_type_2"
    assert make(name="123").key == "field_123"
    for key in ("Skin", "1a", "a b", "a-b", "é"):
        with pytest.raises(ValidationError):
            make(name="x", key=key)
    with pytest.raises(ValidationError):
        make(name="x", key="skin_type")


def test_the_key_stays_once_a_record_uses_it(make, maya, cast):
    field = make()
    service.change_field(actor=maya, field=field, facts=FieldFacts(name="Skin", group="Skin", key="skin"))
    service.set_value(actor=maya, contact=cast.grace, field=field, stored=Stored("III"))
    with pytest.raises(ValidationError) as refused:
        service.change_field(actor=maya, field=field, facts=FieldFacts(name="Skin", group="Skin", key="other"))
    assert "The key stays" in str(refused.value)


def test_archiving_keeps_the_values_and_hides_the_field(make, maya, cast, client):
    field = make()
    service.set_value(actor=maya, contact=cast.grace, field=field, stored=Stored("III"))
    service.set_archived(actor=maya, field=field, archived=True)
    client.force_login(cast.maya.user)
    page = f"/contacts/{cast.grace.pk}/"
    assert "Skin type" not in client.get(page).content.decode()
    assert client.get(f"{page}fields/{field.pk}/edit/").status_code == 404
    service.set_archived(actor=maya, field=field, archived=False)
    assert "III" in client.get(page).content.decode()


def test_an_option_that_was_taken_away_stays_readable_where_it_was_chosen(make, maya, cast):
    field = make("dropdown")
    gone = field.options[2]["id"]
    service.set_value(actor=maya, contact=cast.grace, field=field, stored=Stored(gone))
    service.change_field(actor=maya, field=field, facts=FieldFacts(name="x", group="x", options=("Type I", "Type II")))
    assert [label for _, label in ask_for(field).choices] == ["None", "Type I", "Type II"]
    assert in_words(field, gone) == "Type III"
    service.change_field(actor=maya, field=field, facts=FieldFacts(name="x", group="x", options=OPTIONS))
    assert field.options[2] == {"id": gone, "label": "Type III"}


def test_only_admins_change_fields(cast, make):
    jordan = Actor(practice=cast.glow, staff=cast.jordan)
    with pytest.raises(PermissionDenied):
        service.add_field(actor=jordan, kind="text", facts=FieldFacts(name="x", group="x"))


def test_a_value_is_changed_on_the_record_and_audited_with_both(make, cast, client):
    field = make()
    client.force_login(cast.jordan.user)
    address = f"/contacts/{cast.grace.pk}/fields/{field.pk}/edit/"
    client.post(address, {"value": "II", "version": 0})
    client.post(address, {"value": "III", "version": 1})
    assert FieldValue.objects.for_practice(cast.glow).get().text == "III"
    entry = AuditEntry.objects.for_practice(cast.glow).filter(action="change").first()
    assert entry.changes == {"Skin type": ["II", "III"]}


def test_the_second_of_two_is_told_and_may_save_theirs(make, cast, client, maya):
    field = make()
    client.force_login(cast.jordan.user)
    address = f"/contacts/{cast.grace.pk}/fields/{field.pk}/edit/"
    service.set_value(actor=maya, contact=cast.grace, field=field, stored=Stored("II"))
    answer = client.post(address, {"value": "III", "version": 0}, headers={"HX-Request": "true"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "It reads now: <b>II</b>" in page
    assert 'value="III"' in page
    client.post(address, {"value": "III", "version": 1}, headers={"HX-Request": "true"})
    assert FieldValue.objects.for_practice(cast.glow).get().text == "III"


def test_a_wrong_or_missing_value_is_said_at_the_field(make, cast, client):
    field = make("date", required=True)
    client.force_login(cast.jordan.user)
    address = f"/contacts/{cast.grace.pk}/fields/{field.pk}/edit/"
    for value, said in (("2026-02-31", "Enter a valid date."), ("", "This field is required.")):
        answer = client.post(address, {"value": value, "version": 0}, headers={"HX-Request": "true"})
        assert answer.status_code == 422
        assert said in answer.content.decode()
    assert not FieldValue.objects.for_practice(cast.glow).exists()


def test_another_practices_field_is_not_there(make, cast, client):
    field = make()
    client.force_login(cast.outsider.user)
    assert client.get(f"/contacts/{cast.stranger.pk}/fields/{field.pk}/edit/").status_code == 404
    assert client.get(f"/settings/custom-fields/{field.pk}/").status_code == 404


def test_fields_are_moved_within_their_group(make, maya, cast):
    first, second, third = make(name="A"), make(name="B"), make(name="C")
    service.move_field(actor=maya, field=third, up=True)
    service.move_field(actor=maya, field=first, up=True)
    assert [field.name for field in service.fields_of(cast.glow)] == ["A", "C", "B"]
    assert second.group == third.group


def test_an_archived_field_is_not_moved(make, maya, cast, client):
    field = make()
    service.set_archived(actor=maya, field=field, archived=True)
    client.force_login(cast.maya.user)
    assert client.post(f"/settings/custom-fields/{field.pk}/move/", {"up": "yes"}).status_code == 404


def names(client, query):
    return sorted(contact.first_name for contact in client.get(f"/contacts/?{query}").context["rows"])


def test_lists_are_filtered_by_any_field(make, maya, cast, client):
    text, choice, day = make(), make("dropdown", name="Choice"), make("date", name="Day")
    anna = Contact.objects.create(practice=cast.glow, first_name="Anna")
    for field, stored in ((text, Stored("Type III")), (choice, Stored(choice.options[0]["id"]))):
        service.set_value(actor=maya, contact=anna, field=field, stored=stored)
    service.set_value(actor=maya, contact=cast.grace, field=day, stored=Stored("2026-03-14", day=dt.date(2026, 3, 14)))
    client.force_login(cast.maya.user)
    assert names(client, "cf-skin_type=has:iii") == ["Anna"]
    assert names(client, f"cf-choice={choice.options[0]['id']}") == ["Anna"]
    assert names(client, "cf-choice=-") == ["Grace"]
    assert names(client, "cf-day=%2B") == ["Grace"]
    assert names(client, "cf-day=2026-03-01..2026-03-31") == ["Grace"]


def test_programs_read_and_write_them(make, cast, client):
    make("number", name="Units")
    make("multi_select", name="Areas")
    _, token = ApiKey.issue(practice=cast.glow, name="k", scopes=["contacts:read", "contacts:write"])
    key = {"Authorization": f"Bearer {token}"}
    address = f"/api/v1/contacts/{cast.grace.pk}/"
    area = CustomField.objects.for_practice(cast.glow).get(key="areas").options[1]["id"]
    body = {"custom_fields": {"units": 12.5, "areas": [area]}}
    answer = client.patch(address, body, content_type="application/json", headers=key)
    assert answer.json()["custom_fields"] == {"units": "12.5", "areas": f"|{area}|"}
    for wrong in ({"units": "x"}, {"nothing": 1}, {"areas": ["x"]}, {"units": {"a": 1}}):
        refused = client.patch(address, {"custom_fields": wrong}, content_type="application/json", headers=key)
        assert refused.status_code == 400
    emptied = client.patch(address, {"custom_fields": {"units": None}}, content_type="application/json", headers=key)
    assert "units" not in emptied.json()["custom_fields"]


def test_what_is_required_is_asked_of_a_new_contact(make, cast, client):
    make("date", name="First visit", required=True)
    make("multi_select", name="Areas", required=True)
    make("text", name="Not needed")
    client.force_login(cast.jordan.user)
    page = client.get("/contacts/new/").content.decode()
    assert "First visit" in page
    assert "Not needed" not in page
    area = CustomField.objects.for_practice(cast.glow).get(key="areas").options[0]["id"]
    given = {"first_name": "Anna", "numbers-TOTAL_FORMS": 0, "numbers-INITIAL_FORMS": 0}
    for wrong in ({}, {"cf-first_visit": "2026-02-31", "cf-areas": [area]}, {"cf-first_visit": "2026-02-03"}):
        answer = client.post("/contacts/new/", given | wrong)
        assert answer.status_code == 422
        assert not Contact.objects.for_practice(cast.glow).filter(first_name="Anna").exists()
    client.post("/contacts/new/", given | {"cf-first_visit": "2026-02-03", "cf-areas": [area]})
    anna = Contact.objects.for_practice(cast.glow).get(first_name="Anna")
    assert {value.text for value in anna.field_values.all()} == {"2026-02-03", f"|{area}|"}
    assert "First visit" not in client.get(f"/contacts/{anna.pk}/edit/").content.decode()


def test_what_is_required_is_asked_of_programs_too(make, cast, client):
    make("text", required=True)
    _, token = ApiKey.issue(practice=cast.glow, name="k", scopes=["contacts:read", "contacts:write"])
    key = {"headers": {"Authorization": f"Bearer {token}"}, "content_type": "application/json"}
    for said in (
        {},
        {"custom_fields": {}},
        {"custom_fields": {"skin_type": ""}},
        {"custom_fields": {"skin_type": None}},
    ):
        answer = client.post("/api/v1/contacts/", {"first_name": "Anna", **said}, **key)
        assert answer.status_code == 400
        assert answer.json() == {"custom_fields": {"skin_type": ["This field is required."]}}
    made = client.post("/api/v1/contacts/", {"first_name": "Anna", "custom_fields": {"skin_type": "II"}}, **key).json()
    address = f"/api/v1/contacts/{made['id']}/"
    assert client.patch(address, {"custom_fields": {"skin_type": ""}}, **key).status_code == 400
    assert client.patch(address, {"first_name": "Ann"}, **key).json()["custom_fields"] == {"skin_type": "II"}


def at_once(*acts):
    """What each raised, or gave; they begin together."""
    gate = threading.Barrier(len(acts))

    def one(act):
        gate.wait(10)
        try:
            return act()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


@pytest.mark.django_db(transaction=True)
def test_of_two_who_say_the_first_thing_at_once_the_second_is_told(make, maya, cast):
    field = make()

    def say(text, version):
        return lambda: service.set_value(
            actor=maya, contact=cast.grace, field=field, stored=Stored(text), version=version
        )

    done = at_once(say("II", 0), say("III", 0))
    (stale,) = [one for one in done if isinstance(one, service.StaleValue)]
    (kept,) = [one for one in done if isinstance(one, FieldValue)]
    assert (stale.value.text, stale.value.version) == (kept.text, 1)
    assert not [one for one in at_once(say("I", None), say("IV", None)) if isinstance(one, Exception)]


@pytest.mark.django_db(transaction=True)
def test_fields_added_at_once_share_their_new_group_and_get_keys_of_their_own(make, cast):
    assert not [one for one in at_once(*[make] * 4) if isinstance(one, Exception)]
    assert FieldGroup.objects.for_practice(cast.glow).count() == 1
    rows = CustomField.objects.for_practice(cast.glow)
    assert sorted(rows.values_list("key", flat=True)) == ["skin_type", "skin_type_2", "skin_type_3", "skin_type_4"]
    assert sorted(rows.values_list("position", flat=True)) == [1, 2, 3, 4]


def test_a_hundred_fields_may_have_one_name_and_no_more_are_added(make, cast):
    long = "Skin type " * 8
    for _ in range(service.MOST_FIELDS):
        make(name=long.strip())
    keys = CustomField.objects.for_practice(cast.glow).values_list("key", flat=True)
    assert len(set(keys)) == service.MOST_FIELDS
    assert max(map(len, keys)) <= 60
    with pytest.raises(ValidationError, match="at most 100"):
        make()


def test_a_key_that_cannot_be_is_said_at_its_field(make, maya):
    field = make()
    with pytest.raises(ValidationError) as refused:
        service.change_field(actor=maya, field=field, facts=FieldFacts(name="x", group="x", key="Not a key"))
    assert list(refused.value.message_dict) == ["key"]
