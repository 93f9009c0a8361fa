import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from aesthetix.audit.models import AuditEntry
from telephony.models import Line, NumberPool, RingMember, StaffCallSettings
from telephony.services.profile import touch
from telephony.tests.settings.test_line_services import crowd


@pytest.fixture
def maya(client, cast):
    client.force_login(cast.maya.user)
    return client


def edit_url(line):
    return reverse("telephony:line_edit", args=[line.pk])


def values(**changed):
    """Edit Configuration of the main line as the page sends it."""
    whole = {
        "name": "Main line",
        "assigned_to": "",
        "forwarding_number": "(602) 555-0175",
        "incoming_timeout": "20",
        "call_connect": "on",
        "whisper_message": "A call, press any key",
        "disclosure": "This call may be recorded",
        "is_default_outbound": "on",
        "lead_source": "",
    }
    return {name: value for name, value in (whole | changed).items() if value is not None}


def text(response):
    return " ".join(response.content.decode().split())


def test_the_list_says_what_each_number_does(maya, lines):
    page = text(maya.get("/settings/phone-numbers/"))
    assert "Rings 2 people at the same time." in page
    assert "Assigned to Maya Chen." in page
    assert "Edit Configuration" in page
    assert "Their line" not in page


def test_a_configuration_is_saved_and_shown_again(maya, cast, lines):
    data = values(name="Front desk", ring_members=[cast.jordan.pk, cast.maya.pk], lead_source="Website")
    answer = maya.post(edit_url(lines.main), data, follow=True)
    assert "Calls to Front desk follow it" in text(answer)
    lines.main.refresh_from_db()
    assert (lines.main.name, lines.main.forwarding_number, lines.main.lead_source) == (
        "Front desk",
        "+16025550175",
        "Website",
    )
    assert {ring.staff for ring in RingMember.objects.filter(line=lines.main)} == {cast.jordan, cast.maya}
    assert "(602) 555-0175" in text(answer)


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"incoming_timeout": "4"}, "At least 5 seconds."),
        ({"incoming_timeout": "61"}, "At most 60 seconds."),
        ({"incoming_timeout": "soon"}, "Enter a whole number."),
        ({"forwarding_number": "12"}, "is not a telephone number"),
        ({"forwarding_number": "602-555-0100"}, "circle: Changed → Changed."),
        ({"name": ""}, "This field is required."),
        ({"whisper_message": ""}, "Write what the person who answers"),
        ({"record_calls": "on", "play_disclosure": "on", "disclosure": ""}, "Write what callers hear"),
        ({"is_default_outbound": None}, "One line is always the default."),
        ({"assigned_to": "999999"}, "Select a valid choice."),
    ],
)
def test_wrong_input_is_refused_at_its_field_with_422(maya, lines, bad, message):
    answer = maya.post(edit_url(lines.main), values(**{"name": "Changed"} | bad))
    assert answer.status_code == 422
    assert message in text(answer)
    lines.main.refresh_from_db()
    assert lines.main.name == "Main line"


def test_a_seventh_person_is_refused_with_a_clear_error(maya, cast, lines):
    people = crowd(cast.glow, 7)
    answer = maya.post(edit_url(lines.main), values(ring_members=[person.pk for person in people]))
    assert answer.status_code == 422
    assert "Up to 6 people can ring at once. 7 are selected." in text(answer)
    assert 'class="ax-num">7</span> of 6' in text(answer)
    assert "No one is selected." not in text(answer)
    assert RingMember.objects.filter(line=lines.main).count() == 2


def test_what_is_not_sound_is_refused_at_the_file(maya, lines, files, sound):
    answer = maya.post(edit_url(lines.main), values(greeting=sound("words.mp3", b"only words " * 300)))
    assert answer.status_code == 422
    assert "This is not an MP3 or WAV recording." in text(answer)


def test_a_setting_that_makes_calls_drop_asks_first(maya, cast, lines):
    cast.glow.company_phone = ""
    cast.glow.save()
    touch(cast.glow)
    silent = values(forwarding_number="", name="Silent")
    answer = maya.post(edit_url(lines.main), silent)
    assert answer.status_code == 422
    assert "calls would drop" in text(answer)
    assert "Save and drop calls" in text(answer)
    lines.main.refresh_from_db()
    assert lines.main.name == "Main line"
    maya.post(edit_url(lines.main), silent | {"drop_confirmed": "1"})
    lines.main.refresh_from_db()
    assert lines.main.name == "Silent"


# Live preview ---------------------------------------------------------------------------------


def preview(client, line, **changed):
    return text(client.post(reverse("telephony:line_preview", args=[line.pk]), values(**changed)))


def test_the_preview_answers_for_unsaved_values_and_saves_nothing(maya, cast, lines):
    assert "Rings 2 people" in preview(maya, lines.main, ring_members=[cast.jordan.pk, cast.priya.pk])
    nobody = preview(maya, lines.main, forwarding_number="(602) 555-0176")
    assert "Forwards to (602) 555-0176." in nobody
    assert "must press a key to accept" in nobody
    assert "must press a key" not in preview(maya, lines.main, call_connect=None)
    lines.main.refresh_from_db()
    assert lines.main.forwarding_number == ""
    assert not AuditEntry.objects.for_practice(cast.glow).exists()


def test_the_preview_is_for_the_chosen_caller(maya, cast, lines):
    page = preview(maya, lines.main, caller=str(cast.grace.pk))
    assert "The caller’s contact is assigned to Priya Nair." in page
    assert "In Grace Park’s conversation." in page
    assert "so there is nobody to text" in preview(maya, lines.main, caller="withheld")
    assert "A contact is created" in preview(maya, lines.main, caller=str(cast.stranger.pk))


def test_the_preview_turns_red_when_the_call_drops(maya, cast, lines):
    cast.glow.company_phone = ""
    cast.glow.save()
    touch(cast.glow)
    page = preview(maya, lines.main, forwarding_number="")
    assert "The call drops." in page
    assert "is-drop" in page
    assert "Admins get an alert" in page


def test_the_preview_says_what_cannot_be_saved_and_what_should_be_known(maya, lines):
    page = preview(maya, lines.main, forwarding_number=lines.main.number)
    assert "Cannot be saved yet." in page
    assert "Main line → Main line" in page
    warned = preview(maya, lines.main, record_calls="on", incoming_timeout="45", call_connect=None)
    assert "Callers are not told that they are recorded" in warned
    assert "Over 20 seconds" in warned
    assert "Without Call Connect" in warned
    assert "Callers are not told" not in preview(maya, lines.main, record_calls="on", play_disclosure="on")


@pytest.mark.parametrize(
    "junk", [{"caller": "<script>"}, {"at": "yesterday"}, {"ring_members": "x"}, {"caller": "9" * 40}]
)
def test_junk_in_the_preview_is_no_error(maya, lines, junk):
    assert "Is Ring All on" in preview(maya, lines.main, **junk)


def test_the_preview_sees_a_line_that_forwards_onward(maya, cast, lines):
    page = preview(maya, lines.botox, forwarding_number="(602) 555-0100", is_default_outbound=None)
    assert "That is one of our own lines" in page
    assert "Rings 2 people" in page


# Adding, pools --------------------------------------------------------------------------------


def test_a_number_is_added_by_hand(maya, cast):
    answer = maya.post("/settings/phone-numbers/add/", {"number": "(602) 555-0188", "name": "Front"}, follow=True)
    line = Line.objects.for_practice(cast.glow).get()
    assert line.number == "+16025550188"
    assert answer.redirect_chain[-1][0] == edit_url(line)


def test_a_number_that_is_none_or_taken_is_refused(maya, cast, lines):
    for number, message in (("12", "is not a telephone number"), ("(480) 555-0100", "in use already")):
        answer = maya.post("/settings/phone-numbers/add/", {"number": number, "name": "X"})
        assert answer.status_code == 422
        assert message in text(answer)
    assert Line.objects.for_practice(cast.glow).count() == 2


def test_a_pool_hides_the_app_options_of_its_lines_and_keeps_them(maya, cast, lines):
    data = {"name": "Google Ads", "forwarding_number": "(602) 555-0175", "lines": [lines.main.pk]}
    maya.post("/settings/phone-numbers/pools/add/", data)
    pool = NumberPool.objects.for_practice(cast.glow).get()
    page = text(maya.get(edit_url(lines.main)))
    assert "cannot ring the apps" in page
    assert 'name="ring_members"' not in page
    assert 'name="assigned_to"' not in page
    maya.post(edit_url(lines.main), values(name="Ads", forwarding_number=None, ring_members=[cast.maya.pk]))
    lines.main.refresh_from_db()
    assert (lines.main.name, lines.main.pool) == ("Ads", pool)
    assert [ring.staff for ring in RingMember.objects.filter(line=lines.main)] == [cast.jordan, cast.priya]


def test_a_pool_without_forwarding_cannot_be_saved(maya, cast):
    answer = maya.post("/settings/phone-numbers/pools/add/", {"name": "Ads", "forwarding_number": ""})
    assert answer.status_code == 422
    assert "it needs a forwarding number" in text(answer)
    assert not NumberPool.objects.for_practice(cast.glow).exists()


def test_a_pool_is_changed_and_deleted(maya, cast, lines):
    pool = NumberPool.objects.create(practice=cast.glow, name="Print", forwarding_number="+16025550175")
    url = reverse("telephony:pool_edit", args=[pool.pk])
    maya.post(url, {"name": "Print ads", "forwarding_number": "602 555 0176", "lines": [lines.botox.pk]})
    pool.refresh_from_db()
    assert (pool.name, pool.forwarding_number) == ("Print ads", "+16025550176")
    maya.post(reverse("telephony:pool_delete", args=[pool.pk]))
    lines.botox.refresh_from_db()
    assert lines.botox.pool is None


# Who may ---------------------------------------------------------------------------------------

PAGES = ["line_edit", "line_preview", "pool_edit", "pool_delete"]


@pytest.mark.parametrize("name", PAGES)
def test_staff_get_403_and_outsiders_404(client, cast, lines, name):
    pool = NumberPool.objects.create(practice=cast.glow, name="Print", forwarding_number="+16025550175")
    url = reverse(f"telephony:{name}", args=[pool.pk if name.startswith("pool") else lines.main.pk])
    for person, status in ((cast.jordan, 403), (cast.priya, 403), (cast.outsider, 404)):
        client.force_login(person.user)
        assert client.post(url, {}).status_code == status
    assert NumberPool.objects.for_practice(cast.glow).filter(pk=pool.pk).exists()


@pytest.mark.parametrize(
    "url", ["/settings/phone-numbers/", "/settings/phone-numbers/add/", "/settings/phone-numbers/pools/add/"]
)
def test_staff_do_not_see_the_pages(client, cast, url):
    client.force_login(cast.jordan.user)
    assert client.get(url).status_code == 403


def test_the_callers_of_the_preview_are_those_that_the_admin_may_see(maya, cast, lines):
    page = text(maya.get(edit_url(lines.main)))
    assert "Grace Park, assigned to Priya Nair" in page
    assert "Sven" not in page


def test_a_route_that_reaches_nobody_is_not_called_a_success(maya, cast, lines):
    for person in (cast.jordan, cast.priya):
        StaffCallSettings.objects.create(staff=person, web_app=False)
    touch(cast.glow)
    page = preview(maya, lines.main, ring_members=[cast.jordan.pk, cast.priya.pk])
    assert "Voicemail at once" in page
    assert "Call goes here" not in page
    assert "Nobody can be reached, so at once" in page
    assert f"/settings/staff/{cast.jordan.pk}/" in page


def test_the_page_asks_the_database_no_more_for_fifteen_people_than_for_three(maya, cast, lines):
    def statements():
        maya.get(edit_url(lines.main))
        with CaptureQueriesContext(connection) as asked:
            maya.get(edit_url(lines.main))
        return len(asked)

    few = statements()
    crowd(cast.glow, 12)
    touch(cast.glow)
    assert statements() == few
    assert few <= 27


def test_the_second_to_save_a_line_is_told(client, cast, lines):
    client.force_login(cast.maya.user)
    address = f"/settings/phone-numbers/{lines.main.pk}/"
    form = client.get(address).context["form"]
    values = {name: form[name].value() for name in form.fields if isinstance(form[name].value(), str | int | bool)}
    values = {name: "on" if value is True else value for name, value in values.items() if value is not False}
    Line.objects.for_practice(cast.glow).filter(pk=lines.main.pk).update(incoming_timeout=33)
    answer = client.post(address, {**values, "ring_members": [cast.maya.pk], "seen": form.marks})
    assert answer.status_code == 422
    assert "Somebody else changed Incoming" in answer.content.decode()
    lines.main.refresh_from_db()
    assert lines.main.incoming_timeout == 33
