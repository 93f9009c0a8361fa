import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from aesthetix.audit.models import AuditEntry
from aesthetix.practices.actor import Actor
from aesthetix.practices.models import Staff, User
from telephony.models import Greeting, Line, RingMember
from telephony.services import lines as services
from telephony.services.profile import load_profile, voice_settings


def configure(actor, line, members=(), **fields):
    """Edit Configuration with these fields changed."""
    files = {name: fields.pop(name) for name in ("greeting", "remove_greeting") if name in fields}
    line = Line.objects.for_practice(line.practice).get(pk=line.pk)
    for name, value in fields.items():
        setattr(line, name, value)
    return services.configure_line(actor=actor, line=line, ring_members=members, **files)


def crowd(practice, size):
    users = [User.objects.create_user(f"s{n}@glow.example", name=f"Staff {n}") for n in range(size)]
    return [Staff.objects.create(practice=practice, user=user) for user in users]


def refused(call):
    with pytest.raises(ValidationError) as caught:
        call()
    return caught.value.message_dict


# Adding ---------------------------------------------------------------------------------------


def test_a_number_is_cleaned_and_the_first_is_the_default(cast, admin):
    line = services.add_line(actor=admin, number="(602) 555-0188", name="Front desk")
    assert (line.number, line.is_default_outbound) == ("+16025550188", True)
    assert not services.add_line(actor=admin, number="602 555 0189", name="Second").is_default_outbound
    assert set(load_profile(cast.glow).lines) == {line.pk, line.pk + 1}


def test_two_lines_of_a_practice_cannot_have_the_same_name(cast, admin):
    first = services.add_line(actor=admin, number="602 555 0188", name="Front desk")
    second = services.add_line(actor=admin, number="602 555 0189", name="Second")
    assert "name" in refused(lambda: services.add_line(actor=admin, number="602 555 0190", name="front desk"))
    assert "name" in refused(lambda: configure(admin, second, name="FRONT DESK"))
    assert configure(admin, first, name="Front Desk").name == "Front Desk"


@pytest.mark.parametrize("number", ["", "12", "not a number", "+1", "602-555"])
def test_a_number_that_is_none_is_refused(cast, admin, number):
    assert "number" in refused(lambda: services.add_line(actor=admin, number=number, name="X"))
    assert not Line.objects.for_practice(cast.glow).exists()


def test_a_number_in_use_is_refused_without_saying_where(admin, lines):
    for number in ("+16025550100", "(480) 555-0100"):
        assert refused(lambda number=number: services.add_line(actor=admin, number=number, name="X")) == {
            "number": ["This number is in use already."]
        }


def test_a_new_number_that_closes_a_circle_is_refused(admin, lines):
    configure(admin, lines.main, forwarding_number="+16025550102")
    voice_settings(admin.practice)
    admin.practice.company_phone = "+16025550100"
    admin.practice.save()
    services.touch(admin.practice)
    message = refused(lambda: services.add_line(actor=admin, number="+16025550102", name="Third"))["number"][0]
    assert message.endswith("Third → Main line (Company Phone) → Third.")


# Saving ---------------------------------------------------------------------------------------


def test_a_configuration_is_saved_audited_and_read_by_the_next_call(cast, admin, lines):
    version = voice_settings(cast.glow).version
    configure(
        admin, lines.main, [cast.priya, cast.maya], name="Front", forwarding_number="+16025550175", incoming_timeout=15
    )
    config = load_profile(cast.glow).lines[lines.main.pk]
    assert (config.name, config.ring_all, config.timeout) == ("Front", (cast.priya.pk, cast.maya.pk), 15)
    assert voice_settings(cast.glow).version != version
    changes = AuditEntry.objects.for_practice(cast.glow).get().changes
    assert changes == {
        "name": ["Main line", "Front"],
        "forwarding_number": ["", "+16025550175"],
        "incoming_timeout": ["20", "15"],
        "ring_members": ["Jordan Lee, Priya Nair", "Priya Nair, Maya Chen"],
    }


def test_six_people_may_ring_and_a_seventh_is_refused(cast, admin, lines):
    people = crowd(cast.glow, 7)
    configure(admin, lines.main, people[:6])
    assert refused(lambda: configure(admin, lines.main, people)) == {
        "ring_members": ["Up to 6 people can ring at once. 7 are selected."]
    }
    assert RingMember.objects.filter(line=lines.main).count() == 6


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("incoming_timeout", 4),
        ("incoming_timeout", 61),
        ("name", ""),
        ("whisper_message", ""),
        ("lead_source", "x" * 81),
    ],
)
def test_a_bad_value_is_refused_at_its_field_and_changes_nothing(cast, admin, lines, field, value):
    assert field in refused(lambda: configure(admin, lines.main, [cast.maya], **{field: value}))
    assert RingMember.objects.filter(line=lines.main).count() == 2
    assert not AuditEntry.objects.for_practice(cast.glow).exists()


def test_a_circle_is_refused_with_its_chain(admin, lines):
    configure(admin, lines.botox, forwarding_number="+16025550100", assigned_to=None)
    message = refused(lambda: configure(admin, lines.main, forwarding_number="+16025550101"))["forwarding_number"][0]
    assert message == "Calls would go round in a circle: Main line → Botox line → Main line."


def test_a_line_may_not_forward_to_itself(admin, lines):
    assert "forwarding_number" in refused(lambda: configure(admin, lines.main, forwarding_number="+16025550100"))


def test_the_default_outbound_number_moves_and_never_disappears(cast, admin, lines):
    configure(admin, lines.botox, is_default_outbound=True)
    assert list(Line.objects.for_practice(cast.glow).filter(is_default_outbound=True)) == [lines.botox]
    assert "is_default_outbound" in refused(lambda: configure(admin, lines.botox, is_default_outbound=False))


def test_people_of_another_practice_are_refused(cast, admin, lines):
    assert refused(lambda: configure(admin, lines.main, [cast.outsider]))
    assert refused(lambda: configure(admin, lines.main, assigned_to=cast.outsider))


def test_a_line_of_another_practice_is_not_there(admin, lines):
    with pytest.raises(Line.DoesNotExist):
        configure(admin, lines.theirs, name="Mine now")


@pytest.mark.parametrize("who", ["jordan", "priya"])
def test_staff_change_no_line(cast, lines, who):
    actor = Actor(practice=cast.glow, staff=getattr(cast, who))
    with pytest.raises(PermissionDenied):
        configure(actor, lines.main, name="Mine")
    with pytest.raises(PermissionDenied):
        services.add_line(actor=actor, number="+16025550188", name="Mine")


# Greetings ------------------------------------------------------------------------------------


def test_a_greeting_is_kept_replaced_and_removed_with_its_file(
    cast, admin, lines, files, sound, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        first = configure(admin, lines.main, greeting=sound("front desk.wav")).greeting
        second = configure(admin, lines.main, greeting=sound("evening.mp3")).greeting
    assert Greeting.objects.for_practice(cast.glow).get() == second
    assert (second.name, second.content_type) == ("evening.mp3", "audio/mpeg")
    assert second.token != first.token
    assert [path.suffix for path in (files / "greetings").iterdir()] == [".mp3"]
    with django_capture_on_commit_callbacks(execute=True):
        assert configure(admin, lines.main, remove_greeting=True).greeting is None
    assert list((files / "greetings").iterdir()) == []


def test_a_greeting_that_another_setting_plays_is_not_deleted(cast, admin, lines, files, sound):
    greeting = configure(admin, lines.main, greeting=sound()).greeting
    configure(admin, lines.botox)
    Line.objects.for_practice(cast.glow).filter(pk=lines.botox.pk).update(greeting=greeting)
    configure(admin, lines.main, remove_greeting=True)
    assert Greeting.objects.for_practice(cast.glow).filter(pk=greeting.pk).exists()


def test_what_is_not_sound_is_refused_and_nothing_else_is_saved(cast, admin, lines, files, sound):
    upload = sound("words.mp3", b"only words " * 500)
    assert "greeting" in refused(lambda: configure(admin, lines.main, name="Other", greeting=upload))
    lines.main.refresh_from_db()
    assert (lines.main.name, lines.main.greeting) == ("Main line", None)
    assert not (files / "greetings").exists()


def test_a_path_in_the_file_name_is_only_a_name(admin, lines, files, sound):
    greeting = configure(admin, lines.main, greeting=sound("..\\..\\etc\\greeting.wav")).greeting
    assert greeting.name == "greeting.wav"
    assert greeting.file.name == f"greetings/{greeting.token}.wav"
