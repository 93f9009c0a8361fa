"""The form of a test call: who may call which line, and what is refused."""

import pytest

from aesthetix.audit.models import AuditEntry
from contacts.models import Contact, ContactPhone
from telephony.models import Call
from telephony.rehearsal import copies
from telephony.views import phone_lab

pytestmark = pytest.mark.django_db
PAGE = "/settings/phone-numbers/test-call/"


@pytest.fixture
def played(monkeypatch):
    """Calls that would be rehearsed on a copy, without a rehearsal."""
    calls = []

    def rehearse(practice, call):
        calls.append(call)
        return copies.CopyResult("Missed: nobody answered.", None, [], ["Hi there"], [], 8, [])

    monkeypatch.setattr(phone_lab, "rehearse_on_copy", rehearse)
    return calls


def test_the_line_that_it_was_opened_for_is_chosen(admin, lines):
    html = admin.get(PAGE, {"line": lines.direct.pk}).content.decode()
    assert f'<option value="{lines.direct.pk}" selected>Direct</option>' in html
    assert "Their line" not in html


@pytest.mark.parametrize("line", ["0", "999999", "main", "9" * 40, "-1", ""])
def test_an_unknown_line_is_not_found(admin, lines, line):
    assert admin.get(PAGE, {"line": line}).status_code == 404


def test_another_practices_line_is_not_found(admin, lines):
    assert admin.get(PAGE, {"line": lines.theirs.pk}).status_code == 404


def test_staff_may_not_place_one(client, cast, lines, choices, played):
    client.force_login(cast.jordan.user)
    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, choices()).status_code == 403
    assert played == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"who": "number", "number": "12"}, "is not a telephone number"),
        ({"who": "number", "number": ""}, "Enter the number that calls."),
        ({"who": "contact", "phone": ""}, "Search for a contact and choose one."),
        ({"who": "nobody"}, "Select a valid choice"),
        ({"line": ""}, "This field is required."),
        ({"at": ""}, "Choose when the call comes in."),
        ({"at": "tomorrow"}, "Enter a valid date/time."),
        ({"caller_seconds": "-3"}, "greater than or equal to 0"),
        ({"mode": "live"}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_called_is_said_and_nothing_is_placed(admin, lines, choices, played, changed, said):
    answer = admin.post(PAGE, choices(**changed))
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert played == []


def test_a_phone_does_nothing_that_is_not_on_the_list(admin, cast, lines, choices, played):
    answer = admin.post(PAGE, choices(**{f"phone_s{cast.jordan.pk}_web-does": "phone tree"}))
    assert answer.status_code == 422
    assert played == []


def test_another_practices_line_cannot_be_called(admin, lines, choices, played):
    assert admin.post(PAGE, choices(line=lines.theirs.pk)).status_code == 422
    assert played == []


def test_another_practices_patient_cannot_be_the_caller(admin, cast, lines, choices, played):
    stranger = ContactPhone.objects.across_practices().get(contact=cast.stranger)
    answer = admin.post(PAGE, choices(who="contact", phone=stranger.pk))
    assert answer.status_code == 422
    assert "Sven" not in answer.content.decode()
    assert played == []


def test_search_finds_own_patients_only_and_is_audited(admin, cast, lines):
    Contact.objects.across_practices().filter(pk=cast.grace.pk).update(search_text="grace park")
    Contact.objects.across_practices().filter(pk=cast.stranger.pk).update(search_text="sven stranger")
    found = admin.post(f"{PAGE}callers/", {"words": "s"}).content.decode()
    assert "Sven" not in found
    found = admin.post(f"{PAGE}callers/", {"words": "grace"}).content.decode()
    assert "Grace Park" in found
    assert (
        AuditEntry.objects.across_practices().filter(object_type="telephony.test_callers", staff=cast.maya).count() == 2
    )


def test_who_is_chosen_stays_chosen_while_one_searches_on(admin, cast, lines):
    grace = cast.grace.phones.get()
    found = admin.post(f"{PAGE}callers/", {"words": "nobody", "phone": grace.pk}).content.decode()
    assert "checked" in found
    assert "Grace Park" in found


def test_the_phones_of_the_chosen_line_are_asked_about(admin, cast, lines, choices):
    main = admin.post(f"{PAGE}phones/", choices()).content.decode()
    direct = admin.post(f"{PAGE}phones/", choices(line=lines.direct.pk)).content.decode()
    assert "Jordan Lee, web app" in main
    assert "Presses 1" not in main
    assert "Maya Chen, (602) 555-0119" in direct
    assert "Presses 1" in direct
    assert "phone tree" in direct


def test_half_a_choice_shows_what_a_new_caller_would_meet(admin, lines):
    answer = admin.post(f"{PAGE}phones/", {"who": "contact"})
    assert answer.status_code == 200
    assert "The caller is not a contact yet." not in answer.content.decode()
    assert "Jordan Lee, web app" in answer.content.decode()


def test_without_a_lab_only_a_copy_is_offered(admin, lines):
    html = admin.get(PAGE).content.decode()
    assert "Now, for real" not in html
    assert '<input type="hidden" name="mode" value="copy">' in html


def test_a_practice_without_lines_is_told_so(admin, cast):
    html = admin.get(PAGE).content.decode()
    assert "needs a line to call" in html
    assert "Place the call" not in html


def test_a_new_caller_has_a_number_that_nobody_has(admin, cast, lines):
    for last in ("99", "98"):
        ContactPhone.objects.create(practice=cast.glow, contact=cast.grace, number=f"+160255501{last}")
    assert "(602) 555-0197" in admin.get(PAGE).content.decode()


def test_a_call_on_a_copy_has_what_was_chosen(admin, cast, lines, choices, played):
    grace = cast.grace.phones.get()
    phone = f"phone_s{cast.jordan.pk}_web"
    chosen = choices(who="contact", phone=grace.pk, caller_does="ringing", caller_seconds=6)
    answer = admin.post(PAGE, chosen | {f"{phone}-does": "answers", f"{phone}-after": 3, f"{phone}-talks": 9})
    assert answer.status_code == 200
    assert "Hi there" in answer.content.decode()
    (call,) = played
    assert (call.caller, call.contact, call.line) == (grace.number, cast.grace, lines.main)
    assert call.at.isoformat() == "2026-11-16T10:00:00-07:00"
    script = copies.script_of(cast.glow, call)
    assert script["calls"] == [{"from": grace.number, "to": "+16025550100", "caller": "gives up after 6 s"}]
    assert script["behaviours"] == {f"client:s{cast.jordan.pk}_web": "answers after 3 s, presses nothing, talks 9 s"}
    assert script["setup"]["contacts"] == {
        "Grace Park": {"numbers": [grace.number], "tags": [], "assigned_to": "Priya Nair"}
    }
    assert not Call.objects.across_practices().exists()


def test_a_rehearsal_that_fails_is_said_and_shows_no_result(admin, lines, choices, monkeypatch):
    def fail(practice, call):
        raise copies.RehearsalFailed("The rehearsal took too long and was stopped. Try again in a minute.")

    monkeypatch.setattr(phone_lab, "rehearse_on_copy", fail)
    answer = admin.post(PAGE, choices())
    assert answer.status_code == 422
    assert "took too long" in answer.content.decode()
