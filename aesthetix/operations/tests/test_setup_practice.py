"""One command makes a practice; twice is as good as once; the auth token is nowhere to be read."""

import io
import re
import socket
import sys
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from aesthetix.audit.models import AuditEntry
from aesthetix.practices.models import BusinessHours, Practice, Staff, User
from telephony.carriers.twilio.tests import stand_in as rig
from telephony.models import CarrierAccount, Line, VoiceSettings
from workflows.models import Workflow

ANA = ("--admin-email", "Ana@Glow.example", "--admin-name", "Ana Cruz")
MAIN = ("--line", "(480) 555-0101:Main line")
ACCOUNT = ("--account-sid", rig.ACCOUNT)


def set_up(*arguments, name="Glow Mesa"):
    said = StringIO()
    call_command("setup_practice", "--name", name, *arguments, stdout=said)
    return said.getvalue()


def mesa():
    return Practice.objects.get(slug="glow-mesa")


@pytest.fixture
def carrier(monkeypatch):
    """A carrier on loopback whose account has Mesa's main number; the token is in the environment."""
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", rig.TOKEN)
    with rig.listening() as stand_in:
        stand_in.handle = rig.NumbersAccount("+14805550101").answer
        yield stand_in


def test_a_practice_is_ready_for_its_first_admin(db, client):
    said = set_up(*ANA, "--company-phone", "(480) 555-0100", *MAIN)
    admin = Staff.objects.for_practice(mesa()).get()
    assert (admin.is_admin, admin.sees_all, admin.user.email) == (True, True, "ana@glow.example")
    assert mesa().company_phone == "+14805550100"
    assert BusinessHours.objects.for_practice(mesa()).count() == 5
    assert VoiceSettings.objects.filter(practice=mesa()).exists()
    link = re.search(r"http://[^/]+(/accounts/\S+)", said).group(1)
    assert client.get(link).status_code == 302


def test_a_missed_call_is_texted_back_from_the_first_day(db):
    set_up(*ANA)
    workflow = Workflow.objects.for_practice(mesa()).get()
    assert workflow.name == "Missed call text back"
    assert (workflow.state, workflow.published.number) == ("published", 1)


def test_the_first_line_is_the_one_to_text_from(db):
    set_up(*ANA, *MAIN, "--line", "+14805550102:Ads")
    lines = Line.objects.for_practice(mesa()).order_by("pk")
    assert [(line.number, line.name, line.is_default_outbound) for line in lines] == [
        ("+14805550101", "Main line", True),
        ("+14805550102", "Ads", False),
    ]


def test_the_carrier_account_is_stored_and_checked(db, carrier):
    said = set_up(*ANA, *MAIN, *ACCOUNT, "--carrier-url", carrier.url)
    account = CarrierAccount.objects.get(practice=mesa())
    assert (account.account_sid, account.auth_token, account.base_url) == (rig.ACCOUNT, rig.TOKEN, carrier.url)
    assert "5 to correct" in said


def test_the_token_is_not_said_nor_audited(db, carrier):
    assert rig.TOKEN not in set_up(*ANA, *ACCOUNT, "--carrier-url", carrier.url)
    assert rig.TOKEN not in str(list(AuditEntry.objects.for_practice(mesa()).values()))


def test_the_token_can_come_from_standard_input(db, carrier, monkeypatch):
    monkeypatch.delenv("TWILIO_AUTH_TOKEN")
    monkeypatch.setattr(sys, "stdin", io.StringIO(rig.TOKEN + "\n"))
    set_up(*ANA, *ACCOUNT, "--auth-token", "-", "--carrier-url", carrier.url)
    assert CarrierAccount.objects.get(practice=mesa()).auth_token == rig.TOKEN


def test_an_account_without_a_token_is_refused(db, monkeypatch):
    monkeypatch.delenv("TWILIO_AUTH_TOKEN", raising=False)
    with pytest.raises(CommandError, match="TWILIO_AUTH_TOKEN"):
        set_up(*ANA, *ACCOUNT)
    assert not Practice.objects.exists()


def test_a_carrier_that_cannot_be_reached_does_not_stop_the_set_up(db, monkeypatch):
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", rig.TOKEN)
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        said = set_up(*ANA, *ACCOUNT, "--carrier-url", f"http://127.0.0.1:{closed.getsockname()[1]}")
    assert "cannot be reached" in said
    assert CarrierAccount.objects.filter(practice=mesa()).exists()


def test_running_it_again_changes_nothing(db, carrier):
    everything = (*ANA, *MAIN, *ACCOUNT, "--carrier-url", carrier.url)
    set_up(*everything)
    Line.objects.for_practice(mesa()).update(name="Front desk")
    audited = AuditEntry.objects.for_practice(mesa()).count()
    said = set_up(*everything)
    counts = [model._base_manager.count() for model in (Practice, User, Staff, Line, CarrierAccount, Workflow)]
    assert counts == [1, 1, 1, 1, 1, 1]
    assert BusinessHours.objects.for_practice(mesa()).count() == 5
    assert AuditEntry.objects.for_practice(mesa()).count() == audited
    assert Line.objects.for_practice(mesa()).get().name == "Front desk"
    assert "keeps its settings" in said


def test_running_it_again_adds_a_line_and_an_admin(db):
    set_up(*ANA, *MAIN)
    set_up("--admin-email", "ben@glow.example", "--admin-name", "Ben Ode", "--line", "+14805550102:Ads")
    assert Line.objects.for_practice(mesa()).count() == 2
    assert Staff.objects.for_practice(mesa()).filter(role="admin").count() == 2


def test_running_it_again_takes_a_new_token(db, carrier, monkeypatch):
    set_up(*ANA, *ACCOUNT, "--carrier-url", carrier.url)
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "c" * 32)
    said = set_up(*ANA, *ACCOUNT)
    account = CarrierAccount.objects.get(practice=mesa())
    assert (account.auth_token, account.base_url) == ("c" * 32, carrier.url)
    assert "1 to correct" in said


def test_running_it_again_does_not_promote_a_colleague(db, cast):
    with pytest.raises(CommandError, match="--admin-email: Jordan Lee works there"):
        set_up("--slug", "glow", "--admin-email", cast.jordan.user.email)
    cast.jordan.refresh_from_db()
    assert not cast.jordan.is_admin


def test_an_admin_of_another_practice_keeps_their_password(cast):
    said = set_up("--admin-email", cast.maya.user.email)
    assert "chooses a password" not in said
    assert User.objects.filter(email=cast.maya.user.email).count() == 1


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--admin-email", "nobody"], "--admin-email"),
        (["--admin-email", "a@b.example", "--admin-name", "A", "--time-zone", "Mars/Base"], "--time-zone"),
        (["--admin-email", "a@b.example", "--admin-name", "A", "--company-phone", "12"], "--company-phone"),
        (["--admin-email", "a@b.example"], "--admin-name"),
        ([*ANA, "--line", "12:Main line"], "--line 12:Main line: “12” is not a telephone number"),
        ([*ANA, "--line", "+14805550160:Theirs"], "in use already"),
        ([*ANA, "--account-sid", "AC1", "--auth-token", rig.TOKEN], "--account-sid"),
        ([*ANA, "--account-sid", rig.ACCOUNT, "--auth-token", "short"], "--auth-token"),
        ([*ANA, "--account-sid", "AC" + "9" * 32, "--auth-token", rig.TOKEN], "subaccount"),
    ],
)
def test_bad_input_is_refused_in_one_line_and_leaves_nothing_behind(cast, arguments, complaint):
    Line.objects.create(practice=cast.other, number="+14805550160", name="Front desk")
    CarrierAccount.objects.create(practice=cast.other, account_sid="AC" + "9" * 32, auth_token=rig.TOKEN)
    with pytest.raises(CommandError, match=re.escape(complaint)):
        set_up(*arguments)
    assert Practice.objects.count() == 2
    assert Line.objects.across_practices().count() == 1
