import pytest

from aesthetix.audit.models import AuditEntry
from aesthetix.practices.models import ApiKey

pytestmark = pytest.mark.django_db


def test_a_key_is_shown_once_and_then_only_its_prefix(cast, client):
    client.force_login(cast.maya.user)
    page = client.post("/settings/api-keys/", {"name": "Website", "scopes": ["calls:read"]}).content.decode()
    key = ApiKey.objects.for_practice(cast.glow).get()
    assert f"ax_{key.prefix}_" in page
    secret = page.split(f"ax_{key.prefix}_")[1].split("<")[0]
    again = client.get("/settings/api-keys/").content.decode()
    assert secret not in again


def test_a_key_without_scopes_is_refused_at_the_field(cast, client):
    client.force_login(cast.maya.user)
    answer = client.post("/settings/api-keys/", {"name": "Website"})
    assert answer.status_code == 422
    assert "Choose at least one." in answer.content.decode()
    assert not ApiKey.objects.for_practice(cast.glow).exists()


def test_another_practices_key_cannot_be_revoked(cast, client):
    key, _ = ApiKey.issue(practice=cast.other, name="Theirs")
    client.force_login(cast.maya.user)
    assert client.post(f"/settings/api-keys/{key.pk}/revoke/").status_code == 404
    key.refresh_from_db()
    assert key.revoked_at is None


@pytest.mark.parametrize("path", ["/settings/api-keys/", "/settings/audit-log/"])
def test_only_admins_see_them(cast, client, path):
    client.force_login(cast.jordan.user)
    assert client.get(path).status_code == 403


def test_the_log_shows_this_practice_page_by_page(cast, client):
    AuditEntry.objects.bulk_create(
        AuditEntry(practice=cast.glow, actor=f"Person {n}", action="view", object_type="x") for n in range(60)
    )
    AuditEntry.objects.create(practice=cast.other, actor="Olga", action="view", object_type="x")
    client.force_login(cast.maya.user)
    first = client.get("/settings/audit-log/")
    assert len(first.context["entries"]) == 50
    second = client.get(f"/settings/audit-log/?{first.context['more']}")
    assert len(second.context["entries"]) == 10
    assert "Olga" not in first.content.decode() + second.content.decode()


def test_the_log_speaks_in_words(cast, client):
    of = {"practice": cast.glow, "actor": "Maya Chen"}
    AuditEntry.objects.create(**of, action="list", object_type="contacts.contact")
    AuditEntry.objects.create(
        **of, action="workflow.published", object_type="workflows.workflow", changes={"version": 3}
    )
    changes = {"incoming_timeout": [None, 20]}
    AuditEntry.objects.create(**of, action="change", object_type="telephony.line", object_id="7", changes=changes)
    client.force_login(cast.maya.user)
    changed, published, listed = client.get("/settings/audit-log/").context["entries"]
    assert (listed.action, listed.object) == ("Listed", "Contacts")
    assert (published.action, published.changes) == ("Published", ["Version: 3"])
    assert (changed.object, changed.changes) == ("Line 7", ["Incoming timeout: nothing → 20"])
