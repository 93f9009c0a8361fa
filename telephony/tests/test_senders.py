import pytest

from conversations.channels import ports
from telephony.models import Line, StaffCallSettings
from telephony.services.senders import is_own_number


@pytest.fixture
def lines(cast):
    def line(practice, number, name, **fields):
        return Line.objects.create(practice=practice, number=number, name=name, **fields)

    return {
        "botox": line(cast.glow, "+16025550192", "Botox ads"),
        "main": line(cast.glow, "+16025550190", "Main line", is_default_outbound=True),
        "priya": line(cast.glow, "+16025550191", "Priya's line", assigned_to=cast.priya),
        "other": line(cast.other, "+14805550160", "Front desk", is_default_outbound=True),
    }


def labels(practice, staff):
    return [sender.label for sender in ports.senders_for(practice, staff)]


def test_staff_with_all_data_choose_among_all_lines_of_their_practice(cast, lines):
    assert labels(cast.glow, cast.jordan) == ["Main line", "Botox ads", "Priya's line"]


def test_a_program_may_use_every_line(cast, lines):
    assert labels(cast.glow, None) == ["Main line", "Botox ads", "Priya's line"]


def test_only_the_first_sender_is_the_default(cast, lines):
    assert [s.is_default for s in ports.senders_for(cast.glow, None)] == [True, False, False]


def test_assigned_only_staff_text_from_their_own_line(cast, lines):
    assert labels(cast.glow, cast.priya) == ["Priya's line"]


def test_assigned_only_staff_without_a_line_have_the_default_line_and_no_choice(cast, lines):
    Line.objects.for_practice(cast.glow).filter(assigned_to=cast.priya).update(assigned_to=None)
    assert labels(cast.glow, cast.priya) == ["Main line"]


def test_a_practice_without_lines_has_no_senders(cast):
    assert labels(cast.glow, cast.jordan) == []


def test_lines_the_company_phone_and_colleagues_are_our_own_numbers(cast, lines):
    StaffCallSettings.objects.create(staff=cast.jordan, personal_number="+16025550142")
    for number in ("+16025550191", "+16025550142", cast.glow.company_phone):
        assert is_own_number(cast.glow, number)


def test_patients_and_other_practices_numbers_are_not_our_own(cast, lines):
    StaffCallSettings.objects.create(staff=cast.outsider, personal_number="+16025550143")
    for number in ("+16025550147", "+14805550160", "+16025550143", ""):
        assert not is_own_number(cast.glow, number)


def test_nobody_is_not_us(cast):
    assert not is_own_number(cast.other, "")


def test_the_number_of_somebody_who_left_is_no_longer_ours(cast, clock):
    StaffCallSettings.objects.create(staff=cast.jordan, personal_number="+16025550142")
    cast.jordan.left_at = clock()
    cast.jordan.save()
    assert not is_own_number(cast.glow, "+16025550142")
