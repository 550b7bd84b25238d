"""Pieces of a due time: days, weeks, hours, parts of the day, spans from now on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time, timedelta

from bot.domain.value import value

MORNING, LUNCH, NOON, AFTERNOON, END, EVENING = time(9), time(13), time(12), time(14), time(18), time(19)
MIDNIGHT = time.max
"""End of a day."""


class NotATime(Exception):
    """The words are not a time."""


@value
class Day:
    """Day, computed from today's. `at`: its time when none is given."""

    of: Callable[[date], date]
    at: time | None = None


@value
class Weekday:
    """Weekday. `which`: "this" may be today, "next" is in next week, "" is the next one after today."""

    number: int
    which: str = ""


@value
class Week:
    """Number of weeks ahead: the same weekday as today, or the one given with it. `begins`: its Monday."""

    ahead: int
    begins: bool = False


@value
class PartOfDay:
    """Part of the day: the time it means, and its end."""

    at: time
    until: time


@value
class ClockTime:
    """Time of the clock. `bare`: an hour alone, which may be in either half of the day."""

    at: time
    bare: bool = False


@value
class TimeFromNow:
    """Span of elapsed time from now on."""

    length: timedelta


Meaning = Day | Weekday | Week | PartOfDay | ClockTime | TimeFromNow


@value
class TimePhrase:
    """Words with a meaning, from `start` to `end`. `sure` False: alone they may mean something else."""

    meanings: tuple[Meaning, ...]
    start: int
    end: int
    sure: bool = True
