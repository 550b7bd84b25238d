"""A figure of a report: counted from the dialogs of its period, shown as a line of text, a panel of the chart and a
table of the CSV. `bot.reports.figures` holds them all.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from statistics import median
from typing import Self

from bot.domain import AccountName, OperatorId
from bot.domain.period import Period
from bot.domain.text import Text, bold, line
from bot.domain.value import value
from bot.locale import Translator, taking
from bot.ports.storage.reports import DialogFacts
from bot.reports.chart import Bars

Cells = Sequence[object]
"""Row of a table. A `timedelta` is written in minutes, None as an empty cell."""


@value
class Language:
    """The reader's language, with its way of writing numbers and dates."""

    tr: Translator
    locale: str

    def _(self, words: str) -> str:
        return self.tr.gettext(words)


@value
class Facts:
    """Data of the figures: dialogs opened and closed in the period, the number of messages each operator sent to
    customers of each account, and the names of operators and accounts by id."""

    period: Period
    opened: Sequence[DialogFacts]
    closed: Sequence[DialogFacts]
    answers: Mapping[tuple[OperatorId, AccountName], int]
    operators: Mapping[OperatorId, str]
    accounts: Mapping[str, str]

    @classmethod
    def of(
        cls,
        period: Period,
        dialogs: Sequence[DialogFacts],
        answers: Mapping[tuple[OperatorId, AccountName], int],
        operators: Mapping[OperatorId, str],
        accounts: Mapping[str, str],
    ) -> Facts:
        """Separates `dialogs` into those opened and those closed in the period; some are both."""
        opened = [one for one in dialogs if period.since <= one.opened_at < period.until]
        closed = [one for one in dialogs if one.closed_at is not None and period.since <= one.closed_at < period.until]
        return cls(period, opened, closed, answers, operators, accounts)

    def __bool__(self) -> bool:
        """False when nothing happened in the period."""
        return bool(self.opened or self.closed or self.answers)


class Figure(ABC):
    """Figure of a report. Derive, show it in some of the three ways, and add it to the table in
    `bot.reports.figures`."""

    @classmethod
    @abstractmethod
    def count(cls, facts: Facts) -> Self:
        """Counts the figure. Pure."""

    def text(self, language: Language) -> Text | None:
        """Line in the summary beside the chart."""
        return None

    def bars(self, language: Language) -> Bars | None:
        """Panel of the chart."""
        return None

    def table(self, language: Language) -> Sequence[Cells]:
        """Table in the CSV, with headings."""
        return ()

    def section(self, language: Language) -> tuple[str, Sequence[Cells]] | None:
        """Title and rows in the message's table, whose columns are those of a load."""
        return None


@value
class Spread:
    """Spread of durations: `half` is their median, and nine of ten are at most `most`."""

    half: timedelta
    most: timedelta

    @classmethod
    def of(cls, took: Iterable[timedelta]) -> Spread | None:
        each = sorted(took)
        return (
            cls(timedelta(seconds=median(one.total_seconds() for one in each)), each[-(-len(each) * 9 // 10) - 1])
            if each
            else None
        )

    def words(self, language: Language) -> str:
        half, most = taking(self.half, language.locale), taking(self.most, language.locale, up=True)
        return language._("median {half}, 90% within {most}").format(half=half, most=most)


def labelled(label: str, words: str) -> Text | None:
    """“Label: words”; None without words."""
    return line(bold(label), ": ", words) if words else None


def until_answered(dialog: DialogFacts) -> timedelta | None:
    """Time to the first reply; None when there is none yet."""
    return max(dialog.answered_at - dialog.opened_at, timedelta()) if dialog.answered_at is not None else None
