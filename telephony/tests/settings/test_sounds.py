import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from aesthetix.audit.models import AuditEntry
from aesthetix.lib.tests.sounds import wav
from telephony.models import Call, Recording
from telephony.services.greetings import store_greeting

SOUND = wav(2.0)


@pytest.fixture
def files(both_storages):
    """All of this holds for local files and for S3."""


@pytest.fixture
def greeting(admin, files, sound):
    return store_greeting(actor=admin, upload=sound("front.wav"))


def recording_of(practice, contact, sid="RE1", **fields):
    call = Call.objects.create(practice=practice, sid=f"CA{sid}", contact=contact, from_number="+16025550147")
    values = {"state": Recording.State.STORED, "content_type": "audio/wav", "seconds": 2, "due_at": None} | fields
    row = Recording(practice=practice, call=call, sid=sid, kind=Recording.Kind.VOICEMAIL, url="x", **values)
    if row.state == Recording.State.STORED:
        row.file.save("voicemail.wav", ContentFile(SOUND), save=False)
    row.save()
    return row


def play(client, person, recording, **headers):
    client.force_login(person.user)
    return client.get(reverse("telephony:recording_audio", args=[recording.pk]), headers=headers)


def body(response):
    return b"".join(response.streaming_content)


# Greetings ------------------------------------------------------------------------------------


def test_the_carrier_gets_a_greeting_without_signing_in(client, greeting):
    response = client.get(f"/calls/greetings/{greeting.token}")
    assert (response.status_code, response["Content-Type"]) == (200, "audio/wav")
    assert "public" in response["Cache-Control"]
    assert body(response) == SOUND
    head = client.head(f"/calls/greetings/{greeting.token}")
    assert (head.status_code, head["Content-Length"], head.content) == (200, str(len(SOUND)), b"")


@pytest.mark.parametrize("token", ["x", "0" * 43, "..%2f..%2fsettings.py"])
def test_a_guessed_token_gets_nothing(client, greeting, token):
    assert client.get(f"/calls/greetings/{token}").status_code == 404


def test_a_greeting_is_not_posted_to(client, greeting):
    assert client.post(f"/calls/greetings/{greeting.token}").status_code == 405


def test_staff_of_the_practice_may_listen_and_nobody_else(client, cast, greeting):
    url = reverse("telephony:greeting_audio", args=[greeting.pk])
    assert client.get(url).status_code == 302
    client.force_login(cast.priya.user)
    response = client.get(url, headers={"Range": "bytes=0-9"})
    assert (response.status_code, body(response)) == (206, SOUND[:10])
    assert "private" in response["Cache-Control"]
    client.force_login(cast.outsider.user)
    assert client.get(url).status_code == 404


# Recordings -----------------------------------------------------------------------------------


def test_a_recording_is_played_by_those_who_may_see_the_contact(client, cast, files):
    recording = recording_of(cast.glow, cast.grace)
    for person in (cast.maya, cast.jordan, cast.priya):
        response = play(client, person, recording)
        assert (response.status_code, body(response)) == (200, SOUND)
        assert response["Cache-Control"] == "private, no-store"


def test_others_get_404(client, cast, files):
    cast.grace.assigned_to = cast.jordan
    cast.grace.save()
    recording = recording_of(cast.glow, cast.grace)
    assert play(client, cast.priya, recording).status_code == 404
    assert play(client, cast.outsider, recording).status_code == 404
    client.logout()
    assert client.get(reverse("telephony:recording_audio", args=[recording.pk])).status_code == 302
    assert not AuditEntry.objects.across_practices().filter(action="play").exists()


def test_an_anonymous_voicemail_needs_access_to_all_data(client, cast, files):
    recording = recording_of(cast.glow, None)
    assert play(client, cast.jordan, recording).status_code == 200
    assert play(client, cast.priya, recording).status_code == 404


@pytest.mark.parametrize("state", ["pending", "absent", "failed"])
def test_what_is_not_stored_cannot_be_played(client, cast, files, state):
    recording = recording_of(cast.glow, cast.grace, state=state)
    assert play(client, cast.maya, recording).status_code == 404


def test_a_play_is_audited_once_however_many_ranges_the_player_asks_for(client, cast, files, clock):
    recording = recording_of(cast.glow, cast.grace)
    for start in (0, 100, 5000):
        assert play(client, cast.maya, recording, Range=f"bytes={start}-").status_code == 206
    entries = AuditEntry.objects.for_practice(cast.glow).filter(action="play")
    assert [(entry.staff, entry.contact_id) for entry in entries] == [(cast.maya, cast.grace.pk)]
    play(client, cast.jordan, recording, Range="bytes=9-")
    clock.tick(minutes=6)
    play(client, cast.maya, recording)
    assert entries.all().count() == 3


def test_a_strange_content_type_from_the_carrier_is_not_passed_on(client, cast, files):
    recording = recording_of(cast.glow, cast.grace, content_type="text/html")
    response = play(client, cast.maya, recording)
    assert (response["Content-Type"], response["X-Content-Type-Options"]) == ("audio/wav", "nosniff")


def test_a_file_name_cannot_break_the_header(client, cast, files, sound, admin):
    greeting = store_greeting(actor=admin, upload=sound('a"\r\nSet-Cookie: x=1.wav'))
    client.force_login(cast.maya.user)
    response = client.get(reverse("telephony:greeting_audio", args=[greeting.pk]))
    assert response.status_code == 200
    assert "Set-Cookie" not in response.headers
