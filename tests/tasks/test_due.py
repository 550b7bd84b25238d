"""Due times in plain words, in both languages."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.locale import appointment
from bot.tasks.due import NotATime, Passed, Split, TooFar, read, split

MOSCOW, BERLIN, NEW_YORK = ZoneInfo("Europe/Moscow"), ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
SAID = (
    *("24:30", "99:99", "0", "31", "29.02", "31.02.27", "12/11", "2026-13-45", "9999", "at", "в", "до", "через", "in"),
    *(
        "полтора",
        "года",
        "дня",
        "часа",
        "утра",
        "pm",
        "ночи",
        "завтра",
        "вт",
        "next",
        "sat",
        "мая",
        "числа",
        "мин",
        "🎉",
    ),
)
FRIDAY = datetime(2026, 11, 20, 12, 0, tzinfo=MOSCOW)


@pytest.mark.parametrize(
    ("words", "at"),
    [
        ("завтра в 15:00", "21.11 15:00"),
        ("Завтра, 15:00", "21.11 15:00"),
        ("tomorrow 3 pm", "21.11 15:00"),
        ("3pm tomorrow", "21.11 15:00"),
        ("mon 3pm", "23.11 15:00"),
        ("fri 3pm", "27.11 15:00"),
        ("через 2 часа", "20.11 14:00"),
        ("через два часа", "20.11 14:00"),
        ("через полчаса", "20.11 12:30"),
        ("через полтора часа", "20.11 13:30"),
        ("через час", "20.11 13:00"),
        ("через 1 час 30 минут", "20.11 13:30"),
        ("in 20 minutes", "20.11 12:20"),
        ("in an hour", "20.11 13:00"),
        ("in half an hour", "20.11 12:30"),
        ("25.12 10:00", "25.12 10:00"),
        ("25.12", "25.12 09:00"),
        ("к 25.12", "25.12 09:00"),
        ("10:00 25 декабря", "25.12 10:00"),
        ("25 декабря в 10", "25.12 10:00"),
        ("dec 25", "25.12 09:00"),
        ("2026-12-01 10:00", "01.12 10:00"),
        ("20.11 13:00", "20.11 13:00"),
        ("tomorrow", "21.11 09:00"),
        ("завтра", "21.11 09:00"),
        ("послезавтра в 9", "22.11 09:00"),
        ("в пятницу", "27.11 09:00"),
        ("к понедельнику", "23.11 09:00"),
        ("в следующий понедельник", "23.11 09:00"),
        ("next monday 9", "23.11 09:00"),
        ("в следующее воскресенье", "29.11 09:00"),
        ("next sunday", "29.11 09:00"),
        ("в эту пятницу", "20.11 18:00"),
        ("на следующей неделе в среду", "25.11 09:00"),
        ("friday next week", "27.11 09:00"),
        ("через неделю в четверг", "26.11 09:00"),
        ("до пятницы", "27.11 09:00"),
        ("before monday", "23.11 09:00"),
        ("до конца недели", "20.11 18:00"),
        ("by the end of the month", "30.11 18:00"),
        ("в конце месяца", "30.11 18:00"),
        ("в начале месяца", "01.12 09:00"),
        ("next month", "01.12 09:00"),
        ("на выходных", "21.11 09:00"),
        ("Tue 24 Nov, 15:00", "24.11 15:00"),
        ("вт, 24 нояб., 15:00", "24.11 15:00"),
        ("next monday", "23.11 09:00"),
        ("next week", "23.11 09:00"),
        ("на следующей неделе", "23.11 09:00"),
        ("во вторник в 9 утра", "24.11 09:00"),
        ("tuesday at 9", "24.11 09:00"),
        ("в среду к 18:30", "25.11 18:30"),
        ("чт 10.30", "26.11 10:30"),
        ("в субботу в 3 часа дня", "21.11 15:00"),
        ("сегодня", "20.11 18:00"),
        ("today", "20.11 18:00"),
        ("конец дня", "20.11 18:00"),
        ("к концу дня", "20.11 18:00"),
        ("end of day", "20.11 18:00"),
        ("завтра к концу дня", "21.11 18:00"),
        ("tonight", "20.11 19:00"),
        ("завтра утром", "21.11 09:00"),
        ("tomorrow morning", "21.11 09:00"),
        ("завтра днём", "21.11 14:00"),
        ("завтра вечером", "21.11 19:00"),
        ("tomorrow at noon", "21.11 12:00"),
        ("завтра в полдень", "21.11 12:00"),
        ("в 15:00", "20.11 15:00"),
        ("at 5pm", "20.11 17:00"),
        ("в 9 вечера", "20.11 21:00"),
        ("в 9", "21.11 09:00"),
        ("через неделю", "27.11 09:00"),
        ("in 2 days", "22.11 09:00"),
        ("через 3 дня в 10:00", "23.11 10:00"),
        ("через месяц", "20.12 09:00"),
        ("in a fortnight", "04.12 09:00"),
        ("2 days from now", "22.11 09:00"),
        ("через 1,5 часа", "20.11 13:30"),
        ("in 1.5 hours", "20.11 13:30"),
        ("in an hour and a half", "20.11 13:30"),
        ("in 1h 30m", "20.11 13:30"),
        ("через 2ч", "20.11 14:00"),
        ("2 hours", "20.11 14:00"),
        ("2h", "20.11 14:00"),
        ("через четверть часа", "20.11 12:15"),
        ("через пару часов", "20.11 14:00"),
        ("завтра с утра", "21.11 09:00"),
        ("завтра в обед", "21.11 13:00"),
        ("tomorrow after lunch", "21.11 14:00"),
        ("до вечера", "20.11 19:00"),
        ("завтра вечером в 8", "21.11 20:00"),
        ("tomorrow morning at 8", "21.11 08:00"),
        ("tonight at 9", "20.11 21:00"),
        ("at 9 tonight", "20.11 21:00"),
        ("до 18:00", "20.11 18:00"),
        ("after 15:00", "20.11 15:00"),
        ("завтра в 3", "21.11 15:00"),
        ("tomorrow at 3", "21.11 15:00"),
        ("tomorrow at 3 am", "21.11 03:00"),
        ("завтра в 3:00", "21.11 03:00"),
        ("завтра 15", "21.11 15:00"),
        ("в два часа дня", "20.11 14:00"),
        ("в полтретьего", "20.11 14:30"),
        ("half past five", "20.11 17:30"),
        ("завтра в 15-30", "21.11 15:30"),
        ("midnight", "21.11 00:00"),
        ("завтра 24:00", "22.11 00:00"),
        ("the day after tomorrow", "22.11 09:00"),
        ("до 25 числа", "25.11 09:00"),
        ("on the 1st", "01.12 09:00"),
        ("31-го", "31.12 09:00"),
        ("25 декабря 2026 г. в 10:00", "25.12 10:00"),
        ("25.12.26", "25.12 09:00"),
        ("25/12", "25.12 09:00"),
        ("12/25 10:00", "25.12 10:00"),
        ("завтра?", "21.11 09:00"),
    ],
)
def test_what_people_say(words: str, at: str) -> None:
    found = read(words, FRIDAY, MOSCOW)
    assert found.tzinfo is UTC
    assert f"{found.astimezone(MOSCOW):%d.%m %H:%M}" == at
    assert found.year == 2026


@pytest.mark.parametrize("words", ["1 марта", "01.03", "march 1"])
def test_days_that_have_passed_are_those_of_the_next_year(words: str) -> None:
    assert (read(words, FRIDAY, MOSCOW)).astimezone(MOSCOW) == datetime(2027, 3, 1, 9, tzinfo=MOSCOW)


@pytest.mark.parametrize("locale", ["en", "ru"])
def test_the_hub_understands_its_own_words(locale: str) -> None:
    for month in range(14):
        at = FRIDAY.replace(hour=15) + timedelta(days=30 * month)
        assert read(appointment(at, locale, MOSCOW, FRIDAY), FRIDAY, MOSCOW) == at


def test_the_29th_of_february_is_in_a_leap_year() -> None:
    assert (read("29.02", FRIDAY, MOSCOW)).date() == datetime(2028, 2, 29, tzinfo=UTC).date()


@pytest.mark.parametrize(
    "words",
    [
        *("", " ", "3", "1500", "когда-нибудь", "whenever", "31.02", "30 февраля", "31.11", "call back", "2110-01-01"),
        *("завтра в 25:00", "99:99", "3 дня", "12/11", "may", "in 5", "через полтора месяца", "in 99999999 days"),
        *("tomorrow 10:00 UTC", "вт 25.11.2026", "after friday", "каждую пятницу", "mon tue", "завтра завтра"),
    ],
)
def test_what_is_no_time(words: str) -> None:
    with pytest.raises(NotATime):
        read(words, FRIDAY, MOSCOW)


@pytest.mark.parametrize(
    "words", ["вчера", "yesterday", "сегодня в 10:00", "20.11 11:59", "2025-01-01", "вчера в 15:00"]
)
def test_times_that_are_over(words: str) -> None:
    with pytest.raises(Passed) as refused:
        read(words, FRIDAY, MOSCOW)
    assert refused.value.at <= FRIDAY


@pytest.mark.parametrize(
    ("now", "words", "at"),
    [
        ("2026-11-20 18:30", "сегодня", "20.11 19:30"),  # half past six is not the end of a day that ends at six
        ("2026-11-20 23:30", "today", "21.11 00:00"),
        ("2026-11-20 20:00", "tonight", "20.11 21:00"),
        ("2026-11-20 20:00", "вечером", "21.11 19:00"),
        ("2026-11-20 10:00", "сегодня утром", "20.11 11:00"),
        ("2026-11-20 16:00", "в 3", "21.11 15:00"),
        ("2026-11-16 10:00", "в следующую пятницу", "27.11 09:00"),
        ("2026-11-16 10:00", "в пятницу", "20.11 09:00"),
        ("2026-11-21 10:00", "до конца недели", "27.11 18:00"),
        ("2026-11-20 19:00", "end of the week", "20.11 20:00"),
        ("2026-01-31 10:00", "через месяц", "28.02 09:00"),
        ("2026-01-31 10:00", "завтра", "01.02 09:00"),
        ("2026-01-31 10:00", "30 числа", "30.03 09:00"),
        ("2026-12-31 23:30", "завтра утром", "01.01 09:00"),
        ("2026-12-31 12:00", "1 января", "01.01 09:00"),
        ("2026-12-31 12:00", "конец месяца", "31.12 18:00"),
        ("2026-11-22 12:00", "next week", "23.11 09:00"),
    ],
)
def test_at_other_moments(now: str, words: str, at: str) -> None:
    found = read(words, datetime.fromisoformat(now).replace(tzinfo=MOSCOW), MOSCOW)
    assert f"{found.astimezone(MOSCOW):%d.%m %H:%M}" == at


@pytest.mark.parametrize(
    ("zone", "now", "words", "at"),
    [
        # In Berlin clocks go from 02:00 to 03:00 on 28 March 2027, and from 03:00 to 02:00 on 31 October 2027.
        (BERLIN, "2027-03-27 12:00", "завтра в 15:00", "2027-03-28T13:00:00"),
        (BERLIN, "2027-03-27 12:00", "tomorrow 1:30", "2027-03-28T00:30:00"),
        (BERLIN, "2027-03-27 12:00", "tomorrow 2:30", "2027-03-28T01:30:00"),  # the time does not exist: an hour later
        (BERLIN, "2027-03-28 01:30", "in 2 hours", "2027-03-28T02:30:00"),  # 04:30 by the clock
        (BERLIN, "2027-10-30 12:00", "завтра в 15:00", "2027-10-31T14:00:00"),
        (BERLIN, "2027-10-30 12:00", "tomorrow 2:30", "2027-10-31T00:30:00"),  # it exists twice: the first
        (BERLIN, "2027-10-31 01:30", "через 3 часа", "2027-10-31T02:30:00"),  # 03:30 by the clock
        (NEW_YORK, "2026-11-20 22:00", "tomorrow 9:00", "2026-11-21T14:00:00"),  # it is the 21st in Greenwich
        (MOSCOW, "2026-12-31 23:30", "через час", "2026-12-31T21:30:00"),
    ],
)
def test_clocks_that_are_put_forward_and_back(zone: ZoneInfo, now: str, words: str, at: str) -> None:
    began = datetime.fromisoformat(now).replace(tzinfo=zone)
    assert read(words, began, zone) == datetime.fromisoformat(at).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("words", "text", "due"),
    [
        ("call back завтра в 15:00", "call back", "завтра в 15:00"),
        ("купить билеты, fri 3pm", "купить билеты", "fri 3pm"),
        ("Позвонить Вере через 2 часа", "Позвонить Вере", "через 2 часа"),
        ("позвонить через час", "позвонить", "через час"),
        ("send 3 invoices tomorrow at 10:00", "send 3 invoices", "tomorrow at 10:00"),
        ("отчёт — к концу дня", "отчёт", "к концу дня"),
        ("report by friday", "report", "by friday"),
        ("report 25.12 10:00", "report", "25.12 10:00"),
        ("сдать отчёт до пятницы", "сдать отчёт", "до пятницы"),
        ("позвонить не позднее 18:00", "позвонить", "не позднее 18:00"),
        ("позвонить завтра в 9", "позвонить", "завтра в 9"),
        ("позвонить завтра с утра", "позвонить", "завтра с утра"),
        ("call +7 916 123-45-67 tomorrow", "call +7 916 123-45-67", "tomorrow"),
        ("call tonight at 9?", "call", "tonight at 9"),
        ("отправить договор к 1 марта!", "отправить договор", "к 1 марта"),
        ("завтра в 15:00 позвонить", "позвонить", "завтра в 15:00"),
        ("tomorrow: call back", "call back", "tomorrow"),
        ("перезвонить вчера", "перезвонить", "вчера"),
        ("завтра", "", "завтра"),
        ("call him", "call him", ""),
        ("buy 3", "buy 3", ""),
        ("may the force be with you", "may the force be with you", ""),
        ("рейс SU1234", "рейс SU1234", ""),
        ("счёт 25.125", "счёт 25.125", ""),
        ("отпуск 3 дня", "отпуск 3 дня", ""),
        ("answer in days, not weeks", "answer in days, not weeks", ""),
        ("order the lunch menu", "order the lunch menu", ""),
    ],
)
def test_a_due_time_at_the_end_or_the_beginning_is_taken(words: str, text: str, due: str) -> None:
    assert split(words) == Split(text, due)


@pytest.mark.parametrize(
    ("words", "due"),
    [
        ("встретить рейс в 10", "в 10"),
        ("tell him where she sat", "sat"),
        ("посмотреть версию 2.10", "2.10"),
        ("write a report every friday", "friday"),
        ("позвонить после пятницы", "пятницы"),
        ("уточнить у СБ", "СБ"),
        ("завтра в 25:00 позвонить", "завтра"),
        ("встреча завтра в 10:00 UTC", "завтра в 10:00"),
        ("ask about tomorrow and answer", "tomorrow"),
    ],
)
def test_what_may_be_a_time_is_asked_about(words: str, due: str) -> None:
    found = split(words)
    assert (found.due, found.sure) == (due, False)


@given(st.lists(st.sampled_from(SAID), max_size=6).map(" ".join))
def test_whatever_is_written_is_a_time_or_none(words: str) -> None:
    """The only errors are those shown to people; and no word is lost."""
    found = split(words)
    assert sorted(f"{found.text} {found.due}".split()) == sorted(words.split())
    for said in (words, found.due):
        try:
            assert read(said, FRIDAY, MOSCOW) > FRIDAY
        except (NotATime, Passed):
            continue


def test_all_that_is_found_surely_can_be_read() -> None:
    for words in (
        "в 9 утра",
        "к 9 часам",
        "on 25.12",
        "next tue 9:00",
        "в эту субботу",
        "через две недели",
        "in a week",
    ):
        found = split(f"call back {words}")
        assert found == Split("call back", words), words
        assert read(found.due, FRIDAY, MOSCOW) > FRIDAY


@pytest.mark.parametrize("words", ["в", "at the", "завтра в", "half an hour", "1", "12."])
def test_what_goes_on_for_ever_is_looked_through_at_once(words: str) -> None:
    """It took half a minute when any number of prepositions was allowed."""
    began = time.process_time()
    split(f"{words} " * 2000)
    assert time.process_time() - began < 5


# ------------------------------------------------------------------------------------------ pickers


@pytest.mark.parametrize(
    ("picked", "expected"),
    [
        ("2026-11-25T12:30:00+00:00", datetime(2026, 11, 25, 12, 30, tzinfo=UTC)),
        ("2026-11-25T12:30:00.000Z", datetime(2026, 11, 25, 12, 30, tzinfo=UTC)),
        ("2026-11-25T12:30:00-05:00", datetime(2026, 11, 25, 17, 30, tzinfo=UTC)),
        ("2026-11-25T12:30", datetime(2026, 11, 25, 9, 30, tzinfo=UTC)),
    ],
)
def test_a_picker_gives_a_moment_or_a_time_of_one_s_own_zone(picked: str, expected: datetime) -> None:
    now = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    assert read(picked, now, ZoneInfo("Europe/Moscow")) == expected


@pytest.mark.parametrize(
    ("picked", "error"),
    [
        ("2026-11-24T08:59:00Z", Passed),
        ("2036-11-24T09:00:00Z", TooFar),
        ("9999-12-31T23:59:59-23:59", NotATime),
        ("2026-02-30T09:00:00Z", NotATime),
        ("2026-11-25T12:30:00Z tomorrow", NotATime),
    ],
)
def test_what_a_picker_cannot_mean_is_refused(picked: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        read(picked, datetime(2026, 11, 24, 9, 0, tzinfo=UTC), ZoneInfo("Europe/Moscow"))
