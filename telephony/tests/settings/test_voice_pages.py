import pytest
from django.urls import reverse

from telephony.models import StaffCallSettings
from telephony.services.profile import touch, voice_settings

VOICE_CALLS = "/settings/phone-numbers/advanced/voice-calls/"
ALL_ON = {
    "ring_number_user": "on",
    "ring_contact_user": "on",
    "forward_to_line_number": "on",
    "forward_to_business": "on",
}


@pytest.fixture
def maya(client, cast):
    client.force_login(cast.maya.user)
    return client


def text(response):
    return " ".join(response.content.decode().split())


# The four switches ----------------------------------------------------------------------------


def test_the_priority_is_explained_and_each_number_said(maya, lines):
    page = text(maya.get(VOICE_CALLS))
    order = [
        page.index(words)
        for words in ("Ring user assigned to called", "Ring user assigned to contact", "Forward to phone")
    ]
    assert order == sorted(order)
    assert "the called number wins over the contact" in page
    assert "No number drops calls." in page


def test_switches_are_saved(maya, cast, lines):
    maya.post(VOICE_CALLS, {name: "on" for name in ALL_ON if name != "ring_contact_user"})
    assert not voice_settings(cast.glow).ring_contact_user
    assert voice_settings(cast.glow).forward_to_business


def test_the_preview_counts_the_numbers_that_would_drop(maya, cast, lines):
    page = text(maya.post(VOICE_CALLS + "preview/", {"ring_contact_user": "on", "line": str(lines.botox.pk)}))
    assert "1 of 2 numbers would drop" in page
    assert "“Ring user assigned to called number” is off in Advanced Settings." in page
    assert voice_settings(cast.glow).ring_number_user


def test_switches_that_make_calls_drop_ask_first(maya, cast, lines):
    answer = maya.post(VOICE_CALLS, {"ring_contact_user": "on"})
    assert answer.status_code == 422
    assert "Somebody new who calls Botox line would be cut off." in text(answer)
    assert voice_settings(cast.glow).ring_number_user
    maya.post(VOICE_CALLS, {"ring_contact_user": "on", "drop_confirmed": "1"})
    assert not voice_settings(cast.glow).ring_number_user


def test_a_number_that_drops_already_does_not_ask_again(maya, cast, lines):
    maya.post(VOICE_CALLS, {"drop_confirmed": "1"})
    assert maya.post(VOICE_CALLS, {"ring_contact_user": "on"}).status_code == 302


def test_a_switch_that_closes_a_circle_is_refused_with_the_chain(maya, cast, lines):
    maya.post(VOICE_CALLS, {"ring_number_user": "on", "forward_to_line_number": "on"})
    lines.main.forwarding_number = lines.botox.number
    lines.main.save()
    cast.glow.company_phone = lines.main.number
    cast.glow.save()
    touch(cast.glow)
    answer = maya.post(VOICE_CALLS, ALL_ON)
    assert answer.status_code == 422
    assert "Calls would go round in a circle" in text(answer)


def test_a_practice_without_numbers_has_the_page_too(maya):
    assert "No numbers yet." in text(maya.get(VOICE_CALLS))


# Business Profile -----------------------------------------------------------------------------


def test_call_settings_stand_in_the_business_profile(maya, cast, lines):
    StaffCallSettings.objects.create(staff=cast.jordan)
    page = text(maya.get("/settings/business-profile/"))
    assert "Call &amp; Voicemail Settings" in page
    assert "Save Call Settings" in page
    assert "Not recommended" in page
    assert "No workflow texts after a missed call." in page


def test_the_workflow_that_handles_missed_calls_is_named(maya, cast):
    from workflows.services.defaults import install_default_workflows

    install_default_workflows(cast.glow)
    page = text(maya.get("/settings/business-profile/"))
    assert "Handled by workflow" in page
    assert "Missed call text back</a>”: <span" in page


def test_call_settings_are_saved_with_a_greeting_that_can_be_played(maya, cast, files, sound):
    data = {"incoming_timeout": "15", "greeting": sound("closed.mp3")}
    page = text(maya.post(reverse("telephony:call_settings_save"), data, follow=True))
    greeting = voice_settings(cast.glow).greeting
    assert "Call settings saved." in page
    assert reverse("telephony:greeting_audio", args=[greeting.pk]) in page
    maya.post(reverse("telephony:call_settings_save"), {"incoming_timeout": "15", "remove_greeting": "on"})
    assert voice_settings(cast.glow).greeting is None


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"incoming_timeout": "61"}, "At most 60 seconds."),
        ({"incoming_timeout": ""}, "This field is required."),
    ],
)
def test_bad_call_settings_come_back_on_the_page_with_422(maya, cast, bad, message):
    answer = maya.post(reverse("telephony:call_settings_save"), {"incoming_timeout": "15"} | bad)
    assert answer.status_code == 422
    assert message in text(answer)
    assert "Business hours" in text(answer)
    assert voice_settings(cast.glow).incoming_timeout == 20


def test_an_upload_that_is_too_long_says_so_at_the_file(maya, cast, files, sound):
    data = {"incoming_timeout": "15", "greeting": sound("long.wav", seconds=181)}
    answer = maya.post(reverse("telephony:call_settings_save"), data)
    assert answer.status_code == 422
    assert "longer than 3 minutes" in text(answer)
    assert voice_settings(cast.glow).incoming_timeout == 20


# My Staff -------------------------------------------------------------------------------------


def staff_url(member, name="staff_calls_save"):
    return reverse(f"telephony:{name}", args=[member.pk])


def test_a_persons_phones_are_saved_and_the_effect_is_said(maya, cast):
    data = {"calls-web_app": "on", "calls-mobile_app": "on", "calls-personal_number": "(602) 555-0119"}
    page = text(maya.post(staff_url(cast.jordan), data, follow=True))
    assert "Rings: web app (web app always wins). Also rings (602) 555-0119." in page
    assert StaffCallSettings.objects.get(staff=cast.jordan).personal_number == "+16025550119"


def test_the_effect_of_unsaved_values_is_said_and_nothing_saved(maya, cast):
    page = text(maya.post(staff_url(cast.jordan, "staff_calls_preview"), {"calls-mobile_app": "on"}))
    assert "Rings: mobile app." in page
    assert not StaffCallSettings.objects.filter(staff=cast.jordan).exists()


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"calls-personal_number": "12"}, "is not a telephone number"),
        ({"calls-incoming_timeout": "4"}, "At least 5 seconds."),
        ({"calls-ring_all_channel": "personal"}, "Enter a personal phone number first"),
        ({"calls-personal_number": "602 555 0100"}, "one of your own lines"),
    ],
)
def test_bad_staff_settings_come_back_on_the_page_with_422(maya, cast, lines, bad, message):
    answer = maya.post(staff_url(cast.jordan), {"calls-web_app": "on"} | bad)
    assert answer.status_code == 422
    assert message in text(answer)
    assert "Role and data access" in text(answer)
    assert not StaffCallSettings.objects.filter(staff=cast.jordan).exists()


@pytest.mark.parametrize("name", ["staff_calls_save", "staff_calls_preview"])
def test_staff_get_403_and_outsiders_404(client, cast, name):
    for person, status in ((cast.jordan, 403), (cast.outsider, 404)):
        client.force_login(person.user)
        assert client.post(staff_url(cast.priya, name), {"calls-web_app": "on"}).status_code == status


@pytest.mark.parametrize("url", [VOICE_CALLS, VOICE_CALLS + "preview/", "/settings/business-profile/calls/"])
def test_staff_change_no_practice_setting(client, cast, url):
    client.force_login(cast.jordan.user)
    assert client.post(url, ALL_ON).status_code == 403


def test_two_tabs_of_the_switches_do_not_undo_each_other(client, cast):
    client.force_login(cast.maya.user)
    address = "/settings/phone-numbers/advanced/voice-calls/"
    form = client.get(address).context["form"]
    stored = voice_settings(cast.glow)
    stored.ring_number_user = not stored.ring_number_user
    stored.save()
    kept = stored.ring_number_user
    answer = client.post(address, {"ring_contact_user": "on", "seen": form.marks, "drop_confirmed": "1"})
    assert answer.status_code == 422
    assert "Somebody else changed Ring user assigned to called number" in answer.content.decode()
    stored.refresh_from_db()
    assert stored.ring_number_user == kept
