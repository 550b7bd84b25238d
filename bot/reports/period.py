"""Period of a report, read from a word or dates. Pure."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, datetime, time, timedelta, tzinfo

from bot.account_settings.days import parse_range
from bot.domain.period import Period
from bot.domain.spelling import folded
from bot.locale import N_

PERIODS: dict[str, str] = {
    "today": N_("Today"),
    "yesterday": N_("Yesterday"),
    "week": N_("Last 7 days"),
    "month": N_("This month"),
    "last-month": N_("Last month"),
    "quarter": N_("This quarter"),
    "year": N_("This year"),
}
"""Words for periods, with their labels in menus."""
ALSO: dict[str, str] = {
    "сегодня": "today",
    "вчера": "yesterday",
    "неделя": "week",
    "7 дней": "week",
    "7 days": "week",
    "last 7 days": "week",
    "последние 7 дней": "week",
    "месяц": "month",
    "этот месяц": "month",
    "this month": "month",
    "last month": "last-month",
    "прошлый месяц": "last-month",
    "квартал": "quarter",
    "этот квартал": "quarter",
    "this quarter": "quarter",
    "год": "year",
    "этот год": "year",
    "this year": "year",
}
"""Synonyms of these words; a space may be a hyphen."""
LONGEST = timedelta(days=3 * 366)

YEARS = range(1970, 9000)
"""Years a safe distance from the limits of `date`."""

_YEAR, _MONTH = re.compile(r"(\d{4})"), re.compile(r"(\d{4})-(\d{1,2})|(\d{1,2})\.(\d{4})")


def read(words: str, now: datetime, zone: tzinfo) -> Period | None:
    """Period meant by a word of `PERIODS` or `ALSO`, or by dates: `2026`, `2026-10`, `2026-10-05`,
    `2026-10-01..2026-10-15`, `1.10.2026 - 15.10.2026`. None when it is none of these, ends before it begins, or is
    longer than `LONGEST`."""
    said = " ".join(folded(words).split())
    today = now.astimezone(zone).date()
    days = _named(ALSO.get(said.replace("-", " "), said), today) or _dated(said)
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
    try:
        if found := _YEAR.fullmatch(said):
            first, last = date(int(found[1]), 1, 1), date(int(found[1]), 12, 31)
        elif found := _MONTH.fullmatch(said):
            first = date(int(found[1] or found[4]), int(found[2] or found[3]), 1)
            last = first.replace(day=monthrange(first.year, first.month)[1])
        else:
            first, last = parse_range(said)
    except ValueError:  # includes `NotATime`
        return None
    return (first, last + timedelta(days=1)) if first.year in YEARS and last.year in YEARS else None
