"""What pieces a due time consists of: days, weeks, hours, parts of the day, spans from now on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time, timedelta

MORNING, LUNCH, NOON, AFTERNOON, END, EVENING = time(9), time(13), time(12), time(14), time(18), time(19)
MIDNIGHT = time.max
"""Where a day ends and the next begins."""


class Unclear(Exception):
    """These words are no time."""


@dataclass(frozen=True, slots=True)
class Day:
    """A day, as told from today's. `at`: its time when none is said."""

    of: Callable[[date], date]
    at: time | None = None


@dataclass(frozen=True, slots=True)
class Weekday:
    """`which`: "this" may be today, "next" is in the next week, "" is the next one after today."""

    number: int
    which: str = ""


@dataclass(frozen=True, slots=True)
class Week:
    """So many weeks ahead: the same day as today, or the one that is said with it. `begins`: its Monday."""

    ahead: int
    begins: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the day: the time that it means, and when it is over."""

    at: time
    until: time


@dataclass(frozen=True, slots=True)
class Clock:
    """`bare`: an hour alone, which people say of both halves of the day."""

    at: time
    bare: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """From now on, as time passes for everybody."""

    length: timedelta


Meaning = Day | Weekday | Week | Part | Clock | Span


@dataclass(frozen=True, slots=True)
class Piece:
    """Words that mean something, from `start` to `end`. `sure` False: alone they may be something else."""

    meanings: tuple[Meaning, ...]
    start: int
    end: int
    sure: bool = True
