import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from aesthetix.practices.hours import Interval
from aesthetix.practices.shifts import WEEK, in_words, minutes_open, overlaps

nine, noon, five, two_am = dt.time(9), dt.time(12), dt.time(17), dt.time(2)
intervals = st.builds(
    Interval,
    weekday=st.integers(0, 6),
    opens=st.times().map(lambda t: t.replace(second=0, microsecond=0, tzinfo=None)),
    closes=st.times().map(lambda t: t.replace(second=0, microsecond=0, tzinfo=None)),
)


def minutes_of(shift):
    start = shift.weekday * 1440 + shift.opens.hour * 60 + shift.opens.minute
    return {(start + minute) % WEEK for minute in range(minutes_open(shift))}


def test_intervals_that_only_touch_are_fine():
    assert overlaps([Interval(0, nine, noon), Interval(0, noon, five)]) == []


def test_intervals_of_one_day_that_share_an_hour_are_found():
    morning, long = Interval(0, nine, noon), Interval(0, dt.time(11), five)
    assert overlaps([morning, long]) == [(morning, long)]


def test_sunday_night_runs_into_monday():
    night, monday = Interval(6, five, two_am), Interval(0, dt.time(1), nine)
    assert overlaps([monday, night]) == [(monday, night)]


def test_equal_times_are_a_whole_day():
    assert minutes_open(Interval(0, nine, nine)) == 1440


def test_words():
    assert in_words(Interval(0, nine, five)) == "Monday 9:00 AM to 5:00 PM"


@given(st.lists(intervals, max_size=6))
def test_overlaps_are_exactly_the_pairs_that_share_a_minute(shifts):
    found = overlaps(shifts)
    for i, a in enumerate(shifts):
        for b in shifts[i + 1 :]:
            assert ((a, b) in found) == bool(minutes_of(a) & minutes_of(b))
