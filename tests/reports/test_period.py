"""The period of a report."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reports.period import ALSO, PERIODS, read

NOW = datetime(2026, 11, 22, 22, 30, tzinfo=UTC)  # a Sunday; in Moscow it is Monday already
MOSCOW = ZoneInfo("Europe/Moscow")


@pytest.mark.parametrize(
    ("words", "since", "until"),
    [
        ("today", "2026-11-22", "2026-11-23"),
        ("yesterday", "2026-11-21", "2026-11-22"),
        ("week", "2026-11-16", "2026-11-23"),
        ("month", "2026-11-01", "2026-11-23"),
        ("last-month", "2026-10-01", "2026-11-01"),
        ("quarter", "2026-10-01", "2026-11-23"),
        ("year", "2026-01-01", "2026-11-23"),
        ("Прошлый-месяц", "2026-10-01", "2026-11-01"),
        ("2026-02", "2026-02-01", "2026-03-01"),
        ("2026-12", "2026-12-01", "2027-01-01"),
        ("2026-10-05", "2026-10-05", "2026-10-06"),
        ("2026-10-01..2026-10-15", "2026-10-01", "2026-10-16"),
        ("1.10.2026–15.10.2026", "2026-10-01", "2026-10-16"),
        ("1.10.2026-15.10.2026", "2026-10-01", "2026-10-16"),
        ("2026-10-01 - 2026-10-15", "2026-10-01", "2026-10-16"),
        ("10.2026", "2026-10-01", "2026-11-01"),
        ("2025", "2025-01-01", "2026-01-01"),
        ("прошлый  месяц", "2026-10-01", "2026-11-01"),
        ("Last month", "2026-10-01", "2026-11-01"),
    ],
)
def test_periods(words: str, since: str, until: str) -> None:
    period = read(words, NOW, UTC)
    assert period is not None
    assert (period.since.date().isoformat(), period.until.date().isoformat()) == (since, until)


def test_days_are_the_reader_s() -> None:
    period = read("today", NOW, MOSCOW)
    assert period is not None
    assert period.since == datetime(2026, 11, 22, 21, tzinfo=UTC)


def test_every_word_of_the_menu_is_a_period() -> None:
    assert all(read(word, NOW, UTC) for word in (*PERIODS, *ALSO))


@pytest.mark.parametrize(
    "words",
    [
        *("", "soon", "2026-13", "2026-02-30", "2026-10-15..2026-10-01", "2000-01-01..2026-01-01", "0000-00", "0000"),
        *("9999-12", "9999-12-31", "9999", "0001-01-01", "2026-12-01..9999-12-31"),
    ],
)
def test_what_is_no_period(words: str) -> None:
    assert read(words, NOW, UTC) is None


@given(st.text(max_size=30))
def test_odd_words_harm_nothing(words: str) -> None:
    period = read(words, NOW, UTC)
    assert period is None or period.since < period.until


def test_a_period_in_words() -> None:
    period = read("2026-10-01..2026-10-15", NOW, UTC)
    assert period is not None
    assert period.words("ru").replace("\u2009", "").startswith("1–15 окт.")
