"""Business hours: tables of special days, and properties of all hours."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.automation.hours import BusinessTime, Calendar, country_calendar
from bot.domain.account_rules import DaySpan, Hours

MOSCOW, BERLIN = "Europe/Moscow", "Europe/Berlin"
NEVER = ((),) * 7


def span(since: str, until: str) -> DaySpan:
    return DaySpan(time.fromisoformat(since), time.fromisoformat(until))


def week(*spans: DaySpan, days: int = 5) -> tuple[tuple[DaySpan, ...], ...]:
    return (spans,) * days + ((),) * (7 - days)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


OFFICE = week(span("09:00", "13:00"), span("14:00", "18:00"))
FRIDAY = timedelta(hours=8)
UTC_OFFICE = BusinessTime(Hours(days=OFFICE))


@pytest.mark.parametrize(
    ("at", "is_open", "opens"),
    [
        ("2026-03-02 08:59", False, "2026-03-02 09:00"),  # a Monday
        ("2026-03-02 09:00", True, "2026-03-02 09:00"),
        ("2026-03-02 12:59:59", True, "2026-03-02 12:59:59"),
        ("2026-03-02 13:00", False, "2026-03-02 14:00"),  # the break
        ("2026-03-02 18:00", False, "2026-03-03 09:00"),
        ("2026-03-06 18:00", False, "2026-03-09 09:00"),  # the weekend
    ],
)
def test_days_with_a_break(at: str, is_open: bool, opens: str) -> None:
    assert UTC_OFFICE.is_open(utc(at)) is is_open
    assert UTC_OFFICE.opens(utc(at)) == utc(opens)


@pytest.mark.parametrize(
    ("since", "minutes", "until"),
    [
        ("2026-03-02 09:00", 30, "2026-03-02 09:30"),
        ("2026-03-02 12:50", 30, "2026-03-02 14:20"),
        ("2026-03-02 12:30", 30, "2026-03-02 13:00"),
        ("2026-03-02 17:45", 30, "2026-03-03 09:15"),
        ("2026-03-06 17:45", 30, "2026-03-09 09:15"),
        ("2026-03-07 10:00", 8 * 60, "2026-03-09 18:00"),
    ],
)
def test_minutes_of_work(since: str, minutes: int, until: str) -> None:
    work = timedelta(minutes=minutes)
    assert UTC_OFFICE.after(utc(since), work) == utc(until)
    assert UTC_OFFICE.worked(utc(since), utc(until)) == work


def test_the_wall_clock_of_the_account_counts() -> None:
    moscow = BusinessTime(Hours(MOSCOW, OFFICE))
    assert moscow.is_open(utc("2026-03-02 06:00"))
    assert not moscow.is_open(utc("2026-03-02 05:59"))
    assert moscow.opens(utc("2026-03-01 23:00")) == utc("2026-03-02 06:00")


@pytest.mark.parametrize(
    ("at", "hours"),
    [
        # put forward on 29 March: 02:00 CET becomes 03:00 CEST
        ("2026-03-28", 24),
        ("2026-03-29", 23),
        ("2026-10-25", 25),
    ],
)
def test_a_day_is_as_long_as_the_clocks_make_it(at: str, hours: int) -> None:
    weekday = datetime.fromisoformat(at).weekday()
    that_day = tuple((span("00:00", "00:00"),) if number == weekday else () for number in range(7))
    single = BusinessTime(Hours(BERLIN, that_day))
    assert single.worked(utc(at) - timedelta(hours=12), utc(at) + timedelta(hours=36)) == timedelta(hours=hours)
    whole = BusinessTime(Hours(BERLIN, week(span("00:00", "00:00"), days=7)))
    assert whole.worked(utc(at), utc(at) + timedelta(days=3)) == timedelta(days=3)


@pytest.mark.parametrize(
    ("spans", "since", "until"),
    [
        ((span("02:30", "05:00"),), "2026-03-29 01:00", "2026-03-29 03:00"),  # begins in the missing hour
        ((span("00:00", "02:30"),), "2026-03-28 23:00", "2026-03-29 01:00"),  # ends in it
        ((span("02:30", "05:00"),), "2026-10-25 00:30", "2026-10-25 04:00"),  # begins at the first half past two
        ((span("00:00", "02:30"),), "2026-10-24 22:00", "2026-10-25 01:30"),  # ends at the second
    ],
)
def test_spans_that_touch_the_change_of_clocks(spans: tuple[DaySpan, ...], since: str, until: str) -> None:
    sundays = BusinessTime(Hours(BERLIN, (*NEVER[:6], spans)))
    start, end = utc(since), utc(until)
    assert sundays.opens(start - timedelta(hours=3)) == start
    assert sundays.is_open(end - timedelta(seconds=1))
    assert not sundays.is_open(end)
    assert sundays.worked(start - timedelta(hours=9), end + timedelta(hours=9)) == end - start


def test_a_night_shift_goes_on_after_midnight() -> None:
    nights = BusinessTime(Hours(days=week(span("22:00", "06:00"))))
    assert nights.is_open(utc("2026-03-07 05:59"))  # Saturday, of Friday's shift
    assert not nights.is_open(utc("2026-03-08 23:00"))
    assert nights.worked(utc("2026-03-02 00:00"), utc("2026-03-09 00:00")) == timedelta(hours=40)


def test_without_spans_people_always_answer() -> None:
    always = BusinessTime(Hours(MOSCOW, country="RU", holidays=(date(2026, 3, 2),)))
    at = utc("2026-03-02 03:00")
    assert always.is_open(at)
    assert always.closed_since(at) is None
    assert always.after(at, timedelta(minutes=7)) == at + timedelta(minutes=7)
    assert always.before(at, timedelta(minutes=7)) == at - timedelta(minutes=7)


def test_weeks_in_which_nobody_works_come_to_an_end() -> None:
    free = tuple(date(2026, 1, 1) + timedelta(days=number) for number in range(900))
    never = BusinessTime(Hours(days=OFFICE, holidays=free))
    at = utc("2026-06-01 12:00")
    assert not never.is_open(at)
    assert never.opens(at) is None
    assert never.after(at, timedelta(minutes=1)) is None
    assert never.worked(at, at + timedelta(days=30)) == timedelta()
    assert BusinessTime(Hours(days=OFFICE, holidays=free)).before(utc("2028-01-01 00:00"), timedelta(minutes=1)) is None


def test_a_working_saturday_is_entered() -> None:
    """It has no hours of its own: those of the Friday before it count."""
    hours = Hours(MOSCOW, OFFICE, workdays=(date(2026, 3, 7), date(2026, 3, 15)))
    saturday = BusinessTime(hours)
    assert not saturday.is_open(utc("2026-03-07 05:59"))
    assert saturday.is_open(utc("2026-03-07 06:00"))
    assert saturday.worked(utc("2026-03-07 00:00"), utc("2026-03-08 00:00")) == FRIDAY
    assert saturday.worked(utc("2026-03-15 00:00"), utc("2026-03-16 00:00")) == FRIDAY  # a Sunday
    assert not saturday.is_open(utc("2026-03-14 09:00"))
    short = BusinessTime(Hours(MOSCOW, (*OFFICE[:5], (span("10:00", "12:00"),), ()), workdays=(date(2026, 3, 7),)))
    assert short.worked(utc("2026-03-07 00:00"), utc("2026-03-08 00:00")) == timedelta(hours=2), "it has hours"


def test_working_saturdays_of_the_country_come_by_themselves() -> None:
    """On 1 November 2025, Russia worked instead of Monday, 3 November."""
    russian = BusinessTime(Hours(MOSCOW, OFFICE, "RU"))
    saturday, monday = utc("2025-11-01 00:00"), utc("2025-11-03 00:00")
    assert russian.worked(saturday, saturday + timedelta(days=1)) == FRIDAY
    assert russian.worked(monday, monday + timedelta(days=1)) == timedelta()
    assert not BusinessTime(Hours(MOSCOW, OFFICE)).is_open(utc("2025-11-01 09:00"))
    off = BusinessTime(Hours(MOSCOW, OFFICE, "RU", holidays=(date(2025, 11, 1),)))
    assert not off.is_open(utc("2025-11-01 09:00")), "our own day off comes first"
    part_time = BusinessTime(Hours(MOSCOW, ((), *OFFICE[1:]), "RU"))
    assert not part_time.is_open(utc("2025-11-01 09:00")), "it does not work on Mondays anyway"


def test_holidays_of_the_country_and_our_own() -> None:
    hours = Hours(MOSCOW, OFFICE, "RU", holidays=(date(2026, 3, 3),), workdays=(date(2026, 3, 9),))
    russian = BusinessTime(hours)
    assert not russian.is_open(utc("2026-01-01 09:00"))  # New Year, a Thursday
    assert not russian.is_open(utc("2026-03-03 09:00"))
    assert russian.is_open(utc("2026-03-04 09:00"))
    assert russian.is_open(utc("2026-03-09 09:00"))  # a day off (8 March was a Sunday), but worked


def test_a_country_or_zone_that_nobody_knows() -> None:
    assert country_calendar("XX", 2026) == Calendar()
    assert BusinessTime(Hours("Mars/Olympus", OFFICE)).is_open(utc("2026-03-02 09:00"))
    assert BusinessTime(Hours("", OFFICE)).is_open(utc("2026-03-02 09:00"))


def test_since_when_it_is_closed() -> None:
    assert UTC_OFFICE.closed_since(utc("2026-03-08 12:00")) == utc("2026-03-06 18:00")
    assert UTC_OFFICE.closed_since(utc("2026-03-02 13:30")) == utc("2026-03-02 13:00")
    assert UTC_OFFICE.closed_since(utc("2026-03-02 10:00")) is None


# ------------------------------------------------------------------------------------- any hours

quarters = st.integers(0, 95).map(lambda number: time(number // 4, number % 4 * 15))
spans = st.lists(st.builds(DaySpan, quarters, quarters), max_size=3).map(tuple)
weeks = st.lists(spans, min_size=7, max_size=7).map(tuple)
zones = st.sampled_from(["UTC", MOSCOW, BERLIN, "America/St_Johns", "Australia/Lord_Howe", "Asia/Kathmandu"])
changes = st.sampled_from([datetime(2026, 3, 27, tzinfo=UTC), datetime(2026, 10, 23, tzinfo=UTC)])
moments = st.builds(lambda near, minutes: near + timedelta(minutes=minutes), changes, st.integers(0, 11 * 24 * 60))
any_hours = st.builds(lambda zone, days: BusinessTime(Hours(zone, days)), zones, weeks)
works = st.integers(1, 60 * 60).map(lambda minutes: timedelta(minutes=minutes))


@given(any_hours, moments, works)
def test_after_and_before_say_what_has_been_worked(hours: BusinessTime, at: datetime, work: timedelta) -> None:
    done = hours.after(at, work)
    if done is not None:
        assert hours.worked(at, done) == work
        assert hours.worked(at, done - timedelta(microseconds=1)) < work
    started = hours.before(at, work)
    if started is not None:
        assert hours.worked(started, at) == work
        assert hours.worked(started + timedelta(microseconds=1), at) < work


@given(any_hours, moments, moments, moments, works)
def test_time_adds_up(hours: BusinessTime, one: datetime, two: datetime, three: datetime, work: timedelta) -> None:
    first, second, third = sorted((one, two, three))
    assert hours.worked(first, third) == hours.worked(first, second) + hours.worked(second, third)
    late, bound = hours.after(first, work), hours.before(third, work)
    assert (late is not None and late <= third) == (bound is not None and first <= bound)


@given(any_hours, moments)
def test_open_is_what_the_clock_on_the_wall_says(hours: BusinessTime, at: datetime) -> None:
    wall = hours.local(at)
    near = [hours.local(at + timedelta(hours=shift)).utcoffset() for shift in (-26, 2)]
    if near[0] != near[1]:
        return  # clocks change: the table above covers that
    today, yesterday, now = wall.weekday(), (wall.weekday() - 1) % 7, wall.time()
    spans = hours._hours.days
    by_clock = any(
        one.since <= now < one.until if one.until > one.since else now >= one.since for one in spans[today]
    ) or any(one.until <= one.since and now < one.until for one in spans[yesterday])
    assert hours.is_open(at) == (by_clock or hours.always)
    opens = hours.opens(at)
    if opens is not None and opens != at:
        assert hours.is_open(opens)
        assert hours.worked(at, opens) == timedelta()
        assert not hours.is_open(opens - timedelta(microseconds=1))
