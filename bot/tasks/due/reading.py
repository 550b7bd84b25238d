"""Combines the pieces of a due time into a moment."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import TypeVar

from bot.tasks.due.phrases import fold, run
from bot.tasks.due.pieces import (
    END,
    MIDNIGHT,
    MORNING,
    NOON,
    ClockTime,
    Day,
    Meaning,
    NotATime,
    PartOfDay,
    TimeFromNow,
    Week,
    Weekday,
)
from bot.tasks.due.vocabulary import length_alone

FARTHEST = timedelta(days=5 * 366)
"""Times farther away are taken for a mistake."""
SOON = timedelta(hours=1)
"""Delay from now, when the part of the day that is meant has begun."""
WORKING = 7
"""Bare hours before this one are in the afternoon: “at 3”."""


class Passed(Exception):
    """The time has passed. `at`: that time, UTC."""

    def __init__(self, at: datetime) -> None:
        super().__init__(at)
        self.at = at


class TooFar(NotATime):
    """A time that was picked lies too far ahead."""


def read(words: str, now: datetime, zone: tzinfo) -> datetime:
    """Moment (UTC) that `words` mean for somebody in `zone`. Clock times are in that zone; spans ("in 2 hours") are
    elapsed time; what a picker gives is ISO 8601. Raises `NotATime` or `Passed`."""
    picked = _picked(words.strip(), zone)
    try:
        at = picked or _moment(_meanings(_unzoned(words.strip(), zone)), now, zone)
    except (OverflowError, ValueError):
        raise NotATime(words) from None
    if at > now + FARTHEST:
        raise TooFar(words) if picked else NotATime(words)
    if at <= now:
        raise Passed(at)
    return at


_ISO = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}\S*", re.ASCII)


def _picked(words: str, zone: tzinfo) -> datetime | None:
    """Moment (UTC) of a picker; a local time is in `zone`. None for words."""
    try:
        at = datetime.fromisoformat(words) if _ISO.fullmatch(words) else None
        return (at if at.tzinfo is not None else at.replace(tzinfo=zone)).astimezone(UTC) if at is not None else None
    except (OverflowError, ValueError):
        return None


def _unzoned(words: str, zone: tzinfo) -> str:
    """Words without the zone that the hub writes behind a time."""
    return words.removesuffix(f"({getattr(zone, 'key', '')})")


def _meanings(words: str) -> Sequence[Meaning]:
    """Meanings of the words, every one of which must have one."""
    folded = " ".join(fold(words).split()).strip(" .,!?")
    pieces = run(folded, 0)
    if pieces and pieces[-1].end == len(folded):
        return [one for piece in pieces for one in piece.meanings]
    if alone := length_alone(folded):
        return [alone]
    raise NotATime(words)


def _moment(meanings: Sequence[Meaning], now: datetime, zone: tzinfo) -> datetime:
    span = _only(TimeFromNow, meanings)
    if span is not None:
        return now.astimezone(UTC) + span.length
    here = now.astimezone(zone).replace(tzinfo=None)
    day, at = _day(meanings, here.date()), _time(meanings)
    if day is not None:
        found = _combined(day, at) if at is not None else _usual(meanings, day, here)
    else:
        part = _only(PartOfDay, meanings)
        at = at or (part.at if part is not None else END)
        found = _combined(here.date(), at)
        if found <= here:
            found = _combined(here.date() + timedelta(days=1), at)
    return found.replace(tzinfo=zone).astimezone(UTC)


def _day(meanings: Sequence[Meaning], today: date) -> date | None:
    """Day that is meant; None: only a time was given."""
    dated, weekday, week = _only(Day, meanings), _only(Weekday, meanings), _only(Week, meanings)
    if dated is not None:
        day = dated.of(today)
        if weekday is not None and weekday.number != day.weekday():
            raise NotATime("there is no such day")  # “Tue 25.11” in a year when it is a Wednesday
        return day
    if week is not None:
        number = weekday.number if weekday is not None else 0 if week.begins else today.weekday()
        return _monday(today) + timedelta(weeks=week.ahead, days=number)
    return _next(weekday, today) if weekday is not None else None


def _next(weekday: Weekday, today: date) -> date:
    if weekday.which == "next":
        return _monday(today) + timedelta(weeks=1, days=weekday.number)
    ahead = (weekday.number - today.weekday()) % 7
    return today + timedelta(days=ahead or (0 if weekday.which == "this" else 7))


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _time(meanings: Sequence[Meaning]) -> time | None:
    """Clock time that was given, taken together with the part of the day: “вечером в 8”."""
    clock, part = _only(ClockTime, meanings), _only(PartOfDay, meanings)
    if clock is None:
        return None
    late = part is not None and part.at >= NOON
    if clock.at.hour < 12 and (late or (part is None and clock.bare and 0 < clock.at.hour < WORKING)):
        return clock.at.replace(hour=clock.at.hour + 12)
    return clock.at


def _usual(meanings: Sequence[Meaning], day: date, here: datetime) -> datetime:
    """Default time of a day given without one. For a part of today that has begun it is soon, while that part lasts."""
    dated, part = _only(Day, meanings), _only(PartOfDay, meanings)
    if part is None:
        at = dated.at if dated is not None and dated.at is not None else None
        part = PartOfDay(at or (END if day == here.date() else MORNING), MIDNIGHT)
    found, until = _combined(day, part.at), _combined(day, part.until)
    return min(here + SOON, until) if found <= here < until else found


def _combined(day: date, at: time) -> datetime:
    return datetime.combine(day + timedelta(days=1), time()) if at == MIDNIGHT else datetime.combine(day, at)


_M = TypeVar("_M", bound=Meaning)


def _only(kind: type[_M], meanings: Sequence[Meaning]) -> _M | None:
    return next((one for one in meanings if isinstance(one, kind)), None)
