"""Where somebody is signed in: what is noted of it, and ending it."""

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client

from aesthetix.events.models import Event
from aesthetix.practices.models import Staff
from aesthetix.practices.services.sessions import device_of, end_sessions
from aesthetix.web.live.stream import Listener

PAGE = {"Accept": "text/html"}


@pytest.fixture(autouse=True)
def _no_limits_from_other_tests(db):
    cache.clear()


def signed_in(member, agent="Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36"):
    client = Client(headers={"User-Agent": agent})
    client.post("/accounts/login/", {"login": member.user.email, "password": "correct horse battery"})
    return client


def is_in(client):
    return client.get("/account/").status_code == 200


def row_of(client):
    return UserSession.objects.get(session_key=client.session.session_key)


def listener(client, member):
    return Listener(member.pk, member.practice_id, client.session.session_key)


@pytest.fixture
def desk(cast):
    return signed_in(cast.jordan)


@pytest.fixture
def phone(cast):
    return signed_in(cast.jordan, "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1")


def test_the_page_lists_this_device_first_with_browser_and_address(desk, phone):
    page = " ".join(desk.get("/account/security/").content.decode().split())
    assert page.index("Chrome on Windows") < page.index("This device") < page.index("Safari on iPhone")
    assert "From 127.0.0.1" in page


def test_one_other_device_is_signed_out_at_once_its_live_stream_too(desk, phone, cast):
    stream = listener(phone, cast.jordan)
    assert stream.current_staff() == cast.jordan
    desk.post(f"/account/security/sessions/{row_of(phone).pk}/end/")
    assert stream.current_staff() is None
    assert not is_in(phone)
    assert is_in(desk)


def test_all_others_are_signed_out(desk, phone, cast):
    third = signed_in(cast.jordan)
    desk.post("/account/security/sessions/end/")
    assert not is_in(phone)
    assert not is_in(third)
    assert is_in(desk)


def test_nobody_ends_a_colleagues_session(desk, cast):
    maya = signed_in(cast.maya)
    assert desk.post(f"/account/security/sessions/{row_of(maya).pk}/end/").status_code == 404
    desk.post("/account/security/sessions/end/")
    assert is_in(maya)


def test_ending_one_twice_is_404_and_harms_nothing(desk, phone):
    pk = row_of(phone).pk
    desk.post(f"/account/security/sessions/{pk}/end/")
    assert desk.post(f"/account/security/sessions/{pk}/end/").status_code == 404
    assert is_in(desk)


def test_a_new_password_ends_the_other_sessions_and_keeps_this_one(desk, phone, cast):
    stream = listener(phone, cast.jordan)
    fields = {"oldpassword": "correct horse battery", "password1": "a quite new one", "password2": "a quite new one"}
    assert desk.post("/accounts/password/change/", fields)["Location"] == "/account/security/"
    assert is_in(desk)
    assert not is_in(phone)
    assert stream.current_staff() is None
    assert UserSession.objects.filter(user=cast.jordan.user).count() == 1


def test_leaving_a_practice_ends_the_sessions_and_live_streams_at_once(desk, phone, cast):
    stream, maya = listener(phone, cast.jordan), signed_in(cast.maya)
    maya.post(f"/settings/staff/{cast.jordan.pk}/leave/", {})
    assert not is_in(desk)
    assert not is_in(phone)
    assert stream.current_staff() is None
    assert not UserSession.objects.filter(user=cast.jordan.user).exists()
    assert Event.objects.for_practice(cast.glow).filter(type="session.ended").exists()
    assert is_in(maya)


def test_signing_out_leaves_no_row(desk, cast):
    desk.post("/accounts/logout/")
    assert not UserSession.objects.filter(user=cast.jordan.user).exists()
    assert not Session.objects.exists()


def test_use_is_written_down_once_a_minute_and_only_when_a_person_did_it(desk, cast, clock, django_assert_num_queries):
    desk.get("/account/", headers=PAGE)
    UserSession.objects.update(last_seen_at=clock())
    clock.tick(seconds=59)
    desk.get("/account/", headers=PAGE)
    assert row_of(desk).last_seen_at == clock.at.replace(second=0)
    clock.tick(seconds=1)
    for background in ({"HX-Request": "true"}, {"Accept": "*/*"}, {"Accept": "text/event-stream"}):
        desk.get("/bell/", headers=background)
    assert row_of(desk).last_seen_at < clock()
    desk.get("/account/", headers=PAGE)
    assert row_of(desk).last_seen_at == clock()


def test_a_session_from_before_there_was_a_list_is_noted(desk):
    UserSession.objects.all().delete()
    desk.get("/account/")
    assert row_of(desk).ip == "127.0.0.1"


def test_a_piece_of_a_page_is_told_401_and_a_page_is_led_to_sign_in_and_back(cast, client):
    assert client.get("/bell/", headers={"HX-Request": "true"}).status_code == 401
    assert client.get("/contacts/?tag=1")["Location"] == "/accounts/login/?next=/contacts/%3Ftag%3D1"
    sent = client.post("/contacts/new/", headers={"Referer": "http://testserver/contacts/"})
    assert sent["Location"] == "/accounts/login/?next=/contacts/"
    elsewhere = client.post("/contacts/new/", headers={"Referer": "https://evil.example/contacts/"})
    assert elsewhere["Location"] == "/accounts/login/?next=/"


def test_behind_a_proxy_the_address_is_the_one_that_the_proxy_saw(cast, settings):
    settings.BEHIND_PROXY = True
    client = Client(headers={"X-Forwarded-For": "203.0.113.9, 198.51.100.7"})
    client.post("/accounts/login/", {"login": "jordan@glow.example", "password": "correct horse battery"})
    assert row_of(client).ip == "198.51.100.7"
    settings.BEHIND_PROXY = False
    direct = Client(headers={"X-Forwarded-For": "203.0.113.9"})
    direct.post("/accounts/login/", {"login": "jordan@glow.example", "password": "correct horse battery"})
    assert row_of(direct).ip == "127.0.0.1"


def test_ending_sessions_wakes_the_open_pages_of_every_practice_of_the_person(desk, cast):
    Staff.objects.create(practice=cast.other, user=cast.jordan.user)
    assert end_sessions(user=cast.jordan.user) == 1
    found = Event.objects.across_practices().filter(type="session.ended").values_list("practice", flat=True)
    assert set(found) == {cast.glow.pk, cast.other.pk}


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.0 Safari/605.1.15", "Safari on Mac"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36", "Chrome on Android"),
        ("curl/8.5", "A browser"),
    ],
)
def test_a_device_is_named_as_people_do(agent, words):
    assert device_of(agent) == words
