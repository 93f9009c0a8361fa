import pytest
from django.urls import reverse

from aesthetix.practices.models import ApiKey
from aesthetix.web.backoffice import site

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(cast, client):
    cast.maya.user.is_staff = True
    cast.maya.user.save()
    client.force_login(cast.maya.user)
    return client


@pytest.mark.parametrize("model", sorted(site._registry, key=lambda m: m._meta.label), ids=lambda m: m._meta.label)
def test_every_list_opens(office, model):
    info = model._meta
    assert office.get(reverse(f"admin:{info.app_label}_{info.model_name}_changelist") + "?q=x").status_code == 200


def test_it_shows_only_the_active_practice(cast, office):
    page = office.get(reverse("admin:contacts_contact_changelist")).content.decode()
    assert "Grace" in page
    assert "Sven" not in page
    theirs = reverse("admin:contacts_contact_change", args=[cast.stranger.pk])
    assert office.get(theirs).status_code == 302


def test_secrets_are_not_shown(cast, office):
    key, _ = ApiKey.issue(practice=cast.glow, name="Website")
    page = office.get(reverse("admin:practices_apikey_change", args=[key.pk])).content.decode()
    assert key.prefix in page
    assert key.digest not in page


def test_nothing_can_be_changed_past_the_services(cast, office):
    url = reverse("admin:contacts_contact_change", args=[cast.grace.pk])
    assert office.post(url, {"first_name": "Hacked"}).status_code == 403
    cast.grace.refresh_from_db()
    assert cast.grace.first_name == "Grace"


@pytest.mark.parametrize("name", ["maya", "jordan", "priya", "outsider"])
def test_without_the_right_nobody_comes_in(cast, client, name):
    client.force_login(getattr(cast, name).user)
    assert client.get("/admin/contacts/contact/").status_code == 302


def test_signed_out_people_are_sent_to_sign_in(client, db):
    assert client.get("/admin/", follow=True).redirect_chain[-1][0].startswith("/accounts/login/")


def test_the_menu_leads_there_only_those_who_may_enter(cast, client, office):
    assert "Back office" in office.get("/settings/audit-log/").content.decode()
    cast.maya.user.is_staff = False
    cast.maya.user.save()
    assert "Back office" not in client.get("/settings/audit-log/").content.decode()
