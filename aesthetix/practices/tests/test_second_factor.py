"""Signing in with more than a password: codes, recovery codes, the practice's rule, a reset by an admin."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.urls import reverse

from aesthetix.audit.models import AuditEntry
from aesthetix.practices.models import ApiKey, Staff

PASSWORD = "correct horse battery"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def _no_limits_from_other_tests(db):
    cache.clear()


@pytest.fixture
def app(cast):
    """Jordan has an authenticator app and recovery codes."""
    TOTP.activate(cast.jordan.user, SECRET)
    return RecoveryCodes.activate(cast.jordan.user)


def code(secret=SECRET, periods=0):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + periods))


def sign_in(client, email="jordan@glow.example", password=PASSWORD, **more):
    return client.post("/accounts/login/", {"login": email, "password": password} | more)


def second(client, given):
    return client.post("/accounts/2fa/authenticate/", {"code": given})


def is_in(client):
    return client.get("/account/").status_code == 200


def text(answer):
    return " ".join(answer.content.decode().split())


# Signing in -------------------------------------------------------------------------------------


def test_without_a_second_factor_the_password_is_enough(cast, client):
    sign_in(client)
    assert is_in(client)


def test_with_one_the_password_alone_opens_nothing(app, client):
    assert sign_in(client)["Location"] == "/accounts/2fa/authenticate/"
    assert not is_in(client)
    assert client.get("/live/").status_code == 302


def test_the_code_lets_in_and_back_to_the_page_one_came_from(app, client):
    sign_in(client, next="/contacts/")
    assert second(client, code())["Location"] == "/contacts/"
    assert is_in(client)


def test_a_code_works_once(app, client):
    sign_in(client)
    used = code()
    second(client, used)
    client.logout()
    sign_in(client)
    assert "Incorrect code" in text(second(client, used))
    assert not is_in(client)


@pytest.mark.parametrize("periods", [-1, 1])
def test_a_phones_clock_may_be_off_but_its_code_still_works_only_once(app, client, periods):
    sign_in(client)
    used = code(periods=periods)
    second(client, used)
    assert is_in(client)
    client.logout()
    # allauth's own memory of a code lasts one period; ours as long as the code does.
    cache.delete(f"allauth.mfa.totp.used?user={app.instance.user_id}&code={used}")
    sign_in(client)
    second(client, used)
    assert not is_in(client)


def test_guessing_is_ended_after_five_tries_even_with_the_right_code(app, client):
    sign_in(client)
    for _ in range(5):
        second(client, "000000")
    assert "Too many failed login attempts" in text(second(client, code()))
    assert not is_in(client)


def test_a_recovery_code_works_once(app, client):
    one = app.get_unused_codes()[0]
    sign_in(client)
    second(client, one)
    assert is_in(client)
    client.logout()
    sign_in(client)
    second(client, one)
    assert not is_in(client)


def test_another_persons_code_does_not_help(app, cast, client):
    theirs = "KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU"
    TOTP.activate(cast.priya.user, theirs)
    sign_in(client)
    second(client, code(theirs))
    assert not is_in(client)


def test_resetting_the_password_does_not_go_round_it(app, client):
    client.post("/accounts/password/reset/", {"email": "jordan@glow.example"})
    path = re.search(r"http://[^/]+(/accounts/password/\S+)", mail.outbox[0].body).group(1)
    page = client.get(path, follow=True)
    new = {"password1": "a long enough secret", "password2": "a long enough secret"}
    client.post(page.redirect_chain[-1][0], new)
    assert not is_in(client)
    assert sign_in(client, password="a long enough secret")["Location"] == "/accounts/2fa/authenticate/"


def test_the_session_gets_a_new_key_when_one_signs_in(cast, client):
    client.get("/accounts/login/")
    client.session["planted"] = True
    session = client.session
    session["planted"] = True
    session.save()
    before = session.session_key
    sign_in(client)
    assert client.session.session_key != before
    other = type(client)()
    other.cookies["sessionid"] = before
    assert not is_in(other)


# Setting one up -----------------------------------------------------------------------------------


def add_app(client):
    page = client.get("/accounts/2fa/totp/activate/")
    secret = re.search(r'<code class="ax-key">(\w+)</code>', page.content.decode()).group(1)
    return secret, client.post("/accounts/2fa/totp/activate/", {"code": code(secret)})


@pytest.mark.django_db(transaction=True)
def test_an_app_is_added_with_recovery_codes_an_audit_row_and_a_mail(cast, client):
    sign_in(client)
    secret, answer = add_app(client)
    assert answer["Location"] == "/accounts/2fa/recovery-codes/"
    codes = re.findall(r"<code>(\d{8})</code>", client.get(answer["Location"]).content.decode())
    assert len(codes) == 10
    assert (
        AuditEntry.objects.for_practice(cast.glow).filter(staff=cast.jordan, changes__has_key="second_factor").exists()
    )
    assert mail.outbox[-1].to == ["jordan@glow.example"]
    assert "An authenticator app was added" in mail.outbox[-1].body
    assert secret not in mail.outbox[-1].body


def test_the_secrets_are_encrypted_in_the_table(cast, client):
    sign_in(client)
    secret, _ = add_app(client)
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM mfa_authenticator")
        stored = str(cursor.fetchall())
    assert secret not in stored
    assert stored.count("gAAAA") == 2


def test_a_wrong_code_adds_nothing(cast, client):
    sign_in(client)
    client.get("/accounts/2fa/totp/activate/")
    client.post("/accounts/2fa/totp/activate/", {"code": "000000"})
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize("path", ["totp/activate/", "totp/deactivate/", "webauthn/add/", "recovery-codes/generate/"])
def test_long_after_signing_in_one_confirms_first_that_it_is_oneself(app, client, path, monkeypatch):
    sign_in(client)
    second(client, code())
    later = time.time() + 301
    monkeypatch.setattr("aesthetix.practices.accounts.time.time", lambda: later)
    url = f"/accounts/2fa/{path}"
    if path == "totp/activate/":
        Authenticator.objects.filter(type="totp").delete()
    assert client.get(url)["Location"].startswith("/accounts/reauthenticate/")


def test_the_page_shows_what_one_has(app, client):
    sign_in(client)
    second(client, code())
    page = text(client.get("/account/security/"))
    assert "10 left" in page
    assert 'Remove<span class="visually-hidden"> the app' in page


# The practice's rule -----------------------------------------------------------------------------


@pytest.fixture
def required(cast):
    cast.glow.require_second_factor = True
    cast.glow.save()


def test_who_has_none_is_led_to_the_set_up_and_can_do_nothing_else(required, client, cast):
    sign_in(client)
    for path in ("/", "/contacts/", f"/contacts/{cast.grace.pk}/", "/settings/staff/", "/live/", "/account/"):
        assert client.get(path)["Location"] == "/accounts/second-factor/", path
    assert client.post("/contacts/new/", {})["Location"] == "/accounts/second-factor/"
    assert client.get("/bell/", headers={"HX-Request": "true"})["HX-Redirect"] == "/accounts/second-factor/"
    page = text(client.get("/accounts/second-factor/"))
    assert "Glow Med Spa asks for a second factor" in page
    add_app(client)
    assert is_in(client)
    assert client.get("/accounts/second-factor/")["Location"] == "/"


def test_recovery_codes_alone_are_no_second_factor(required, client, cast):
    RecoveryCodes.activate(cast.jordan.user)
    sign_in(client)
    assert client.get("/contacts/")["Location"] == "/accounts/second-factor/"


def test_the_other_practice_of_the_same_person_does_not_ask(required, client, cast):
    Staff.objects.create(practice=cast.other, user=cast.jordan.user)
    sign_in(client)
    client.post("/practice/switch/", {"practice": cast.other.pk})
    assert is_in(client)


def test_programs_with_a_key_go_on(required, client, cast):
    _, key = ApiKey.issue(practice=cast.glow, name="Website", scopes=["contacts:read"])
    assert client.get("/api/v1/contacts/", headers={"Authorization": f"Bearer {key}"}).status_code == 200


def test_an_admin_turns_the_rule_on_and_sees_whom_it_meets(app, client, cast):
    client.force_login(cast.maya.user)
    page = text(client.get("/settings/sign-in/"))
    assert "2 of your staff have none yet: Maya Chen, Priya Nair." in page
    client.post("/settings/sign-in/", {"require_second_factor": "on", "idle_minutes": "30"})
    cast.glow.refresh_from_db()
    assert cast.glow.require_second_factor
    assert AuditEntry.objects.for_practice(cast.glow).get().changes == {"require_second_factor": ["False", "True"]}


# A lost phone -----------------------------------------------------------------------------------


def reset(client, member):
    return client.post(reverse("practices:staff_factor_reset", args=[member.pk]), follow=True)


def test_an_admin_resets_a_colleagues_second_factor(app, client, cast):
    mine = type(client)()
    mine.force_login(cast.jordan.user)
    client.force_login(cast.maya.user)
    assert "signs in with the password alone now" in text(reset(client, cast.jordan))
    assert not Authenticator.objects.filter(user=cast.jordan.user).exists()
    assert not is_in(mine)
    entry = AuditEntry.objects.for_practice(cast.glow).filter(staff=cast.maya, object_id=str(cast.jordan.pk)).get()
    assert entry.changes == {"second_factor": ["recovery_codes, totp", ""]}
    assert "There is no second factor" in text(reset(client, cast.jordan))


def test_the_person_is_told_by_mail(app, client, cast):
    client.force_login(cast.maya.user)
    reset(client, cast.jordan)
    assert mail.outbox[0].to == ["jordan@glow.example"]
    assert "took the second factor away" in mail.outbox[0].body


@pytest.mark.parametrize("power", ["works_elsewhere", "superuser", "back_office"])
def test_not_where_it_would_open_more_than_this_practice(app, client, cast, power):
    user = cast.jordan.user
    if power == "works_elsewhere":
        Staff.objects.create(practice=cast.other, user=user)
    else:
        setattr(user, "is_superuser" if power == "superuser" else "is_staff", True)
        user.save()
    client.force_login(cast.maya.user)
    assert reset(client, cast.jordan).status_code == 403
    assert Authenticator.objects.filter(user=user).count() == 2


@pytest.mark.parametrize(("who", "status"), [("jordan", 403), ("outsider", 404)])
def test_nobody_else_resets_it(app, client, cast, who, status):
    client.force_login(getattr(cast, who).user)
    assert reset(client, cast.jordan).status_code == status
    assert Authenticator.objects.filter(user=cast.jordan.user).count() == 2
