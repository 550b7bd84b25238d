"""The time that a report is about, from a word or two dates; pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from babel.dates import format_interval

from bot.locale import N_, locale_of

PERIODS: dict[str, str] = {
    "today": N_("Today"),
    "yesterday": N_("Yesterday"),
    "week": N_("Last 7 days"),
    "month": N_("This month"),
    "last-month": N_("Last month"),
    "quarter": N_("This quarter"),
    "year": N_("This year"),
}
"""Words for periods, and what a menu says."""
ALSO: dict[str, str] = {
    "сегодня": "today",
    "вчера": "yesterday",
    "неделя": "week",
    "месяц": "month",
    "прошлый-месяц": "last-month",
    "квартал": "quarter",
    "год": "year",
}
LONGEST = timedelta(days=3 * 366)

_MONTH = re.compile(r"(\d{4})-(\d{2})")
_BETWEEN = re.compile(r"(\S+?)(?:\.\.|–|—)(\S+)")
_ISO, _DOTTED = re.compile(r"(\d{4})-(\d{2})-(\d{2})"), re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days in the reader's zone: from `since` up to, not with, `until`."""

    since: datetime
    until: datetime

    @property
    def days(self) -> int:
        return (self.until.date() - self.since.date()).days

    def words(self, locale: str) -> str:
        """ "1–22 Nov 2026"."""
        last = self.until.date() - timedelta(days=1)
        return format_interval(self.since.date(), last, "yMMMd", locale=locale_of(locale))


def read(words: str, now: datetime, zone: tzinfo) -> Period | None:
    """A word of `PERIODS`, `2026-10`, `2026-10-05`, `2026-10-01..2026-10-15`, also `1.10.2026..15.10.2026`. None: it is
    none of these, or ends before it begins, or is longer than `LONGEST`."""
    said = words.strip().casefold()
    today = now.astimezone(zone).date()
    days = _named(ALSO.get(said, said), today) or _dated(said)
    if days is None or days[0] >= days[1] or days[1] - days[0] > LONGEST:
        return None
    since, until = (datetime.combine(day, time(), zone) for day in days)
    return Period(since, until)


def _named(word: str, today: date) -> tuple[date, date] | None:
    tomorrow, month = today + timedelta(days=1), today.replace(day=1)
    known = {
        "today": (today, tomorrow),
        "yesterday": (today - timedelta(days=1), today),
        "week": (today - timedelta(days=6), tomorrow),
        "month": (month, tomorrow),
        "last-month": ((month - timedelta(days=1)).replace(day=1), month),
        "quarter": (month.replace(month=3 * ((today.month - 1) // 3) + 1), tomorrow),
        "year": (month.replace(month=1), tomorrow),
    }
    return known.get(word)


def _dated(said: str) -> tuple[date, date] | None:
    if found := _MONTH.fullmatch(said):
        first = _date(int(found[1]), int(found[2]), 1)
        return (first, (first + timedelta(days=32)).replace(day=1)) if first else None
    if day := _day(said):
        return day, day + timedelta(days=1)
    found = _BETWEEN.fullmatch(said)
    first, last = (_day(found[1]), _day(found[2])) if found else (None, None)
    return (first, last + timedelta(days=1)) if first and last else None


def _day(said: str) -> date | None:
    if found := _ISO.fullmatch(said):
        return _date(int(found[1]), int(found[2]), int(found[3]))
    if found := _DOTTED.fullmatch(said):
        return _date(int(found[3]), int(found[2]), int(found[1]))
    return None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
