"""How many statements the pages take that people open all day. A page that needs more finds its number here."""

import datetime as dt

import pytest
from django.utils.html import strip_tags

from aesthetix.events.notifications import notify
from aesthetix.lib import clock
from aesthetix.practices.actor import Actor
from aesthetix.practices.models import Staff
from contacts.models import Consent, Contact, SmartList
from contacts.services.custom_fields import FieldFacts, add_field, set_value
from contacts.services.drafts import keep_draft
from contacts.services.notes import add_note
from contacts.services.tags import add_tag
from contacts.services.tasks import TaskFacts, add_task
from conversations.models import Message, Thread
from conversations.services.threads import add_item
from telephony.models import Call, CarrierAccount, Line, Recording

pytestmark = pytest.mark.django_db
LONG_AGO = dt.date(2026, 1, 2)
BOOSTED = {"HX-Request": "true", "HX-Boosted": "true"}


@pytest.fixture
def full(cast):
    """Grace with all that a record can have: texts, calls with recordings, voicemails, notes, a draft, tasks, tags,
    consents, fields; the practice with two lines, and Maya with news and a second practice."""
    maya = Actor(practice=cast.glow, staff=cast.maya)
    Staff.objects.create(practice=cast.other, user=cast.maya.user, role="admin")
    CarrierAccount.objects.create(practice=cast.glow, account_sid="AC" + "0" * 32, auth_token="0" * 32)
    for at in range(2):
        line = Line.objects.create(practice=cast.glow, number=f"+1602555010{at}", name=f"Line {at}")
        add_tag(actor=maya, contact=cast.grace, name=f"Tag {at}")
        add_note(actor=maya, contact=cast.grace, body=f"Note {at}")
        add_task(actor=maya, contact=cast.grace, facts=TaskFacts(f"Task {at}", assignee=cast.maya, due_on=LONG_AGO))
        field = add_field(actor=maya, kind="text", facts=FieldFacts(name=f"Field {at}", group="Skin"))
        set_value(actor=maya, contact=cast.grace, field=field, stored=_stored("Dry"))
    keep_draft(actor=maya, contact=cast.grace, place="note", body="She said")
    Consent.objects.create(practice=cast.glow, contact=cast.grace, channel="text", granted=True, source="Form")
    for at in range(3):
        _call(cast, line, at)
        _text(cast, at)
    notify(cast.maya, kind="task", text="Look", url="/", key="k", contact_id=cast.grace.pk)
    return cast


def _stored(text):
    from contacts.custom_fields import Stored

    return Stored(text)


def _call(cast, line, at):
    call = Call.objects.create(practice=cast.glow, sid=f"CA{at}", line=line, contact=cast.grace, to_number=line.number)
    of = {"practice": cast.glow, "call": call, "due_at": None, "url": "x"}
    Recording.objects.create(**of, sid=f"RE{at}", kind="call")
    voicemail = Recording.objects.create(**of, sid=f"RV{at}", kind="voicemail")
    add_item(cast.glow, cast.grace, "call", ref=call.pk)
    add_item(cast.glow, cast.grace, "voicemail", ref=voicemail.pk)


def _text(cast, at):
    thread = Thread.objects.for_practice(cast.glow).get(contact=cast.grace)
    own = {"state": "received", "origin": "patient", "idempotency_key": f"k{at}", "inbound": True, "due_at": None}
    numbers = {"from_address": "+16025550147", "to_address": "+16025550100"}
    message = Message.objects.create(practice=cast.glow, thread=thread, body="Hello", **own, **numbers)
    add_item(cast.glow, cast.grace, "text", message=message)


@pytest.fixture
def ask(client, cast, django_assert_num_queries):
    def ask(address, number, **headers):
        client.force_login(cast.maya.user)
        client.get(address)
        with django_assert_num_queries(number):
            answer = client.get(address, headers=headers)
        assert answer.status_code == 200
        return answer.content.decode()

    return ask


@pytest.mark.parametrize("headers", [{}, BOOSTED])
def test_a_record_with_everything_on_it_takes_fourteen(full, ask, headers):
    page = ask(f"/contacts/{full.grace.pk}/", 14, **headers)
    for words in ("Tag 1", "Note 1", "She said", "Field 1", "Dry", "Hello", "Voicemail", "Line 1", "Tasks"):
        assert words in page


def test_one_that_is_opened_from_a_list_takes_two_more(full, ask):
    kept = SmartList.objects.create(practice=full.glow, owner=full.maya, name="All", query="sort=name")
    assert "1 of 1" in ask(f"/contacts/{full.grace.pk}/?list={kept.pk}", 16)


@pytest.mark.parametrize(
    ("address", "number"),
    [("/contacts/", 11), ("/contacts/?touch=7", 11), ("/inbox/", 7), ("/tasks/", 6), ("/alerts/", 7)],
)
def test_so_do_the_pages_that_list(full, ask, address, number):
    ask(address, number)


def test_the_shell_is_counted_in_one_statement(full, ask):
    page = ask("/account/", 3)  # session, person, counts
    assert "Notifications, 1 new" in page
    assert "2 due" in strip_tags(page)


def test_the_counts_of_the_shell_follow_what_a_person_may_see(full, client):
    notify(full.priya, kind="task", text="Look", url="/", key="k", contact_id=full.grace.pk)
    client.force_login(full.priya.user)
    assert "1 new" in client.get("/account/").content.decode()
    Contact.objects.for_practice(full.glow).update(assigned_to=None, updated_at=clock.now())
    assert "new" not in client.get("/account/").content.decode().split("Notifications", 1)[1][:20]
