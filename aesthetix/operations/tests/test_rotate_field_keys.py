import io

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.db import connection

from telephony.models import CarrierAccount

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
