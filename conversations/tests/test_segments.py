import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.channels.sms.segments import measure


@pytest.mark.parametrize(
    ("body", "encoding", "units", "segments"),
    [
        ("", "GSM-7", 0, 1),
        ("a" * 160, "GSM-7", 160, 1),
        ("a" * 161, "GSM-7", 161, 2),
        ("a" * 306, "GSM-7", 306, 2),
        ("a" * 307, "GSM-7", 307, 3),
        ("€" * 80, "GSM-7", 160, 1),
        ("a" * 159 + "€", "GSM-7", 161, 2),
        ("é" * 160, "GSM-7", 160, 1),
        ("ç", "UCS-2", 1, 1),
        ("’" * 70, "UCS-2", 70, 1),
        ("’" * 71, "UCS-2", 71, 2),
        ("’" * 134, "UCS-2", 134, 2),
        ("’" * 135, "UCS-2", 135, 3),
        ("🙂" * 35, "UCS-2", 70, 1),
        ("🙂" * 36, "UCS-2", 72, 2),
    ],
)
def test_a_body_is_measured_as_the_carrier_bills_it(body, encoding, units, segments):
    size = measure(body)
    assert (size.encoding, size.units, size.segments) == (encoding, units, segments)


def test_an_escape_pair_is_not_cut_at_the_end_of_a_segment():
    assert measure("a" * 152 + "€" + "a" * 152).segments == 3  # 306 septets would fit in two if it could be cut


@given(st.text(max_size=700))
def test_a_longer_text_never_takes_fewer_segments(body):
    assert measure(body).segments <= measure(body + "x").segments <= measure(body + "x").units + 1
