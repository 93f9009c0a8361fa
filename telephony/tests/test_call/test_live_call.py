"""Test calls in real time: a Phone Lab that carries Glow, real webhooks to a live server, the real text."""

import re

import pytest

from contacts.models import Contact
from conversations.channels.ports import ProviderPermanent
from conversations.models import Message, OptOut
from telephony.carriers.twilio.client import client_for
from telephony.models import Call, CarrierAccount, Line

PAGE = "/settings/phone-numbers/test-call/"
CALLER = "+16025550199"


@pytest.fixture
def place(admin, cast, choices):
    """Places a call at which Jordan is busy; the address of its page."""

    def call(**changed):
        busy = {f"phone_s{cast.jordan.pk}_web-does": "busy"}
        answer = admin.post(PAGE, choices("live", **(busy | changed)))
        assert answer.status_code == 302, answer.content.decode()
        return answer["Location"]

    return call


@pytest.fixture
def missed(admin, place, until):
    """A call that nobody took, hung up in the greeting; the address of its page."""

    def call(**changed):
        page = place(**changed)
        until(lambda: "hears the greeting" in admin.get(page).content.decode())
        admin.post(f"{page}hang-up/")
        until(lambda: Call.objects.across_practices().get(sid=sid_of(page)).outcome == Call.Outcome.MISSED)
        return page

    return call


@pytest.fixture
def shows(admin, until):
    """The words of a page, once they hold these."""

    def wait(page, words):
        def look():
            html = told(admin.get(page).content.decode())
            return html if words in html else None

        return until(look, 40)

    return wait


def sid_of(page):
    return page.rstrip("/").rpartition("/")[2]


def told(html):
    """What the page says, without its markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.mark.django_db(transaction=True)
def test_a_call_nobody_takes_gets_one_text_and_the_next_one_none(live, admin, missed, shows, until):
    page = missed()
    until(lambda: Message.objects.across_practices().filter(state="delivered").exists())
    html = shows(page, "One text: Delivered.")
    assert "Is Ring All on for this number?" in html
    assert "Webhook POST /twilio/voice/inbound/ [voice ringing]" in html
    assert "Jordan Lee, web app is busy or declines" in html
    assert re.search(r"200 in \d+ ms", html)
    assert "Why did it ring there?" in html
    assert "Why was a text sent or not?" in html
    contact = Contact.objects.across_practices().get(phones__number=CALLER)
    assert f"/inbox/{contact.pk}/" in admin.get(page).content.decode()

    again = missed()
    html = shows(again, "No text: ")
    assert "20 min" in html
    assert Message.objects.across_practices().filter(inbound=False).count() == 1


@pytest.mark.django_db(transaction=True)
def test_stop_from_the_handset_ends_the_texts(live, admin, missed, shows, until):
    page = missed()
    until(lambda: Message.objects.across_practices().filter(state="delivered").exists())
    assert admin.post(f"{page}reply/", {"body": "STOP"}, headers={"HX-Request": "true"}).status_code == 200
    until(lambda: Message.objects.across_practices().filter(inbound=True, body="STOP").exists())
    html = shows(page, "unsubscribed")
    assert html.index("STOP") < html.rindex("unsubscribed")


@pytest.mark.django_db(transaction=True)
def test_a_text_after_stop_is_refused_by_the_carrier_until_start(live, admin, lines, cast, missed, until):
    page = missed()
    until(lambda: Message.objects.across_practices().filter(state="delivered").exists())
    admin.post(f"{page}reply/", {"body": "STOP"})
    until(lambda: OptOut.objects.across_practices().filter(ended_at=None).exists())
    client = client_for(CarrierAccount.objects.get(practice=cast.glow))
    with pytest.raises(ProviderPermanent, match="21610"):
        client.messages.create(to=CALLER, from_=lines.main.number, body="Still here?")
    admin.post(f"{page}reply/", {"body": "START"})
    client.messages.create(to=CALLER, from_=lines.main.number, body="Welcome back")


@pytest.mark.django_db(transaction=True)
def test_a_reply_to_a_line_that_is_gone_is_refused_in_words(live, admin, lines, place):
    page = place()
    lines.main.delete()
    answer = admin.post(f"{page}reply/", {"body": "Hello"}, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert "no longer yours" in answer.content.decode()
    assert not live.lab.handset(CALLER).sent


@pytest.mark.django_db(transaction=True)
def test_without_javascript_every_form_is_posted_and_answered_with_a_page(live, admin, place):
    page = place()
    for html in (admin.get(page).content.decode(), admin.get(PAGE).content.decode()):
        forms = re.findall(r"<form [^>]*>", html)
        posted = [form for form in forms if 'method="dialog"' not in form]
        assert posted
        assert all('method="post"' in form and ' action="/' in form for form in posted)
    for deed, wrong in (("key", {"key": "12"}), ("voicemail", {"seconds": 0}), ("reply", {"body": ""})):
        answer = admin.post(f"{page}{deed}/", wrong)
        assert answer.status_code == 422
        assert "<html" in answer.content.decode()
        assert "ax-err" in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_voicemail_is_left_after_the_tone_however_early_it_is_asked_for(live, admin, place, shows):
    page = place()
    admin.post(f"{page}voicemail/", {"seconds": 1})
    assert "The recording ends: 1 s" in shows(page, "recording ends")


@pytest.mark.django_db(transaction=True)
def test_what_the_caller_cannot_do_is_said(live, admin, place):
    page = place()
    fragment = {"headers": {"HX-Request": "true"}}
    assert admin.post(f"{page}voicemail/", {"seconds": 0}, **fragment).status_code == 422
    assert "One of 0 to 9" in admin.post(f"{page}key/", {"key": "12"}, **fragment).content.decode()
    assert admin.post(f"{page}reply/", {"body": "  "}, **fragment).status_code == 422
    assert admin.post(f"{page}key/", {"key": "5"}, **fragment).status_code == 200
    assert admin.get(f"{page}news/", {"after": "x"}).status_code == 200
    assert admin.post(f"{page}hang-up/").status_code == 302
    assert admin.post(f"{page}hang-up/").status_code == 302


@pytest.mark.django_db(transaction=True)
def test_only_admins_of_the_practice_follow_the_call(live, client, cast, place):
    page = place()
    client.force_login(cast.outsider.user)
    paths = [page, f"{page}news/"], [f"{page}{deed}/" for deed in ("hang-up", "voicemail", "key", "reply", "again")]
    assert {client.get(path).status_code for path in paths[0]} == {404}
    assert {client.post(path).status_code for path in paths[1]} == {404}
    client.force_login(cast.jordan.user)
    assert {client.get(path).status_code for path in paths[0]} == {403}
    assert {client.post(path).status_code for path in paths[1]} == {403}


@pytest.mark.django_db(transaction=True)
def test_a_practice_with_another_carrier_cannot_call_for_real(live, admin, cast, lines, choices):
    CarrierAccount.objects.filter(practice=cast.glow).update(base_url="")
    assert admin.post(PAGE, choices("live")).status_code == 422
    assert not live.lab.calls


@pytest.mark.django_db(transaction=True)
def test_a_withheld_caller_has_no_handset(live, admin, place):
    page = place(who="withheld")
    html = admin.get(page).content.decode()
    assert "Somebody unknown calls Main line" in told(html)
    assert "lab-reply" not in html
    assert admin.post(f"{page}reply/", {"body": "Hello"}).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_the_same_call_is_placed_again(live, admin, place):
    page = place()
    again = admin.post(f"{page}again/")
    assert again.status_code == 302
    assert again["Location"] != page
    assert [call.leg.from_ for call in live.lab.calls] == [CALLER, CALLER]


@pytest.mark.django_db(transaction=True)
def test_the_lab_learns_of_new_lines_and_tokens_and_forgets_lines_that_went(live, cast, lines):
    account = live.account_of(cast.glow)
    assert set(account.numbers) == {"+16025550100", "+16025550101"}
    Line.objects.create(practice=cast.glow, number="+16025550103", name="New")
    lines.direct.delete()
    CarrierAccount.objects.filter(practice=cast.glow).update(auth_token="5" * 32)
    account = live.account_of(cast.glow)
    assert set(account.numbers) == {"+16025550100", "+16025550103"}
    assert account.auth_token == "5" * 32
    assert live.account_of(cast.other) is None
