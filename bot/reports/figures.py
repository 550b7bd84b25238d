"""All figures of a report. To add one, write its class here, a line in the table at the end, and its translation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Self

from babel.dates import format_date

from bot.domain import AccountName, OperatorId
from bot.domain.text import Text
from bot.domain.value import value
from bot.locale import N_, locale_of
from bot.reports.chart import Bars, Shape
from bot.reports.figure import Cells, Facts, Figure, Language, Spread, labelled, until_answered

BUCKETS = (1, 5, 15, 60, 240, 1440)
"""Upper limits, in minutes, of the groups that times to the first reply are counted in; one more group holds longer
ones."""
DAYS = 62
"""Most days counted singly; longer periods are counted by weeks."""
NAMED = 5
"""Most reasons named in the text."""
WITHOUT_REASON = N_("without a reason")


@value
class Step:
    """Day, or the week that begins with it."""

    day: date
    opened: int
    closed: int


@value
class DialogCount(Figure):
    """Dialogs opened and closed, in all and by day. `unanswered`: opened in the period and not answered yet, or closed
    without a reply."""

    opened: int
    closed: int
    unanswered: int
    steps: tuple[Step, ...]
    weekly: bool = False

    @classmethod
    def count(cls, facts: Facts) -> Self:
        unanswered = sum(until_answered(one) is None for one in facts.opened)
        return cls(len(facts.opened), len(facts.closed), unanswered, _steps(facts), facts.period.days > DAYS)

    def text(self, language: Language) -> Text | None:
        template = language._("{opened} opened · {closed} closed · {unanswered} without a reply")
        words = template.format(opened=self.opened, closed=self.closed, unanswered=self.unanswered)
        return labelled(language._("Dialogs"), words)

    def bars(self, language: Language) -> Bars | None:
        locale = locale_of(language.locale)
        return Bars(
            language._("Dialogs by week") if self.weekly else language._("Dialogs by day"),
            (language._("opened"), language._("closed")),
            tuple(format_date(one.day, "d MMM", locale=locale) for one in self.steps),
            (tuple(one.opened for one in self.steps), tuple(one.closed for one in self.steps)),
            Shape.TIMELINE,
        )


def _steps(facts: Facts) -> tuple[Step, ...]:
    """Every day of the period, or every week of a long one, including empty ones."""
    period = facts.period
    width = 1 if period.days <= DAYS else 7
    first, zone = period.since.date(), period.since.tzinfo

    def step(at: datetime) -> int:
        return (at.astimezone(zone).date() - first).days // width

    begun = Counter(step(one.opened_at) for one in facts.opened)
    ended = Counter(step(one.closed_at) for one in facts.closed if one.closed_at is not None)
    return tuple(
        Step(first + timedelta(days=place * width), begun[place], ended[place])
        for place in range(-(-period.days // width))
    )


@value
class FirstAnswer(Figure):
    """Time to the first reply. `waits`: the number of dialogs by `BUCKETS`."""

    spread: Spread | None
    waits: tuple[int, ...]

    @classmethod
    def count(cls, facts: Facts) -> Self:
        waits = [wait for one in facts.opened if (wait := until_answered(one)) is not None]
        counts = [0] * (len(BUCKETS) + 1)
        for wait in waits:
            minutes = wait.total_seconds() / 60
            counts[next((place for place, most in enumerate(BUCKETS) if minutes <= most), len(BUCKETS))] += 1
        return cls(Spread.of(waits), tuple(counts))

    def text(self, language: Language) -> Text | None:
        return labelled(language._("First reply"), self.spread.words(language) if self.spread is not None else "")

    def bars(self, language: Language) -> Bars | None:
        title = language._("Time to the first reply")
        return Bars(title, ("",), _bucket_labels(language), (self.waits,), Shape.COLUMNS)


def _bucket_labels(language: Language) -> tuple[str, ...]:
    """Labels of the buckets: "≤ 1 min", "≤ 5 min", … "≤ 1 day", "longer", each on two lines."""
    named = []
    for minutes in BUCKETS:
        if minutes < 60:
            named.append(language._("≤ {n}\nmin").format(n=minutes))
        elif minutes < 1440:
            named.append(language._("≤ {n}\nh").format(n=minutes // 60))
        else:
            named.append(language._("≤ {n}\nd").format(n=minutes // 1440))
    return (*named, language._("longer"))


@value
class TimeToClose(Figure):
    spread: Spread | None

    @classmethod
    def count(cls, facts: Facts) -> Self:
        return cls(Spread.of(one.closed_at - one.opened_at for one in facts.closed if one.closed_at is not None))

    def text(self, language: Language) -> Text | None:
        return labelled(language._("Closing"), self.spread.words(language) if self.spread is not None else "")


@value
class ClosingReasons(Figure):
    """Reasons with the number of dialogs closed for them, the most frequent first; "" for none."""

    reasons: tuple[tuple[str, int], ...]

    @classmethod
    def count(cls, facts: Facts) -> Self:
        return cls(tuple(Counter(one.reason for one in facts.closed).most_common()))

    def text(self, language: Language) -> Text | None:
        named = [f"{reason} {times}" for reason, times in self._worded(language)[:NAMED]]
        return labelled(language._("Closing reasons"), " · ".join(named))

    def bars(self, language: Language) -> Bars | None:
        worded = self._worded(language)
        times = tuple(each for _, each in worded)
        return Bars(language._("Closing reasons"), ("",), tuple(reason for reason, _ in worded), (times,))

    def table(self, language: Language) -> Sequence[Cells]:
        return [(language._("Closing reason"), language._("Dialogs")), *self._worded(language)]

    def _worded(self, language: Language) -> Sequence[tuple[str, int]]:
        return [(reason or language._(WITHOUT_REASON), times) for reason, times in self.reasons]


LOADS = (N_("Name"), N_("Opened"), N_("Closed|report"), N_("Replies"), N_("First reply, median, minutes"))
"""Headings of a table of loads."""


@value
class Load:
    """Work of one operator or account. `answers`: messages to customers; `first`: time to the first reply."""

    name: str
    opened: int = 0
    closed: int = 0
    answers: int = 0
    first: Spread | None = None

    @property
    def cells(self) -> Cells:
        return (self.name, self.opened, self.closed, self.answers, self.first.half if self.first is not None else None)


def _table_of_loads(title: str, loads: Sequence[Load], language: Language) -> Sequence[Cells]:
    return [(title,), tuple(language._(one) for one in LOADS), *(one.cells for one in loads)]


@value
class OperatorLoad(Figure):
    """Load per operator; whoever closed most comes first."""

    operators: tuple[Load, ...]

    @classmethod
    def count(cls, facts: Facts) -> Self:
        closings = Counter(one.responsible for one in facts.closed if one.responsible is not None)
        taken = Counter(one.responsible for one in facts.opened if one.responsible is not None)
        firsts: dict[OperatorId, list[timedelta]] = {}
        for one in facts.opened:
            wait = until_answered(one)
            if wait is not None and one.responsible is not None:
                firsts.setdefault(one.responsible, []).append(wait)
        names, answers = facts.operators, Counter[OperatorId]()
        for (who, _), times in facts.answers.items():
            answers[who] += times
        loads = [
            Load(names.get(who, "?"), taken[who], closings[who], answers[who], Spread.of(firsts.get(who, ())))
            for who in {*closings, *taken, *answers}
        ]
        return cls(tuple(sorted(loads, key=lambda load: (-load.closed, -load.answers, load.name))))

    def section(self, language: Language) -> tuple[str, Sequence[Cells]]:
        return language._("Operators"), [one.cells for one in self.operators]

    def bars(self, language: Language) -> Bars | None:
        return Bars(
            language._("Load per operator"),
            (language._("closed dialogs"), language._("replies")),
            tuple(one.name for one in self.operators),
            (tuple(one.closed for one in self.operators), tuple(one.answers for one in self.operators)),
        )

    def table(self, language: Language) -> Sequence[Cells]:
        return _table_of_loads(language._("Operators"), self.operators, language)


@value
class ChannelLoad(Figure):
    """Load per account; the one with most new dialogs comes first."""

    channels: tuple[Load, ...]

    @classmethod
    def count(cls, facts: Facts) -> Self:
        begun, ended = Counter(one.account for one in facts.opened), Counter(one.account for one in facts.closed)
        firsts: dict[str, list[timedelta]] = {}
        for one in facts.opened:
            if (wait := until_answered(one)) is not None:
                firsts.setdefault(one.account, []).append(wait)
        answers, titles = Counter[AccountName](), facts.accounts
        for (_, name), times in facts.answers.items():
            answers[name] += times
        loads = [
            Load(titles.get(name, name), begun[name], ended[name], answers[name], Spread.of(firsts.get(name, ())))
            for name in {*begun, *ended, *answers}
        ]
        return cls(tuple(sorted(loads, key=lambda load: (-load.opened, -load.closed, load.name))))

    def section(self, language: Language) -> tuple[str, Sequence[Cells]]:
        return language._("Accounts"), [one.cells for one in self.channels]

    def bars(self, language: Language) -> Bars | None:
        return Bars(
            language._("Load per account"),
            (language._("opened"), language._("closed")),
            tuple(one.name for one in self.channels),
            (tuple(one.opened for one in self.channels), tuple(one.closed for one in self.channels)),
        )

    def table(self, language: Language) -> Sequence[Cells]:
        return _table_of_loads(language._("Accounts"), self.channels, language)


FIGURES: tuple[type[Figure], ...] = (
    DialogCount,
    FirstAnswer,
    TimeToClose,
    ClosingReasons,
    OperatorLoad,
    ChannelLoad,
)
"""Figures in the order in which a report shows them."""


def count(facts: Facts) -> tuple[Figure, ...]:
    """Counts all figures."""
    return tuple(kind.count(facts) for kind in FIGURES)
