"""The frame around every page, and what it must not let through."""

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from aesthetix.audit.models import AuditEntry
from aesthetix.practices.models import Alert, Practice, Staff
from aesthetix.practices.services.alerts import raise_alert
from contacts.models import Contact

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_maya(client, cast):
    client.force_login(cast.maya.user)
    return client


def test_a_visitor_is_asked_to_sign_in(client):
    answer = client.get("/account/")
    assert answer.status_code == 302
    assert answer.url.startswith("/accounts/login/")


def test_a_page_of_patient_data_is_kept_in_no_cache(as_maya):
    assert as_maya.get("/account/")["Cache-Control"] == "private, no-store"


def test_nothing_inline_that_the_security_policy_would_refuse(as_maya):
    html = as_maya.get("/account/").content.decode()
    assert " style=" not in html
    assert " onclick=" not in html
    assert "<script>" not in html


def test_an_unknown_address_is_a_page_of_the_shell(as_maya):
    answer = as_maya.get("/no-such-page/")
    assert answer.status_code == 404
    assert b"There is nothing at this address" in answer.content
    assert b'id="page"' in answer.content


def test_a_fragment_that_fails_becomes_a_toast(as_maya):
    answer = as_maya.get("/no-such-page/", headers={"HX-Request": "true"})
    assert answer["HX-Retarget"] == "#toasts"
    assert b"<html" not in answer.content


def test_staff_do_not_see_the_admins_alerts(client, cast):
    raise_alert(cast.glow, "drop", "A call dropped.", key="drop-1")
    client.force_login(cast.jordan.user)
    assert "A call dropped." not in client.get("/alerts/").content.decode()
    assert ">1<" not in client.get("/bell/").content.decode()


def test_an_alert_is_seen_once_and_by_its_own_practice_only(client, cast):
    raise_alert(cast.glow, "drop", "A call dropped.", key="drop-1")
    raise_alert(cast.glow, "drop", "A call dropped again.", key="drop-1")
    alert = Alert.objects.for_practice(cast.glow).get()
    assert (alert.count, alert.text) == (2, "A call dropped again.")

    client.force_login(cast.outsider.user)
    assert client.post(f"/alerts/{alert.pk}/seen/").status_code == 404
    client.force_login(cast.maya.user)
    assert client.post(f"/alerts/{alert.pk}/seen/").status_code == 302
    alert.refresh_from_db()
    assert alert.seen_by == cast.maya


def test_a_person_switches_between_their_practices_only(as_maya, cast):
    third = Practice.objects.create(name="Third Spa", slug="third")
    Staff.objects.create(practice=third, user=cast.maya.user)

    assert as_maya.post("/practice/switch/", {"practice": cast.other.pk}).status_code == 404
    assert as_maya.post("/practice/switch/", {"practice": "x"}).status_code == 404
    assert as_maya.post("/practice/switch/", {"practice": third.pk}).status_code == 302
    assert b"Third Spa" in as_maya.get("/account/").content


def test_a_practice_that_the_person_left_cannot_be_switched_to(as_maya, cast, clock):
    third = Practice.objects.create(name="Third Spa", slug="third")
    Staff.objects.create(practice=third, user=cast.maya.user, left_at=clock())
    assert as_maya.post("/practice/switch/", {"practice": third.pk}).status_code == 404


def test_a_form_from_another_practice_is_refused(as_maya, cast):
    answer = as_maya.post("/account/", headers={"X-Practice": str(cast.other.pk)})
    assert answer.status_code == 409
    cast.maya.user.refresh_from_db()
    assert cast.maya.user.single_key_shortcuts


def test_single_keys_can_be_switched_off(as_maya, cast):
    answer = as_maya.post("/account/", {})
    assert [str(message) for message in get_messages(answer.wsgi_request)] == ["Saved."]
    assert b'data-shortcuts="off"' in as_maya.get("/account/").content


def test_somebody_without_a_practice_is_told_so(client, cast):
    Staff.objects.across_practices().filter(pk=cast.maya.pk).delete()
    client.force_login(cast.maya.user)
    answer = client.get("/account/")
    assert answer.status_code == 403
    assert b"You are not in a practice yet" in answer.content


@pytest.mark.parametrize("name", ["account_login", "account_reset_password", "account_signup"])
def test_the_entrance_pages_open_for_visitors(client, name):
    assert client.get(reverse(name)).status_code == 200


def test_nobody_signs_up_by_themselves(client):
    client.post("/accounts/signup/", {"email": "new@example.com", "password1": "x1y2z3w4v5", "password2": "x1y2z3w4v5"})
    assert client.get("/account/").status_code == 302


@pytest.mark.parametrize("address", ["/calls/greetings/a%00b", "/inbox/?view=%00", "/no%00where/"])
def test_a_zero_byte_in_an_address_is_bad_input_and_no_failure(as_maya, address):
    assert as_maya.get(address).status_code in {400, 404}


def test_a_search_that_shows_patients_is_audited(as_maya, cast):
    entries = AuditEntry.objects.for_practice(cast.glow)
    as_maya.post(reverse("web:search"), {"q": "business"})
    assert not entries.exists()
    Contact.objects.for_practice(cast.glow).update(search_text="grace park")
    as_maya.post(reverse("web:search"), {"q": "grace"})
    assert [(entry.action, entry.object_type) for entry in entries] == [("list", "contacts.contact")]


@pytest.mark.parametrize("name", ["contacts:list", "web:search"])
def test_a_zero_byte_in_a_search_is_bad_input_and_no_failure(as_maya, name):
    assert as_maya.post(reverse(name), {"q": "Gra\0ce"}).status_code == 400
