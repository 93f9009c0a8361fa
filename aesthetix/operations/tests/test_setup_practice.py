import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from aesthetix.practices.models import BusinessHours, Practice, Staff, User
from telephony.models import VoiceSettings


def set_up(*arguments):
    said = StringIO()
    call_command("setup_practice", *arguments, stdout=said)
    return said.getvalue()


def test_a_practice_is_ready_for_its_first_admin(db, client):
    said = set_up(
        "Glow Mesa",
        "--admin-email",
        "Ana@Glow.example",
        "--admin-name",
        "Ana Cruz",
        "--company-phone",
        "(480) 555-0100",
    )
    practice = Practice.objects.get(slug="glow-mesa")
    admin = Staff.objects.for_practice(practice).get()
    assert (admin.is_admin, admin.sees_all, admin.user.email) == (True, True, "ana@glow.example")
    assert practice.company_phone == "+14805550100"
    assert BusinessHours.objects.for_practice(practice).count() == 5
    assert VoiceSettings.objects.filter(practice=practice).exists()
    link = re.search(r"http://[^/]+(/accounts/\S+)", said).group(1)
    assert client.get(link).status_code == 302


def test_an_admin_of_another_practice_keeps_their_password(cast):
    said = set_up("Glow Mesa", "--admin-email", cast.maya.user.email)
    assert "chooses a password" not in said
    assert User.objects.filter(email=cast.maya.user.email).count() == 1


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--admin-email", "nobody"], "--admin-email"),
        (["--admin-email", "a@b.example", "--admin-name", "A", "--time-zone", "Mars/Base"], "--time-zone"),
        (["--admin-email", "a@b.example", "--admin-name", "A", "--company-phone", "12"], "--company-phone"),
        (["--admin-email", "a@b.example"], "--admin-name"),
        (["--admin-email", "a@b.example", "--admin-name", "A", "--slug", "glow"], "--slug"),
    ],
)
def test_bad_input_is_refused_in_one_line_and_leaves_nothing_behind(cast, arguments, complaint):
    with pytest.raises(CommandError, match=complaint):
        set_up("Glow Mesa", *arguments)
    assert Practice.objects.count() == 2
