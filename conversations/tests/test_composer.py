"""The composer keeps what was chosen and written, and closes only where no number may be texted."""

import re

import pytest

from contacts.models import ContactPhone
from conversations.models import Message
from conversations.services.opt_out import record_opt_out
from telephony.models import CarrierAccount, Line

pytestmark = pytest.mark.django_db
SECOND = "+14805550122"


@pytest.fixture
def desk(cast, client):
    """grace with a second number, two lines, an account; signed in as Maya."""
    Line.objects.create(practice=cast.glow, number="+16025550100", name="Main line", is_default_outbound=True)
    Line.objects.create(practice=cast.glow, number="+16025550101", name="Botox line")
    CarrierAccount.objects.create(practice=cast.glow, account_sid="AC" + "0" * 32, auth_token="t")
    ContactPhone.objects.create(practice=cast.glow, contact=cast.grace, number=SECOND, position=1)
    client.force_login(cast.maya.user)
    return cast


def selected(page):
    return re.findall(r'<option value="(\+\d+)" selected', page)


def send(client, cast, **values):
    headers = {"HX-Request": "true"}
    return client.post(f"/inbox/{cast.grace.pk}/send/", {"key": "k", **values}, headers=headers)


def test_an_error_keeps_the_chosen_number_and_line(desk, client):
    answer = send(client, desk, body="", to=SECOND, from_number="+16025550101")
    assert answer.status_code == 422
    assert selected(answer.content.decode()) == [SECOND, "+16025550101"]


def test_a_stop_from_one_number_leaves_the_other_one(desk, client):
    main = desk.grace.phones.first().number
    record_opt_out(desk.glow, main, source="STOP")
    page = client.get(f"/inbox/{desk.grace.pk}/").content.decode()
    assert "No texts to" not in page
    assert selected(page)[0] == SECOND
    record_opt_out(desk.glow, SECOND, source="STOP")
    assert "No texts to" in client.get(f"/inbox/{desk.grace.pk}/").content.decode()


def test_another_wording_under_a_used_key_is_kept_and_said(desk, client):
    send(client, desk, body="First wording")
    again = send(client, desk, body="Second wording").content.decode()
    assert "An earlier wording of this text was sent already." in again
    assert "Second wording" in again
    assert 'value="k"' not in again
    assert Message.objects.for_practice(desk.glow).get().body == "First wording"


def test_without_a_script_a_text_that_is_not_sent_comes_back_on_a_whole_page(desk, client):
    address = f"/inbox/{desk.grace.pk}/send/"
    answer = client.post(address, {"key": "k", "body": ""})
    assert answer.status_code == 422
    assert "<html" in answer.content.decode()
    assert "Write the text first." in answer.content.decode()
    for number in ("+16025550147", SECOND):
        record_opt_out(desk.glow, number, source="STOP")
    answer = client.post(address, {"key": "k", "body": "See you at nine"})
    assert "<html" in answer.content.decode()
    assert "See you at nine" in answer.content.decode()
    assert "Not sent" in answer.content.decode()
