"""What is copied of a practice for a rehearsal, and what stays behind."""

import pytest
from django.db import DatabaseError, transaction

from aesthetix.practices.models import User
from telephony.models import CarrierAccount, Line
from telephony.rehearsal.copying import _read_only, read_configuration


@pytest.fixture
def configuration(cast):
    Line.objects.create(practice=cast.glow, name="Main line", number="+16025550100")
    CarrierAccount.objects.create(practice=cast.glow, account_sid="AC1", auth_token="secret")
    return read_configuration("glow")


def models_in(configuration):
    return {row["model"] for row in configuration.rows}


@pytest.mark.django_db(transaction=True)
def test_no_patient_and_no_credential_leaves_the_practice(configuration):
    assert not {model for model in models_in(configuration) if model.startswith(("contacts.contact", "conversations"))}
    assert "telephony.carrieraccount" not in models_in(configuration)
    assert "secret" not in str(configuration.rows)


@pytest.mark.django_db(transaction=True)
def test_staff_come_without_passwords(configuration):
    users = [row["fields"] for row in configuration.rows if row["model"] == "practices.user"]
    assert {user["password"] for user in users} == {"!"}
    assert len(users) == 3


@pytest.mark.django_db(transaction=True)
def test_another_practice_is_not_copied(configuration, cast):
    assert "radiance" not in str(configuration.rows)
    assert "olga" not in str(configuration.rows)


@pytest.mark.django_db(transaction=True)
def test_the_database_itself_refuses_a_write_meanwhile(cast):
    with pytest.raises(DatabaseError), _read_only(), transaction.atomic():
        User.objects.filter(pk=cast.maya.user_id).update(name="Somebody else")
    assert User.objects.get(pk=cast.maya.user_id).name == "Maya Chen"
