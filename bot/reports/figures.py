"""What a report says, counted from the dialogs of its period; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median_high

from bot.domain import OperatorId
from bot.domain.period import Period
from bot.ports.storage.reports import DialogFacts

BUCKETS = (1, 5, 15, 60, 240, 1440)
"""Minutes in which a first answer was given: up to each, and longer than the last."""
DAYS = 62
"""Longer periods are counted by weeks."""


@dataclass(frozen=True, slots=True)
class Spread:
    """How long something took: half of them no longer than `half`, nine of ten no longer than `most`."""

    half: timedelta
    most: timedelta

    @classmethod
    def of(cls, took: Iterable[timedelta]) -> Spread | None:
        each = sorted(took)
        return cls(median_high(each), each[-(-len(each) * 9 // 10) - 1]) if each else None


@dataclass(frozen=True, slots=True)
class Load:
    """Of an operator or a channel. `answers`: messages to customers (operators); `first`: until the first answer."""

    name: str
    opened: int = 0
    closed: int = 0
    answers: int = 0
    first: Spread | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A day, or the week that begins with it."""

    day: date
    opened: int
    closed: int


@dataclass(frozen=True, slots=True)
class Figures:
    """`unanswered`: opened then and not answered yet (or closed without an answer); `waits`: first answers by
    `BUCKETS`; `reasons`: the most frequent first, "" for none."""

    opened: int
    closed: int
    unanswered: int
    first: Spread | None
    to_close: Spread | None
    waits: tuple[int, ...]
    reasons: tuple[tuple[str, int], ...]
    operators: tuple[Load, ...]
    channels: tuple[Load, ...]
    steps: tuple[Step, ...]


def count(
    period: Period,
    dialogs: Sequence[DialogFacts],
    answers: Mapping[OperatorId, int],
    operators: Mapping[OperatorId, str],
    accounts: Mapping[str, str],
) -> Figures:
    """`operators`, `accounts`: their names by id."""
    opened = [one for one in dialogs if period.since <= one.opened_at < period.until]
    closed = [one for one in dialogs if one.closed_at is not None and period.since <= one.closed_at < period.until]
    waits = [_until_answered(one) for one in opened]
    first = [wait for wait in waits if wait is not None]
    return Figures(
        len(opened),
        len(closed),
        len(opened) - len(first),
        Spread.of(first),
        Spread.of(one.closed_at - one.opened_at for one in closed if one.closed_at is not None),
        _in_buckets(first),
        tuple(Counter(one.reason for one in closed).most_common()),
        _of_operators(opened, closed, answers, operators),
        _of_channels(opened, closed, accounts),
        _steps(period, opened, closed),
    )


def _until_answered(dialog: DialogFacts) -> timedelta | None:
    return max(dialog.answered_at - dialog.opened_at, timedelta()) if dialog.answered_at is not None else None


def _in_buckets(waits: Iterable[timedelta]) -> tuple[int, ...]:
    counts = [0] * (len(BUCKETS) + 1)
    for wait in waits:
        minutes = wait.total_seconds() / 60
        counts[next((place for place, most in enumerate(BUCKETS) if minutes <= most), len(BUCKETS))] += 1
    return tuple(counts)


def _of_operators(
    opened: Sequence[DialogFacts],
    closed: Sequence[DialogFacts],
    answers: Mapping[OperatorId, int],
    names: Mapping[OperatorId, str],
) -> tuple[Load, ...]:
    closings = Counter(one.responsible for one in closed if one.responsible is not None)
    taken = Counter(one.responsible for one in opened if one.responsible is not None)
    firsts: dict[OperatorId, list[timedelta]] = {}
    for one in opened:
        wait = _until_answered(one)
        if wait is not None and one.responsible is not None:
            firsts.setdefault(one.responsible, []).append(wait)
    loads = [
        Load(names.get(who, "?"), taken[who], closings[who], answers.get(who, 0), Spread.of(firsts.get(who, ())))
        for who in {*closings, *taken, *answers}
    ]
    return tuple(sorted(loads, key=lambda load: (-load.closed, -load.answers, load.name)))


def _of_channels(
    opened: Sequence[DialogFacts], closed: Sequence[DialogFacts], titles: Mapping[str, str]
) -> tuple[Load, ...]:
    begun, ended = Counter(one.account for one in opened), Counter(one.account for one in closed)
    loads = [
        Load(
            titles.get(name, name),
            begun[name],
            ended[name],
            first=Spread.of(
                wait for one in opened if one.account == name and (wait := _until_answered(one)) is not None
            ),
        )
        for name in {*begun, *ended}
    ]
    return tuple(sorted(loads, key=lambda load: (-load.opened, -load.closed, load.name)))


def _steps(period: Period, opened: Sequence[DialogFacts], closed: Sequence[DialogFacts]) -> tuple[Step, ...]:
    """Every day of the period, or every week of a long one; also those on which nothing happened."""
    width = 1 if period.days <= DAYS else 7
    first, zone = period.since.date(), period.since.tzinfo

    def step(at: datetime) -> int:
        return (at.astimezone(zone).date() - first).days // width

    begun = Counter(step(one.opened_at) for one in opened)
    ended = Counter(step(one.closed_at) for one in closed if one.closed_at is not None)
    return tuple(
        Step(first + timedelta(days=place * width), begun[place], ended[place])
        for place in range(-(-period.days // width))
    )
