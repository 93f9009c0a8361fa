"""The inbox and the thread on the screen: who sees what, what opening does, and that Send sends once."""

import datetime as dt

import pytest

from aesthetix.audit.models import AuditEntry
from aesthetix.practices.actor import Actor
from contacts.models import Contact, ContactPhone
from conversations.inbox import ITEMS, ROWS
from conversations.models import Message, Thread
from conversations.services.inbound import receive_text
from conversations.services.opt_out import record_opt_out
from conversations.services.send import send_message
from conversations.services.threads import add_item

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("carrier", "senders", "own_numbers")]
GRACE, MAIN = "+16025550147", "+16025550190"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def as_(client):
    def sign_in(staff):
        client.force_login(staff.user)
        return client

    return sign_in


@pytest.fixture
def text(clock, cast):
    def receive(body="Hello", number=GRACE, sids=[0]):  # noqa: B006  counts across calls
        sids[0] += 1
        clock.tick(minutes=1)
        return receive_text(practice=cast.glow, sid=f"SMpage{sids[0]}", from_number=number, to_number=MAIN, body=body)

    return receive


def thread_of(contact):
    return Thread.objects.for_practice(contact.practice).get(contact=contact)


class TestWhoSeesWhat:
    def test_all_data_sees_every_thread_and_assigned_only_their_own(self, as_, cast, text):
        text("From Grace")
        text("From somebody new", number="+14805550163")
        add_item(cast.glow, None, "system", text="A call from a withheld number")
        html = as_(cast.maya).get("/inbox/").content.decode()
        shown = ("Grace Park", "(480) 555-0163", "New caller", "Callers without a record")
        assert all(words in html for words in shown)
        html = as_(cast.priya).get("/inbox/").content.decode()
        assert "Grace Park" in html
        assert "(480) 555-0163" not in html
        assert "Callers without a record" not in html
        assert "Grace" not in as_(cast.outsider).get("/inbox/").content.decode()

    @pytest.mark.parametrize("page", ["", "items/"])
    def test_a_conversation_is_not_there_for_who_may_not_see_it(self, as_, cast, text, page):
        text()
        cast.grace.assigned_to = None
        cast.grace.save()
        address = f"/inbox/{cast.grace.pk}/{page}"
        assert as_(cast.outsider).get(address).status_code == 404
        assert as_(cast.priya).get(address).status_code == 404
        assert as_(cast.jordan).get(address).status_code == 200
        assert thread_of(cast.grace).unread_count == (0 if page == "" else 1)

    def test_withheld_callers_are_for_all_data_only(self, as_, cast):
        add_item(cast.glow, None, "system", text="A call")
        assert as_(cast.priya).get("/inbox/withheld/").status_code == 404
        page = as_(cast.jordan).get("/inbox/withheld/").content.decode()
        assert "A call" in page
        assert "<textarea" not in page

    @pytest.mark.parametrize("action", ["send/", "unread/"])
    def test_nobody_writes_where_they_may_not_read(self, as_, cast, text, action):
        text()
        answer = as_(cast.outsider).post(f"/inbox/{cast.grace.pk}/{action}", {"body": "Hi", "key": "k"})
        assert answer.status_code == 404
        assert not Message.objects.for_practice(cast.glow).filter(inbound=False).exists()

    def test_why_is_answered_to_who_may_see_the_thread_only(self, as_, cast):
        message = send_message(
            actor=Actor(practice=cast.glow, staff=cast.maya), contact=cast.grace, body="Hi", key="k", origin="staff"
        )
        address = f"/inbox/messages/{message.pk}/why/"
        assert as_(cast.outsider).get(address).status_code == 404
        assert as_(cast.priya).get(address).status_code == 200
        fragment = as_(cast.priya).get(address, headers=HTMX).content
        assert b"What was checked before sending" in fragment
        assert b"<html" not in fragment

    def test_views_select(self, as_, cast, text):
        text()
        add_item(cast.glow, None, "call", ref=1, preview="Missed call")
        client = as_(cast.maya)
        shown = {view: len(client.get(f"/inbox/?view={view}").context["rows"]) for view in ("all", "unread", "calls")}
        assert shown == {"all": 2, "unread": 1, "calls": 1}
        assert len(client.get("/inbox/?view=mine").context["rows"]) == 0
        assert len(as_(cast.priya).get("/inbox/?view=mine").context["rows"]) == 1
        assert len(as_(cast.priya).get("/inbox/?view=nonsense").context["rows"]) == 1


class TestTheRow:
    def row(self, client):
        return client.get("/inbox/").context["rows"][0]

    def test_of_an_unread_thread_says_what_came_in_and_not_the_automatic_answer(self, as_, cast, text):
        text("Call me back")
        system = Actor.system(cast.glow, "Workflow")
        send_message(actor=system, contact=cast.grace, body="We will.", key="auto", origin="workflow")
        client = as_(cast.maya)
        assert self.row(client).words == "Call me back"
        client.get(f"/inbox/{cast.grace.pk}/")
        assert self.row(client).words == "Sent: We will."

    def test_says_in_words_what_did_not_go_out(self, as_, cast):
        record_opt_out(cast.glow, GRACE, source="Replied STOP")
        actor = Actor(practice=cast.glow, staff=cast.maya)
        send_message(actor=actor, contact=cast.grace, body="Hello", key="k", origin="staff")
        row = self.row(as_(cast.maya))
        assert (row.words, row.tone) == ("Not sent: Hello", "fail")


class TestOpening:
    def test_reads_it_and_says_so_once_in_the_audit_log(self, as_, cast, text):
        text()
        client = as_(cast.maya)
        for _ in range(3):
            client.get(f"/inbox/{cast.grace.pk}/")
        assert thread_of(cast.grace).unread_count == 0
        entries = AuditEntry.objects.for_practice(cast.glow).filter(action="view")
        assert [(entry.staff, entry.contact_id) for entry in entries] == [(cast.maya, cast.grace.pk)]

    def test_in_a_page_that_nobody_looks_at_leaves_it_unread(self, as_, cast, text):
        text()
        client = as_(cast.maya)
        client.get(f"/inbox/{cast.grace.pk}/items/")
        assert thread_of(cast.grace).unread_count == 1
        client.get(f"/inbox/{cast.grace.pk}/items/?seen=1")
        assert thread_of(cast.grace).unread_count == 0

    def test_as_a_fragment_brings_its_row_and_the_counts_along(self, as_, cast, text):
        text("Can I come tomorrow?")
        html = as_(cast.maya).get(f"/inbox/{cast.grace.pk}/", headers=HTMX).content.decode()
        assert "<html" not in html
        assert "Can I come tomorrow?" in html
        assert 'hx-swap-oob="true"' in html
        assert 'id="badge-inbox"' in html

    def test_can_be_taken_back(self, as_, cast, text):
        text()
        client = as_(cast.maya)
        client.get(f"/inbox/{cast.grace.pk}/")
        assert client.post(f"/inbox/{cast.grace.pk}/unread/").url == "/inbox/"
        assert thread_of(cast.grace).unread_count == 1

    def test_works_before_the_first_item(self, as_, cast):
        page = as_(cast.maya).get(f"/inbox/{cast.grace.pk}/")
        assert b"Nothing yet." in page.content
        assert not Thread.objects.for_practice(cast.glow).exists()

    def test_the_record_page_shows_the_same_thread(self, as_, cast, text):
        text("Seen on the record")
        assert b"Seen on the record" in as_(cast.maya).get(f"/contacts/{cast.grace.pk}/").content

    def test_what_patients_write_is_text_and_nothing_else(self, as_, cast, text):
        text("<script>alert(1)</script>")
        assert b"<script>alert" not in as_(cast.maya).get(f"/inbox/{cast.grace.pk}/").content


class TestScrolling:
    def test_earlier_items_follow_and_a_day_stands_once(self, as_, cast, text):
        for number in range(ITEMS + 10):
            text(f"Text {number:03}")
        client = as_(cast.maya)
        first = client.get(f"/inbox/{cast.grace.pk}/").context["page"]
        answer = client.get(f"/inbox/{cast.grace.pk}/items/", {"before": first.older}, headers=HTMX)
        second = answer.context["page"]
        bodies = [line.shown.thing.body for page in (second, first) for line in page.lines]
        assert bodies == [f"Text {number:03}" for number in range(ITEMS + 10)]
        assert not second.older
        assert b'hx-swap-oob="delete"' in answer.content

    def test_days_are_the_practices_days(self, as_, cast, text, clock):
        clock.at = dt.datetime(2026, 11, 17, 6, 30, tzinfo=dt.UTC)  # 11:30 PM on Monday in Phoenix
        text("Late on Monday")
        clock.tick(hours=2)
        text("Early on Tuesday")
        lines = as_(cast.maya).get(f"/inbox/{cast.grace.pk}/").context["page"].lines
        assert [line.day for line in lines] == [dt.date(2026, 11, 16), dt.date(2026, 11, 17)]

    def test_more_rows_follow(self, as_, cast, text):
        for number in range(ROWS + 3):
            text(number=f"+1480555{number:04}")
        client = as_(cast.maya)
        first = client.get("/inbox/").context
        second = client.get("/inbox/rows/", {"after": first["more"]}, headers=HTMX).context
        assert (len(first["rows"]), len(second["rows"]), second["more"]) == (ROWS, 3, "")


class TestSending:
    def send(self, client, contact, **values):
        return client.post(f"/inbox/{contact.pk}/send/", {"body": "See you at 9", "key": "once"} | values, headers=HTMX)

    def test_pressing_twice_sends_one(self, as_, cast):
        client = as_(cast.maya)
        for _ in range(2):
            answer = self.send(client, cast.grace)
            assert "ax:sent" in answer["HX-Trigger"]
        message = Message.objects.for_practice(cast.glow).get()
        assert (message.body, message.state, message.staff) == ("See you at 9", "queued", cast.maya)

    def test_two_people_never_share_a_key(self, as_, cast):
        self.send(as_(cast.maya), cast.grace)
        self.send(as_(cast.jordan), cast.grace)
        assert Message.objects.for_practice(cast.glow).count() == 2

    def test_the_next_composer_has_another_key(self, as_, cast):
        client = as_(cast.maya)
        keys = {self.send(client, cast.grace).context["composer"]["key"] for _ in range(2)}
        assert len(keys | {"once"}) == 3

    @pytest.mark.parametrize(
        ("values", "words"),
        [({"body": "  "}, "Write the text first."), ({"body": "x" * 1601}, "at most 1,600 characters")],
    )
    def test_what_is_no_text_is_said_at_the_field_and_kept(self, as_, cast, values, words):
        answer = self.send(as_(cast.maya), cast.grace, **values)
        assert answer.status_code == 422
        assert words in answer.content.decode()
        assert values["body"] in answer.content.decode()
        assert not Message.objects.for_practice(cast.glow).exists()

    def test_a_line_that_is_not_ours_is_refused_with_the_reason_and_the_text_kept(self, as_, cast):
        answer = self.send(as_(cast.maya), cast.grace, from_number="+14805550100")
        html = answer.content.decode()
        assert "is not a line that this sender may text from" in html
        assert "See you at 9" in html
        assert Message.objects.for_practice(cast.glow).get().state == "withheld"

    def test_another_patients_number_is_refused(self, as_, cast):
        ContactPhone.objects.create(
            practice=cast.glow, contact=Contact.objects.create(practice=cast.glow), number="+16025550199"
        )
        self.send(as_(cast.maya), cast.grace, to="+16025550199")
        assert Message.objects.for_practice(cast.glow).get().state == "withheld"

    def test_who_opted_out_cannot_be_written_to_and_the_page_says_why(self, as_, cast):
        record_opt_out(cast.glow, GRACE, source="Replied STOP")
        html = as_(cast.maya).get(f"/inbox/{cast.grace.pk}/").content.decode()
        assert "No texts to Grace Park" in html
        assert "opted out of texts" in html
        assert "<textarea" not in html

    def test_without_javascript_it_is_a_plain_form(self, as_, cast):
        answer = as_(cast.maya).post(f"/inbox/{cast.grace.pk}/send/", {"body": "Plain", "key": "p"})
        assert answer.url == f"/inbox/{cast.grace.pk}/"
        assert Message.objects.for_practice(cast.glow).get().body == "Plain"


class TestWhatItCosts:
    def test_the_inbox_asks_as_much_for_many_as_for_few(self, as_, cast, text, django_assert_num_queries):
        client = as_(cast.maya)
        text()
        client.get("/inbox/")
        with django_assert_num_queries(7):
            client.get("/inbox/")
        for number in range(20):
            text(number=f"+1480555{number:04}")
        with django_assert_num_queries(7):
            client.get("/inbox/")

    def test_so_does_a_thread(self, as_, cast, text, django_assert_num_queries):
        client = as_(cast.maya)
        text()
        client.get(f"/inbox/{cast.grace.pk}/items/")
        with django_assert_num_queries(7):
            client.get(f"/inbox/{cast.grace.pk}/items/")
        for _ in range(8):
            text()
        with django_assert_num_queries(7):
            client.get(f"/inbox/{cast.grace.pk}/items/")
