import datetime as dt
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from aesthetix.practices.hours import Interval, is_open, next_opening

PHOENIX = ZoneInfo("America/Phoenix")  # never changes its clocks
DENVER = ZoneInfo("America/Denver")  # changes on 8 March and 1 November 2026
MINUTE = dt.timedelta(minutes=1)


def weekly(*intervals):
    return [
        Interval(day, dt.time.fromisoformat(opens), dt.time.fromisoformat(closes)) for day, opens, closes in intervals
    ]


def local(text, tz=PHOENIX, fold=0):
    return dt.datetime.fromisoformat(text).replace(tzinfo=tz, fold=fold)


MONDAY_TWICE = weekly((0, "09:00", "12:00"), (0, "13:00", "17:00"))
LATE_FRIDAY = weekly((4, "18:00", "02:00"))


def test_a_day_with_a_lunch_break_is_closed_over_lunch():
    for time, expected in [("08:59", False), ("09:00", True), ("12:00", False), ("13:00", True), ("17:00", False)]:
        assert is_open(MONDAY_TWICE, [], PHOENIX, local(f"2026-11-16 {time}")) is expected, time


def test_a_shift_past_midnight_belongs_to_the_evening_on_which_it_begins():
    assert is_open(LATE_FRIDAY, [], PHOENIX, local("2026-11-21 01:59"))
    assert not is_open(LATE_FRIDAY, [], PHOENIX, local("2026-11-21 02:00"))
    assert not is_open(LATE_FRIDAY, [], PHOENIX, local("2026-11-20 01:00"))


def test_a_shift_that_closes_when_it_opens_lasts_the_whole_day():
    around_the_clock = weekly((0, "00:00", "00:00"))
    assert is_open(around_the_clock, [], PHOENIX, local("2026-11-16 00:00"))
    assert is_open(around_the_clock, [], PHOENIX, local("2026-11-16 23:59"))
    assert not is_open(around_the_clock, [], PHOENIX, local("2026-11-17 00:00"))


def test_a_holiday_is_closed_and_so_is_the_night_after_its_evening():
    holiday = {dt.date(2026, 11, 20)}
    assert not is_open(LATE_FRIDAY, holiday, PHOENIX, local("2026-11-20 20:00"))
    assert not is_open(LATE_FRIDAY, holiday, PHOENIX, local("2026-11-21 01:00"))


def test_the_evening_before_a_holiday_ends_at_midnight():
    holiday = {dt.date(2026, 11, 21)}
    assert is_open(LATE_FRIDAY, holiday, PHOENIX, local("2026-11-20 23:59"))
    assert not is_open(LATE_FRIDAY, holiday, PHOENIX, local("2026-11-21 00:00"))


def test_the_same_moment_is_judged_in_the_time_zone_of_the_practice():
    moment = dt.datetime(2026, 7, 6, 15, 30, tzinfo=dt.UTC)  # 8:30 in Phoenix, 9:30 in Denver
    assert not is_open(MONDAY_TWICE, [], PHOENIX, moment)
    assert is_open(MONDAY_TWICE, [], DENVER, moment)


def test_opening_hours_follow_the_wall_clock_when_summer_time_begins():
    sunday = weekly((6, "01:00", "09:00"))
    assert is_open(sunday, [], DENVER, dt.datetime(2026, 3, 8, 14, 59, tzinfo=dt.UTC))  # 8:59, an hour was skipped
    assert not is_open(sunday, [], DENVER, dt.datetime(2026, 3, 8, 15, 0, tzinfo=dt.UTC))


def test_a_skipped_opening_time_opens_as_much_later_as_the_clock_jumped():
    sunday = weekly((6, "02:30", "09:00"))
    assert next_opening(sunday, [], DENVER, local("2026-03-08 00:00", DENVER)) == local("2026-03-08 03:30", DENVER)


def test_a_repeated_closing_time_closes_once():
    saturday_night = weekly((5, "22:00", "01:30"))
    assert is_open(saturday_night, [], DENVER, local("2026-11-01 01:29", DENVER))
    assert not is_open(saturday_night, [], DENVER, local("2026-11-01 01:10", DENVER, fold=1))


def test_next_opening_skips_holidays_and_closed_days():
    start = local("2026-11-16 18:00")
    assert next_opening(MONDAY_TWICE, {dt.date(2026, 11, 23)}, PHOENIX, start) == local("2026-11-30 09:00")


def test_next_opening_is_now_while_the_practice_is_open():
    now = local("2026-11-16 09:30")
    assert next_opening(MONDAY_TWICE, [], PHOENIX, now) == now


def test_a_practice_without_hours_never_opens():
    assert not is_open([], [], PHOENIX, local("2026-11-16 09:30"))
    assert next_opening([], [], PHOENIX, local("2026-11-16 09:30")) is None


times = st.builds(dt.time, hour=st.integers(0, 23), minute=st.sampled_from([0, 1, 15, 30, 59]))
intervals = st.lists(st.builds(Interval, st.integers(0, 6), times, times), max_size=8)
# A week in which no clock changes, so that wall-clock arithmetic is a fair oracle.
moments = st.integers(0, 8 * 1440).map(lambda n: dt.datetime(2026, 6, 1) + n * MINUTE)
holiday_sets = st.sets(st.dates(dt.date(2026, 5, 31), dt.date(2026, 6, 10)), max_size=4)


def oracle(hours, holidays, wall):
    """Paints every minute of the week on which the practice is open, then looks the minute up."""
    if wall.date() in holidays:
        return False
    for begin in (wall.date(), wall.date() - dt.timedelta(days=1)):
        for shift in hours:
            if shift.weekday != begin.weekday() or begin in holidays:
                continue
            opens = shift.opens.hour * 60 + shift.opens.minute
            closes = shift.closes.hour * 60 + shift.closes.minute
            length = (closes - opens) % 1440 or 1440
            since_midnight = int((wall - dt.datetime.combine(begin, dt.time())) / MINUTE)
            if since_midnight in range(opens, opens + length):
                return True
    return False


@given(intervals, holiday_sets, moments, st.sampled_from([PHOENIX, DENVER, ZoneInfo("Asia/Kathmandu")]))
def test_is_open_agrees_with_painting_the_week(hours, holidays, wall, tz):
    assert is_open(hours, holidays, tz, wall.replace(tzinfo=tz)) is oracle(hours, holidays, wall)


@given(intervals, holiday_sets, moments)
def test_next_opening_is_the_first_open_minute(hours, holidays, wall):
    found = next_opening(hours, holidays, PHOENIX, wall.replace(tzinfo=PHOENIX))
    if found is None:
        assert not hours
        return
    reached = found.astimezone(PHOENIX).replace(tzinfo=None)
    assert oracle(hours, holidays, reached)
    waited = min(int((reached - wall) / MINUTE), 3 * 1440)
    assert not any(oracle(hours, holidays, wall + n * MINUTE) for n in range(waited))


@given(intervals, st.integers(0, 3 * 24 * 60))
def test_around_a_clock_change_the_next_opening_is_open_and_not_late(hours, minutes):
    start = dt.datetime(2026, 10, 31, 0, 0, tzinfo=dt.UTC) + minutes * MINUTE
    found = next_opening(hours, [], DENVER, start)
    if found is None:
        assert not hours
        return
    assert is_open(hours, [], DENVER, found)
    assert found == start or not is_open(hours, [], DENVER, found - MINUTE)
