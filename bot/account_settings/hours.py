"""Business hours in plain words: "Mon–Fri 9:00–13:00, 14:00–18:00; Sat 10:00–15:00", «пн–пт 9–18». Pure.

    hours = group, (";", "," or a new line), group …
    group = days, spans
    days  = day or day–day, with commas or spaces between; or "daily", "weekdays", "weekend"
    spans = time–time, or "from time to time", with commas between; or "closed"

Days are recognized in both languages by their first letters; times with or without minutes, also with am and pm. A span
that ends before it begins continues after midnight. An empty text, or "24/7", means always open.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import time
from itertools import pairwise

from babel.dates import get_day_names

from bot.account_settings.errors import InvalidSetting
from bot.domain.account_rules import DaySpan
from bot.locale import LOCALES, N_, locale_of

Week = tuple[tuple[DaySpan, ...], ...]
"""Spans of each weekday, Monday first."""

ALWAYS: Week = ((),) * 7
_ALWAYS = frozenset({"", "24/7", "always", "всегда", "круглосуточно"})
_RUNS = {
    **dict.fromkeys(("daily", "everyday", "every day", "ежедневно", "каждый день"), range(7)),
    **dict.fromkeys(("weekdays", "workdays", "будни", "рабочие дни"), range(5)),
    **dict.fromkeys(("weekend", "weekends", "выходные"), range(5, 7)),
}
"""Names for several days."""
_CLOSED = frozenset({"closed", "off", "выходной", "закрыто", "нет"})
_SHORTEST = 2
"""Letters that identify a day: "mo", «пн»."""

_DASHES = re.compile(r"\s*[-–—−]\s*")
_FROM, _TO = (
    re.compile(r"\b(?:from|с)\s+(?=\d)", re.IGNORECASE),
    re.compile(r"\s*\b(?:to|until|till|до)\s+(?=\d)", re.IGNORECASE),
)
_HALF = re.compile(r"\b(0?[1-9]|1[0-2])([:.]\d{2})?\s?([ap])\.?m\b\.?", re.IGNORECASE)
_GROUPS = re.compile(r"[;\n]|(?<=\d)[,\s]+(?=[^\W\d])")
"""Separators of groups: a day after a time begins the next group."""
_TIME = r"\d{1,2}(?:[:.]\d{2})?"
_GROUP = re.compile(rf"(?P<days>.*?)[\s:,]*(?P<spans>{_TIME}\s*-.*|{'|'.join(_CLOSED)})", re.IGNORECASE)
_SPAN = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?-(\d{1,2})(?:[:.](\d{2}))?")

UNREADABLE = N_("Cannot read “{group}”. Enter days and times, e.g. “Mon–Fri 9:00–18:00”.")
NO_DAY = N_("“{word}” in “{group}” is not a weekday. Use Mon, Tue, Wed, Thu, Fri, Sat or Sun.")
NO_TIME = N_("“{word}” in “{group}” is not a time range. Use 9:00–18:00.")
NO_HOURS = N_("“{said}” contains no working hours. Leave the field empty for round-the-clock service.")
OVERLAPPING = N_("“{group}” overlaps with other hours of the same day.")


def parse_week(text: str) -> Week:
    """Parses a week. Raises `InvalidSetting`, which names the wrong group."""
    if text.strip().casefold() in _ALWAYS:
        return ALWAYS
    week: list[list[DaySpan]] = [[] for _ in range(7)]
    for group in _GROUPS.split(_plain(text)):
        if group.strip():
            days, spans = _group(group.strip())
            for day in days:
                week[day] += spans
                week[day].sort(key=lambda span: span.since)
                _check_order(week[day], group.strip())
    if not any(week):  # an empty week means always open, the opposite
        raise InvalidSetting(NO_HOURS, said=text.strip())
    return tuple(tuple(spans) for spans in week)


def print_week(week: Sequence[Sequence[DaySpan]], locale: str) -> str:
    """Week in words of a language; days with the same hours are joined. "" for always open."""
    names = short_days(locale)
    groups = []
    for first, last in _alike(week):
        spans = ", ".join(f"{_clock(span.since)}–{_clock(span.until, ends=True)}" for span in week[first])
        days = names[first] if first == last else f"{names[first]}–{names[last]}"
        groups.append(f"{days} {spans}")
    return "; ".join(groups)


def short_days(locale: str) -> list[str]:
    """ "Mon", "Tue" …; «пн», «вт» …"""
    names: Mapping[int, str] = get_day_names("abbreviated", "stand-alone", locale_of(locale))
    return [names[day] for day in range(7)]


def _alike(week: Sequence[Sequence[DaySpan]]) -> Iterator[tuple[int, int]]:
    """Runs of neighbouring days with the same hours; closed days are left out."""
    first = 0
    for day in range(1, len(week) + 1):
        if day == len(week) or tuple(week[day]) != tuple(week[first]):
            if week[first]:
                yield first, day - 1
            first = day


def _clock(at: time, *, ends: bool = False) -> str:
    return "24:00" if ends and at == time() else f"{at.hour}:{at.minute:02}"


# ---------------------------------------------------------------------------------------- reading


def _plain(text: str) -> str:
    """Text with times in the form 9:00-18:00."""
    return _TO.sub("-", _FROM.sub("", _HALF.sub(_whole, text)))


def _whole(half: re.Match[str]) -> str:
    return f"{int(half[1]) % 12 + (12 if half[3] in 'pP' else 0)}{half[2] or ''}"


def _group(group: str) -> tuple[list[int], list[DaySpan]]:
    found = _GROUP.fullmatch(_DASHES.sub("-", group))
    if found is None or not found["days"].strip():
        raise InvalidSetting(UNREADABLE, group=group)
    days = _days(found["days"], group)
    if found["spans"].casefold() in _CLOSED:
        return days, []
    return days, [_span(one, group) for one in re.split(r"[,\s]+", found["spans"].strip(" ,.")) if one]


def _days(words: str, group: str) -> list[int]:
    said = words.strip(" ,.:")
    if said.casefold() in _RUNS:
        return list(_RUNS[said.casefold()])
    days: list[int] = []
    for word in re.split(r"[,\s]+", said):
        if word.casefold() in _RUNS:
            days += _RUNS[word.casefold()]
            continue
        first, dash, last = word.partition("-")
        since = _day(first, word, group)
        until = _day(last, word, group) if dash else since
        days += [day % 7 for day in range(since, until + 1 if until >= since else until + 8)]
    return sorted(set(days))


def _day(name: str, word: str, group: str) -> int:
    known = name.strip(".").casefold()
    for day, forms in enumerate(_FORMS):
        if len(known) >= _SHORTEST and any(form.startswith(known) for form in forms):
            return day
    raise InvalidSetting(NO_DAY, word=word, group=group)


def _forms() -> Iterator[frozenset[str]]:
    for day in range(7):
        yield frozenset(
            get_day_names(width, "stand-alone", locale)[day].strip(".").casefold()
            for locale in LOCALES
            for width in ("wide", "abbreviated", "short")
        )


_FORMS: tuple[frozenset[str], ...] = tuple(_forms())
"""Names of each weekday, in lower case."""


def _span(word: str, group: str) -> DaySpan:
    found = _SPAN.fullmatch(word)
    if found is None:
        raise InvalidSetting(NO_TIME, word=word, group=group)
    since, until = (_minutes(*pair) for pair in ((found[1], found[2]), (found[3], found[4])))
    if since is None or until is None or since == 24 * 60:
        raise InvalidSetting(NO_TIME, word=word, group=group)
    if since == until != 0:
        raise InvalidSetting(NO_TIME, word=word, group=group)
    return DaySpan(_time(since), _time(until))


def _minutes(hours: str, minutes: str | None) -> int | None:
    """Minutes since midnight; None: there is no such time."""
    total = int(hours) * 60 + int(minutes or 0)
    return total if int(minutes or 0) < 60 and total <= 24 * 60 else None


def _time(minutes: int) -> time:
    return time(minutes // 60 % 24, minutes % 60)


def _check_order(spans: Sequence[DaySpan], group: str) -> None:
    for earlier, later in pairwise(spans):
        if earlier.until <= earlier.since or later.since < earlier.until:
            raise InvalidSetting(OVERLAPPING, group=group)
