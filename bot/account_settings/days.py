"""Days off and working days in plain words: "2027-01-01–2027-01-08, 2027-05-10", «01.01.2027–08.01.2027». Pure.

A day is written as 2027-05-09 or 09.05.2027, one or several per line; a range has a dash between two days.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from bot.account_settings.errors import InvalidSetting
from bot.locale import N_, locale_of

LONGEST_RANGE = 366
_DAY = timedelta(days=1)
_RANGE = re.compile(r"(?P<since>[^–—]*?)\s*(?:[–—]|\s-\s|\.\.\.?)\s*(?P<until>[^–—]*)")
_GLUED = re.compile(r"(?<=\d{4})-(?=\d{1,2}\.)|(?<=-\d{2})-(?=\d{4}-)")
"""Hyphen between two days, as opposed to within one."""
_ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})")
_DOTTED = re.compile(r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})")

NO_DATE = N_("Line {line}: “{word}” is not a date. Include the year: 2027-05-09 or 09.05.2027.")
BACKWARDS = N_("Line {line}: “{word}” ends before it starts.")
TOO_LONG = N_("Line {line}: “{word}” is longer than a year.")


def parse_dates(text: str) -> tuple[date, ...]:
    """Parses days; sorted, each once. Raises `InvalidSetting`, which names the wrong line."""
    days: set[date] = set()
    for number, line in enumerate(text.splitlines(), start=1):
        for word in re.split(r"[,;]", line):
            if word.strip():
                days.update(_days(word.strip(), number))
    return tuple(sorted(days))


def parse_range(word: str, line: int = 1) -> tuple[date, date]:
    """First and last day of a range, or of a single day. Raises `InvalidSetting`."""
    found = _RANGE.fullmatch(_GLUED.sub(" - ", word))
    if found is None:
        day = _day(word, word, line)
        return day, day
    since, until = _day(found["since"], word, line), _day(found["until"], word, line)
    if until < since:
        raise InvalidSetting(BACKWARDS, word=word, line=line)
    return since, until


def print_dates(days: Sequence[date], locale: str) -> str:
    """Neighbouring days as ranges, comma-separated."""
    pattern = "%d.%m.%Y" if locale_of(locale) == "ru" else "%Y-%m-%d"
    return ", ".join(
        _written(first, pattern) if first == last else f"{_written(first, pattern)}–{_written(last, pattern)}"
        for first, last in _runs(sorted(set(days)))
    )


def _written(day: date, pattern: str) -> str:
    return day.strftime(pattern.replace("%Y", f"{day.year:04}"))


def _runs(days: Sequence[date]) -> Iterator[tuple[date, date]]:
    first = 0
    for place in range(1, len(days) + 1):
        if place == len(days) or days[place] - days[place - 1] > _DAY:
            yield days[first], days[place - 1]
            first = place


def _days(word: str, line: int) -> list[date]:
    since, until = parse_range(word, line)
    if (until - since).days >= LONGEST_RANGE:
        raise InvalidSetting(TOO_LONG, word=word, line=line)
    return [since + number * _DAY for number in range((until - since).days + 1)]


def _day(written: str, word: str, line: int) -> date:
    found = _ISO.fullmatch(written.strip()) or _DOTTED.fullmatch(written.strip())
    try:
        if found is not None:
            return date(int(found["year"]), int(found["month"]), int(found["day"]))
    except ValueError:
        pass
    raise InvalidSetting(NO_DATE, word=word, line=line)
