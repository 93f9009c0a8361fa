import pytest
from rest_framework.test import APIClient

from aesthetix.audit.models import AuditEntry
from aesthetix.practices.models import ApiKey
from conversations.models import Message
from conversations.services.threads import add_item
from telephony.models import Call, CarrierAccount, Line, VoiceSettings

pytestmark = pytest.mark.django_db


@pytest.fixture
def line(cast):
    VoiceSettings.objects.create(practice=cast.glow)
    CarrierAccount.objects.create(practice=cast.glow, account_sid="AC" + "0" * 32, auth_token="token")
    return Line.objects.create(practice=cast.glow, number="+16025550100", name="Main line", is_default_outbound=True)


def send(client, contact, key="k1", body="See you on Friday", **fields):
    headers = {"Idempotency-Key": key} if key else {}
    return client.post("/api/v1/messages/", {"contact": contact.pk, "body": body, **fields}, "json", headers=headers)


@pytest.mark.parametrize(
    "header", ["", "Bearer nonsense", "Bearer ax_000000000000_wrong", "Basic dXNlcjpwYXNz", "Bearer ax_"]
)
def test_without_a_valid_key_nothing_is_said(cast, header):
    answer = APIClient().get("/api/v1/messages/", headers={"Authorization": header} if header else {})
    assert answer.status_code == 401


def test_a_revoked_key_is_refused_at_once(cast, client_with, clock):
    client = client_with("messages:read")
    assert client.get("/api/v1/messages/").status_code == 200
    ApiKey.objects.for_practice(cast.glow).update(revoked_at=clock())
    assert client.get("/api/v1/messages/").status_code == 401


def test_a_key_may_do_only_what_its_scopes_say(cast, client_with):
    client = client_with("calls:read")
    assert client.get("/api/v1/calls/").status_code == 200
    assert client.get("/api/v1/messages/").status_code == 403
    assert send(client, cast.grace).status_code == 403
    assert client.delete("/api/v1/calls/").status_code == 403


def test_a_key_of_one_practice_finds_nothing_of_anothers(cast, client_with, line):
    add_item(cast.glow, cast.grace, "system", text="Hello")
    call = Call.objects.create(practice=cast.glow, sid="CA1", line=line, from_number="x", to_number="y")
    theirs = client_with("messages:read", "messages:send", "calls:read", "lines:read", practice=cast.other)
    assert theirs.get("/api/v1/threads/").json()["results"] == []
    assert theirs.get(f"/api/v1/threads/{cast.grace.thread.pk}/items/").status_code == 404
    assert theirs.get(f"/api/v1/calls/{call.pk}/").status_code == 404
    assert theirs.post(f"/api/v1/lines/{line.pk}/route-preview/", {}, "json").status_code == 404
    assert send(theirs, cast.grace).json() == {"contact": ["There is no such contact."]}


def test_a_repeated_key_sends_one_text(cast, client_with, line):
    client = client_with("messages:send")
    first, second = send(client, cast.grace), send(client, cast.grace)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["id"] == second.json()["id"]
    assert send(client, cast.grace, body="Something else").status_code == 409
    assert Message.objects.for_practice(cast.glow).count() == 1


@pytest.mark.parametrize("key", ["", "k" * 81])
def test_sending_needs_an_idempotency_key(cast, client_with, line, key):
    answer = send(client_with("messages:send"), cast.grace, key=key)
    assert answer.status_code == 400
    assert "Idempotency-Key" in answer.json()
    assert not Message.objects.for_practice(cast.glow).exists()


def test_a_text_that_may_not_go_out_says_why(cast, client_with):
    answer = send(client_with("messages:send"), cast.grace)
    assert answer.status_code == 201
    assert answer.json()["state"] == "withheld"
    assert answer.json()["reason"]


def test_the_routing_preview_explains_itself(cast, client_with, line):
    client = client_with("lines:read")
    route = client.post(f"/api/v1/lines/{line.pk}/route-preview/", {"caller": "(602) 555-0147"}, "json").json()
    assert route["rule"] == 2
    assert [rule["status"] for rule in route["trace"]][:2] == ["skipped", "matched"]
    wrong = client.post(f"/api/v1/lines/{line.pk}/route-preview/", {"caller": "12"}, "json")
    assert wrong.json() == {"caller": ["This is not a telephone number."]}
    withheld = client.post(f"/api/v1/lines/{line.pk}/route-preview/", {"caller": ""}, "json").json()
    assert withheld["trace"][1]["why"] == "The caller withheld their number."


def test_wrong_filters_get_a_clear_answer(cast, client_with):
    client = client_with("calls:read", "messages:read")
    assert client.get("/api/v1/calls/?outcome=lost").status_code == 400
    for address in ("messages/?contact=grace", "messages/?contact=" + "9" * 20, "calls/?contact=" + "9" * 26):
        answer = client.get(f"/api/v1/{address}")
        assert (answer.status_code, answer["Content-Type"]) == (400, "application/json"), address


def test_reads_are_audited_with_the_key(cast, client_with):
    client_with("calls:read").get("/api/v1/calls/")
    entry = AuditEntry.objects.for_practice(cast.glow).get()
    assert (entry.action, entry.object_type, entry.api_key.name) == ("list", "telephony.call", "Website")


def test_the_schema_is_open_and_valid(cast):
    answer = APIClient().get("/api/v1/schema/")
    assert answer.status_code == 200
    assert b"messages_send" in answer.content


def test_a_cursor_of_junk_is_not_found(client, cast):
    import base64

    from aesthetix.practices.models import ApiKey

    _, token = ApiKey.issue(practice=cast.glow, name="junk", scopes=["contacts:read", "calls:read"])
    for position in ("p=abc", "p=9999-12-31 23:59:59-12:00", "p=1", "o=x"):
        cursor = base64.b64encode(position.encode()).decode()
        for rows in ("contacts", "calls"):
            answer = client.get(f"/api/v1/{rows}/", {"cursor": cursor}, headers={"Authorization": f"Bearer {token}"})
            assert answer.status_code in (200, 404)
