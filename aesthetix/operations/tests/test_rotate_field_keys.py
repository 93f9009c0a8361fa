import io

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.db import connection

from telephony.models import CarrierAccount, Line
from telephony.services import last_known
from telephony.services.profile import load_profile

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
SECRET = "d" * 32


@pytest.fixture
def account(cast, settings):
    settings.FIELD_ENCRYPTION_KEYS = [OLD]
    return CarrierAccount.objects.create(practice=cast.glow, account_sid="AC" + "0" * 32, auth_token=SECRET)


def rotate():
    said = io.StringIO()
    call_command("rotate_field_keys", stdout=said, stderr=said)
    return said.getvalue()


def stored():
    with connection.cursor() as cursor:
        cursor.execute("SELECT auth_token FROM telephony_carrieraccount")
        return cursor.fetchone()[0]


def test_after_a_rotation_the_new_key_alone_reads_the_secrets(account, settings):
    settings.FIELD_ENCRYPTION_KEYS = [NEW, OLD]
    assert "CarrierAccount.auth_token: 1 encrypted" in rotate()
    settings.FIELD_ENCRYPTION_KEYS = [NEW]
    assert CarrierAccount.objects.get().auth_token == SECRET


def test_without_a_rotation_the_new_key_alone_does_not(account, settings):
    settings.FIELD_ENCRYPTION_KEYS = [NEW]
    with pytest.raises(CommandError, match="1 cannot be read"):
        rotate()
    settings.FIELD_ENCRYPTION_KEYS = [OLD]
    assert CarrierAccount.objects.get().auth_token == SECRET


def test_neither_the_secret_nor_a_key_is_printed(account, settings):
    settings.FIELD_ENCRYPTION_KEYS = [NEW, OLD]
    said = rotate()
    assert SECRET not in said
    assert NEW not in said


def test_rotating_twice_does_no_harm(account, settings):
    settings.FIELD_ENCRYPTION_KEYS = [NEW, OLD]
    rotate()
    first = stored()
    rotate()
    assert stored() != first
    assert CarrierAccount.objects.get().auth_token == SECRET


def test_a_secret_that_changes_meanwhile_is_not_put_back(account, settings, monkeypatch):
    from aesthetix.operations.management.commands import rotate_field_keys

    settings.FIELD_ENCRYPTION_KEYS = [NEW, OLD]
    read = rotate_field_keys.decrypt

    def read_then_somebody_saves(token):
        CarrierAccount.objects.update(auth_token="e" * 32)
        return read(token)

    monkeypatch.setattr(rotate_field_keys, "decrypt", read_then_somebody_saves)
    assert "0 encrypted" in rotate()
    assert CarrierAccount.objects.get().auth_token == "e" * 32


def test_the_fallback_still_knows_the_line_when_the_old_key_is_gone(account, settings):
    Line.objects.create(practice=account.practice, number="+16025550190", name="Main line")
    load_profile(account.practice)
    settings.FIELD_ENCRYPTION_KEYS = [NEW, OLD]
    rotate()
    settings.FIELD_ENCRYPTION_KEYS = [NEW]
    assert last_known.recall("+16025550190")[0] == SECRET


def test_without_a_rotation_the_fallback_forgets_the_line_but_answers(account, settings, client):
    Line.objects.create(practice=account.practice, number="+16025550190", name="Main line")
    load_profile(account.practice)
    settings.FIELD_ENCRYPTION_KEYS = [NEW]
    assert last_known.recall("+16025550190") == ("", "")
    answer = client.post("/twilio/voice/fallback/", {"To": "+16025550190"})
    assert (answer.status_code, b"Dial" in answer.content) == (200, False)


def test_a_secret_that_nobody_can_read_does_not_stop_the_others(account, settings, cast):
    settings.FIELD_ENCRYPTION_KEYS = [NEW]
    CarrierAccount.objects.create(practice=cast.other, account_sid="AC" + "1" * 32, auth_token="e" * 32)
    with pytest.raises(CommandError, match="1 cannot be read"):
        rotate()


def test_second_factors_are_rotated_too(account, settings, cast):
    from allauth.mfa.models import Authenticator
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
    from allauth.mfa.totp.internal.auth import TOTP

    TOTP.activate(cast.jordan.user, "JBSWY3DPEHPK3PXP")
    codes = RecoveryCodes.activate(cast.jordan.user).get_unused_codes()
    settings.FIELD_ENCRYPTION_KEYS = [NEW, OLD]
    assert "Second factors: 2 encrypted" in rotate()
    settings.FIELD_ENCRYPTION_KEYS = [NEW]
    assert Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes() == codes


def test_a_second_factor_that_nobody_can_read_is_said_and_left(account, settings, cast):
    from allauth.mfa.totp.internal.auth import TOTP

    TOTP.activate(cast.jordan.user, "JBSWY3DPEHPK3PXP")
    settings.FIELD_ENCRYPTION_KEYS = [NEW]
    with pytest.raises(CommandError, match="2 cannot be read"):
        rotate()
