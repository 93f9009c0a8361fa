"""Automatic log-off: what counts as use, whose time counts, and what an idle session may still do: nothing."""

import pytest
from allauth.usersessions.models import UserSession
from django.urls import reverse

from aesthetix.practices.models import ApiKey, Staff
from aesthetix.web.live.stream import Listener
from contacts.models import Draft

PAGE = {"Accept": "text/html"}
PIECE = {"HX-Request": "true"}


@pytest.fixture
def jordan(client, cast, clock):
    client.force_login(cast.jordan.user)
    return client


def is_in(client):
    return client.get("/account/").status_code == 200


def test_half_an_hour_and_a_minute_of_nothing_end_the_session(jordan, clock):
    clock.tick(minutes=31)
    assert is_in(jordan)
    clock.tick(seconds=1)
    answer = jordan.get("/contacts/?tag=3")
    assert answer["Location"] == "/accounts/login/?next=/contacts/%3Ftag%3D3&idle=1"
    assert "nobody did anything here for a while" in jordan.get(answer["Location"]).content.decode()
    assert not is_in(jordan)
    assert not UserSession.objects.exists()


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("get", "/contacts/", PAGE),
        ("get", "/contacts/", PIECE | {"HX-Boosted": "true"}),
        ("post", "/account/session/", PIECE),
    ],
)
def test_a_page_a_form_and_typing_are_use(jordan, clock, method, path, headers):
    clock.tick(minutes=20)
    getattr(jordan, method)(path, headers=headers)
    clock.tick(minutes=20)
    assert is_in(jordan)


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/bell/", PIECE),
        ("/live/", {"Accept": "text/event-stream"}),
        ("/account/session/", {}),
        ("/account/session/", PIECE),
        ("/inbox/rows/", {"Accept": "*/*"}),
    ],
)
def test_what_pages_do_by_themselves_is_not(jordan, clock, path, headers):
    for _ in range(4):
        clock.tick(minutes=10)
        jordan.get(path, headers=headers)
    assert not is_in(jordan)


def test_keeping_a_draft_is_not(jordan, clock, cast):
    draft = reverse("contacts:draft", args=[cast.grace.pk, "note"])
    for text in ("He", "Hell", "Hello"):
        jordan.post(draft, {"body": text}, headers=PIECE)
        clock.tick(minutes=11)
    assert jordan.post(draft, {"body": "Hello there"}, headers=PIECE).status_code == 401
    assert Draft.objects.for_practice(cast.glow).get().body == "Hello"
    jordan.force_login(cast.jordan.user)
    assert "Hello" in jordan.get(f"/contacts/{cast.grace.pk}/notes/").content.decode()


def test_a_piece_of_an_idle_page_is_told_401_and_changes_nothing(jordan, clock, cast):
    clock.tick(minutes=40)
    add = reverse("contacts:note_add", args=[cast.grace.pk])
    assert jordan.post(add, {"body": "Too late"}, headers=PIECE).status_code == 401
    assert not cast.grace.notes.exists()


def test_an_idle_session_changes_no_password_and_adds_no_passkey(jordan, clock, cast):
    for path in ("/accounts/password/change/", "/accounts/2fa/webauthn/add/", "/accounts/second-factor/"):
        jordan.force_login(cast.jordan.user)
        clock.tick(minutes=40)
        assert "/accounts/login/" in jordan.get(path)["Location"], path


def test_an_idle_session_hears_nothing_live(jordan, clock, cast):
    who = Listener(cast.jordan.pk, cast.glow.pk, jordan.session.session_key)
    clock.tick(minutes=31)
    assert who.current_staff() == cast.jordan
    clock.tick(seconds=1)
    assert who.current_staff() is None


def test_where_it_is_off_a_session_lasts(jordan, clock, cast):
    cast.glow.idle_minutes = None
    cast.glow.save()
    clock.tick(hours=5)
    assert is_in(jordan)
    assert jordan.get("/account/session/").json()["left"] is None


def test_of_several_practices_the_shortest_time_counts(jordan, clock, cast):
    Staff.objects.create(practice=cast.other, user=cast.jordan.user)
    cast.other.idle_minutes = 5
    cast.other.save()
    clock.tick(minutes=7)
    assert not is_in(jordan)


def test_a_shorter_time_holds_at_once(jordan, clock, cast):
    clock.tick(minutes=20)
    cast.glow.idle_minutes = 15
    cast.glow.save()
    assert not is_in(jordan)


def test_pages_are_told_how_long_it_is(jordan, clock):
    clock.tick(minutes=10)
    assert jordan.get("/account/session/").json()["left"] == 20 * 60
    assert jordan.post("/account/session/").json()["left"] == 30 * 60
    assert 'data-seconds="1800"' in jordan.get("/account/").content.decode()


def test_a_page_ends_its_session(jordan):
    assert jordan.post("/account/session/end/").status_code == 204
    assert not is_in(jordan)


def test_programs_know_no_idling(jordan, clock, cast):
    _, key = ApiKey.issue(practice=cast.glow, name="Website", scopes=["contacts:read"])
    clock.tick(hours=5)
    assert jordan.get("/api/v1/contacts/", headers={"Authorization": f"Bearer {key}"}).status_code == 200


@pytest.mark.parametrize(("sent", "kept"), [("15", 15), ("0", None)])
def test_an_admin_sets_the_time(client, cast, sent, kept):
    client.force_login(cast.maya.user)
    client.post("/settings/sign-in/", {"idle_minutes": sent})
    cast.glow.refresh_from_db()
    assert cast.glow.idle_minutes == kept


@pytest.mark.parametrize("sent", ["", "7", "-5", "99999"])
def test_a_time_that_is_none_of_the_choices_is_refused(client, cast, sent):
    client.force_login(cast.maya.user)
    assert client.post("/settings/sign-in/", {"idle_minutes": sent}).status_code == 422
    cast.glow.refresh_from_db()
    assert cast.glow.idle_minutes == 30


def test_use_costs_a_statement_once_a_minute_and_idling_none(jordan, clock, django_assert_num_queries):
    jordan.get("/account/", headers=PAGE)
    with django_assert_num_queries(3):
        jordan.get("/account/", headers=PAGE)
    clock.tick(minutes=2)
    with django_assert_num_queries(4):
        jordan.get("/account/", headers=PAGE)
    with django_assert_num_queries(3):
        jordan.get("/account/", headers=PAGE)
