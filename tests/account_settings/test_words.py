"""Hours, days, keywords, reasons, minutes, zones and countries as people write them: parsed, printed, refused."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.account_settings.days import parse_dates, print_dates
from bot.account_settings.errors import InvalidSetting
from bot.account_settings.hours import ALWAYS, parse_week, print_week
from bot.account_settings.keywords import parse_keywords, print_keywords
from bot.account_settings.minutes import LONGEST, parse_minutes, print_minutes
from bot.account_settings.reasons import parse_reasons, print_reasons, retired
from bot.account_settings.roles import split_names
from bot.account_settings.time_zones import country_named, zone_named
from bot.domain.account_rules import DaySpan, Keyword
from bot.locale import LOCALES, translator

locales = st.sampled_from(LOCALES)


def span(since: str, until: str) -> DaySpan:
    return DaySpan(time.fromisoformat(since), time.fromisoformat(until))


WORKING, LUNCH = (span("09:00", "18:00"),), (span("09:00", "13:00"), span("14:00", "18:00"))

# ------------------------------------------------------------------------------------------- hours


@st.composite
def days(draw: st.DrawFn) -> tuple[DaySpan, ...]:
    """Spans of a day in order; the last may go on after midnight."""
    marks = sorted(draw(st.sets(st.integers(0, 24 * 60 - 1), max_size=8)))
    times = [time(mark // 60, mark % 60) for mark in marks]
    spans = [DaySpan(*pair) for pair in zip(times[::2], times[1::2], strict=False)]
    if len(times) % 2:
        spans.append(DaySpan(times[-1], draw(st.sampled_from([time(), *(one for one in times[:1] if len(times) > 1)]))))
    return tuple(spans)


weeks = st.one_of(
    st.lists(days(), min_size=7, max_size=7).map(tuple),
    st.builds(lambda day, times: (day,) * times + ((),) * (7 - times), days(), st.integers(0, 7)),
)


@given(weeks, locales)
def test_printed_hours_are_read_as_they_were(week: tuple[tuple[DaySpan, ...], ...], locale: str) -> None:
    assert parse_week(print_week(week, locale)) == week


@pytest.mark.parametrize(
    ("said", "week"),
    [
        ("", ALWAYS),
        ("24/7", ALWAYS),
        ("круглосуточно", ALWAYS),
        ("Mon-Fri 9:00-18:00", (WORKING,) * 5 + ((), ())),
        ("пн–пт 9–18", (WORKING,) * 5 + ((), ())),
        ("Monday – Friday: 9.00 - 13.00, 14.00 - 18.00", (LUNCH,) * 5 + ((), ())),
        ("понедельник, среда 9-18\nвс выходной", (WORKING, (), WORKING, (), (), (), ())),
        ("Mon 14-18; mon 9-13", (LUNCH, *((),) * 6)),
        ("daily 9-18", (WORKING,) * 7),
        ("Sat-Mon 9-18", (WORKING, (), (), (), (), WORKING, WORKING)),
        ("fri 22-6", (*((),) * 4, (span("22:00", "06:00"),), (), ())),
        ("пн-пт 9-13, 14-18, сб 9-18", (LUNCH,) * 5 + ((WORKING, ()))),
        ("будни с 9 до 18; выходные: выходной", (WORKING,) * 5 + ((), ())),
        ("Weekdays from 9am to 6pm", (WORKING,) * 5 + ((), ())),
        ("sat 9:00 AM – 6 p.m., 11pm-12am", (*((),) * 5, (*WORKING, DaySpan(time(23), time())), ())),
        ("weekdays, sun 9-18", (WORKING,) * 5 + ((), WORKING)),
        ("mon 0-24", ((DaySpan(time(), time()),), *((),) * 6)),
    ],
)
def test_hours_are_read(said: str, week: tuple[tuple[DaySpan, ...], ...]) -> None:
    assert parse_week(said) == week


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ("Mon 9-18; Foo 9-18", "Foo 9-18"),
        ("Mon", "Mon"),
        ("9-18", "9-18"),
        ("Mon 9:75-18", "9:75-18"),
        ("Mon 9-25", "9-25"),
        ("Mon 24-25", "24-25"),
        ("Mon 9-9", "9-9"),
        ("Mon 9-13\nMon 12-14", "Mon 12-14"),
        ("Mon 22-6, 23-24", "Mon 22-6, 23-24"),
        ("Mon 9-18 Tue", "Tue"),
        ("sat, sun: closed", "sat, sun: closed"),
    ],
)
def test_what_is_wrong_with_hours_is_named(said: str, named: str) -> None:
    with pytest.raises(InvalidSetting, match=named.replace("+", r"\+")):
        parse_week(said)


def test_hours_are_printed_in_the_readers_words() -> None:
    week = (*(LUNCH,) * 5, WORKING, ())
    assert print_week(week, "en") == "Mon–Fri 9:00–13:00, 14:00–18:00; Sat 9:00–18:00"
    assert print_week(week, "ru") == "пн–пт 9:00–13:00, 14:00–18:00; сб 9:00–18:00"


# -------------------------------------------------------------------------------------------- days


@given(st.lists(st.dates(), max_size=5), st.integers(0, 20), locales)
def test_printed_days_are_read_as_they_were(first: list[date], run: int, locale: str) -> None:
    each = {day for one in first for day in _run(one, run)}
    assert parse_dates(print_dates(sorted(each), locale)) == tuple(sorted(each))


def _run(first: date, length: int) -> list[date]:
    return [first + timedelta(days) for days in range(min(length, (date.max - first).days) + 1)]


@pytest.mark.parametrize(
    ("said", "printed"),
    [
        ("", ""),
        ("2027-05-09", "2027-05-09"),
        ("9.5.2027; 2027-05-10", "2027-05-09–2027-05-10"),
        ("31.12.2026 - 2.01.2027\n04.01.2027", "2026-12-31–2027-01-02, 2027-01-04"),
        ("2027-01-01..2027-01-03", "2027-01-01–2027-01-03"),
        ("01.01.2027-03.01.2027, 2027-05-01-2027-05-02", "2027-01-01–2027-01-03, 2027-05-01–2027-05-02"),
    ],
)
def test_days_are_read(said: str, printed: str) -> None:
    assert print_dates(parse_dates(said), "en") == printed


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("2027-01-01\n01.05", "Line 2: “01.05” is not a date"),
        ("2027-02-30", "is not a date"),
        ("2027-01-02–2027-01-01", "ends before it starts"),
        ("2027-01-01–2029-01-01", "longer than a year"),
    ],
)
def test_what_is_wrong_with_days_is_named(said: str, message: str) -> None:
    with pytest.raises(InvalidSetting, match=message):
        parse_dates(said)


# --------------------------------------------------------------------------------- lists of words

_letters = st.characters(codec="utf-8", exclude_categories=("C", "Z"), exclude_characters=",:")
_words = st.text(_letters, min_size=1, max_size=9)
_line = st.lists(st.text(_letters, min_size=1, max_size=9), min_size=1, max_size=4).map(" ".join)
_answer = st.lists(st.one_of(_line, st.just("")), max_size=4).flatmap(
    lambda inner: st.builds(lambda first, last: "\n".join([first, *inner, last]), _line, _line)
)
keywords = st.lists(
    st.builds(Keyword, st.lists(_words, min_size=1, max_size=3, unique=True).map(tuple), st.one_of(_line, _answer)),
    max_size=4,
)


@given(keywords)
def test_printed_keywords_are_read_as_they_were(each: list[Keyword]) -> None:
    assert parse_keywords(print_keywords(each)) == tuple(each)


def test_an_answer_goes_on_in_indented_lines() -> None:
    said = "price, цена: See: https://shop\n\n  and ask\nhours:\n\tMonday"
    assert parse_keywords(said) == (
        Keyword(("price", "цена"), "See: https://shop\n\nand ask"),
        Keyword(("hours",), "Monday"),
    )


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("price: 5\nand so on", "Line 2: no colon"),
        (" and so on", "Line 1 starts with a space"),
        ("price: 5\n,: what", "Line 2: no keywords"),
        ("price: 5\n\nhours:", "Line 3: no reply"),
    ],
)
def test_what_is_wrong_with_keywords_is_named(said: str, message: str) -> None:
    with pytest.raises(InvalidSetting, match=message):
        parse_keywords(said)


@given(st.lists(_line, max_size=9, unique_by=str.casefold))
def test_printed_reasons_are_read_as_they_were(reasons: list[str]) -> None:
    assert parse_reasons(print_reasons(reasons)) == tuple(reasons)


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("Purchased\npurchased", "Line 2"),
        ("Purchased\n" + "x" * 76, "Line 2 is too long"),
        ("\n".join(f"Reason {number}" for number in range(101)), "Too many"),
    ],
)
def test_what_is_wrong_with_reasons_is_named(said: str, message: str) -> None:
    with pytest.raises(InvalidSetting, match=message):
        parse_reasons(said)


@given(st.lists(st.lists(st.sampled_from("abcdef"), unique=True), max_size=6))
def test_no_reason_that_was_ever_offered_is_lost(lists: list[list[str]]) -> None:
    offered: list[str] = []
    gone: tuple[str, ...] = ()
    for following in lists:
        gone = retired(following, offered, gone)
        offered = following
    assert {*offered, *gone} == {one for each in lists for one in each}
    assert not {*offered} & {*gone}


def test_names_are_written_in_many_ways() -> None:
    assert split_names("@anna, boris;clara\n@Anna  ") == ("@anna", "boris", "clara", "@Anna")


# ------------------------------------------------------------------------- minutes, zones, countries


@given(st.integers(0, LONGEST), locales)
def test_printed_minutes_are_read_as_they_were(minutes: int, locale: str) -> None:
    assert parse_minutes(print_minutes(minutes, translator(locale))) == minutes


@pytest.mark.parametrize(
    ("said", "minutes"),
    [("", 0), ("30", 30), ("2 h", 120), ("2ч 5 мин", 125), ("1:30", 90), ("90 min", 90), ("1 час", 60)],
)
def test_minutes_are_read(said: str, minutes: int) -> None:
    assert parse_minutes(said) == minutes


@pytest.mark.parametrize("said", ["soon", "-5", "1:75", "99999"])
def test_what_is_no_time_is_refused(said: str) -> None:
    with pytest.raises(InvalidSetting):
        parse_minutes(said)


@pytest.mark.parametrize(
    ("said", "zone"),
    [
        ("", "UTC"),
        ("utc", "UTC"),
        ("europe/moscow", "Europe/Moscow"),
        ("Москва", "Europe/Moscow"),
        ("new york", "America/New_York"),
        ("Екатеринбург", "Asia/Yekaterinburg"),
        ("МСК", "Europe/Moscow"),
    ],
)
def test_zones_are_known_by_their_cities(said: str, zone: str) -> None:
    assert zone_named(said) == zone


@pytest.mark.parametrize(("said", "code"), [("", ""), ("ru", "RU"), ("Германия", "DE"), ("France", "FR")])
def test_countries_are_known_by_their_names(said: str, code: str) -> None:
    assert country_named(said) == code


def test_what_is_nearly_a_zone_or_a_country_is_proposed() -> None:
    with pytest.raises(InvalidSetting, match=r"Did you mean Europe/Moscow\?"):
        zone_named("Europe/Moskow")
    with pytest.raises(InvalidSetting, match=r"Did you mean DE\?"):
        country_named("Germny")
    for said in ("Mars", "UTC+3", "+03:00"):
        with pytest.raises(InvalidSetting, match="Example: Europe/Moscow"):
            zone_named(said)
    with pytest.raises(InvalidSetting):
        country_named("Narnia")


def test_what_is_wrong_is_said_in_the_readers_language() -> None:
    with pytest.raises(InvalidSetting) as raised:
        parse_week("Foo 9-18")
    assert raised.value.worded(translator("ru")).startswith("«Foo» в «Foo 9-18» — не день недели")
