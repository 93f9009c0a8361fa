import io
import wave

import pytest
from django.core.management import CommandError, call_command

from aesthetix.events.due import drain_all
from aesthetix.events.models import Event
from aesthetix.lib import clock
from aesthetix.operations.demo.loading import LOGIN, load_demo
from aesthetix.operations.demo.sound import spoken_wav
from aesthetix.practices.models import Practice, Staff
from contacts.models import Contact, ContactPhone, DuplicatePair
from conversations.models import Item, Message, Thread
from telephony.models import Call, Greeting, Line, Recording, VoiceSettings

PASSWORD = "coral-fern-maple-42"


@pytest.fixture
def glow(db, tmp_path, settings):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path)},
        },
    }
    assert load_demo(PASSWORD)
    return Practice.objects.get(slug="glow-scottsdale")


def rows(model, practice):
    return model.objects.for_practice(practice)


def test_people_can_sign_in_and_there_is_a_practice_to_switch_to(glow, client):
    assert client.login(username=LOGIN, email=LOGIN, password=PASSWORD)
    maya = Staff.objects.across_practices().filter(user__email=LOGIN)
    assert {member.practice.slug for member in maya} == {"glow-scottsdale", "glow-tempe"}
    assert rows(Staff, glow).count() == 5


def test_the_lines_show_ring_all_a_direct_line_and_a_forwarding_line(glow):
    lines = {line.name: line for line in rows(Line, glow)}
    assert lines["Main line"].ring_members.count() == 3
    assert lines["Dr. Okafor direct"].assigned_to.user.name == "Dr. Ada Okafor"
    assert lines["Google Ads line"].forwarding_number == lines["Main line"].number


def test_patients_are_invented_and_some_share_a_number(glow):
    assert rows(Contact, glow).count() == 43
    numbers = list(rows(ContactPhone, glow).values_list("number", flat=True))
    assert all("55501" in number for number in numbers)
    assert len(numbers) - len(set(numbers)) == 1


def test_there_are_duplicates_to_merge_and_a_household(glow):
    pairs = {(pair.kind, pair.first.last_name, pair.second.last_name) for pair in rows(DuplicatePair, glow)}
    assert pairs == {
        ("duplicate", "Lindqvist", "Lindquist"),
        ("duplicate", "Duarte", "Duarte"),
        ("household", "Whitfield", "Whitfield"),
    }


def test_the_week_lies_behind_now_and_is_finished(glow):
    now = clock.now()
    calls = rows(Call, glow)
    assert {call.outcome for call in calls} == {"answered", "missed"}
    assert all(call.started_at < now and call.state == "ended" and call.route["trace"] for call in calls)
    assert not rows(Message, glow).filter(due_at__isnull=False).exists()
    assert not rows(Event, glow).filter(due_at__isnull=False).exists()


def test_no_text_goes_out_about_calls_of_last_week(glow):
    before = rows(Message, glow).count()
    drain_all()
    assert rows(Message, glow).count() == before


def test_every_recognised_missed_call_got_its_one_text_back(glow):
    missed = rows(Call, glow).filter(outcome="missed", contact__isnull=False)
    backs = rows(Message, glow).filter(origin="workflow")
    assert sorted(call.from_number for call in missed) == sorted(text.to_address for text in backs)
    assert backs.get(state="withheld").reason


def test_voicemails_and_the_greeting_can_be_played(glow):
    sounds = [*rows(Recording, glow), *rows(Greeting, glow)]
    assert len(sounds) == 5
    for sound in sounds:
        with wave.open(sound.file.open()) as playing:
            assert round(playing.getnframes() / playing.getframerate()) == round(sound.seconds)
    assert VoiceSettings.objects.get(practice=glow).greeting


def test_the_inbox_has_a_few_unread_threads(glow):
    assert rows(Thread, glow).filter(unread_count__gt=0).count() == 4
    assert rows(Thread, glow).filter(contact=None).count() == 1


def test_loading_it_twice_changes_nothing(glow):
    before = (Item.objects.across_practices().count(), Contact.objects.across_practices().count())
    assert not load_demo("another password")
    assert (Item.objects.across_practices().count(), Contact.objects.across_practices().count()) == before


def test_production_data_is_never_thrown_away(glow, settings):
    settings.DEV = False
    with pytest.raises(CommandError, match="not thrown away"):
        call_command("demo", reset=True)
    assert rows(Contact, glow).exists()


def test_a_voice_is_a_real_sound_of_its_length():
    with wave.open(io.BytesIO(spoken_wav(1.5, voice=2))) as sound:
        assert sound.getnframes() == 12_000
        assert max(sound.readframes(12_000)) > 0
