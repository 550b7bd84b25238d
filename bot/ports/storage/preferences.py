"""Repository for what operators have chosen to be notified of."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Protocol

from bot.domain import Operator, OperatorId
from bot.domain.notifications import NotificationChoices
from bot.domain.value import value


@value
class MorningReader:
    """Operator who wants a morning list. `told`: local date of the last one, None before the first."""

    operator: Operator
    choices: NotificationChoices
    told: date | None


class Preferences(Protocol):
    async def of(self, operators: Collection[OperatorId]) -> Mapping[OperatorId, NotificationChoices]:
        """Choices of these operators, without those who have made none."""
        ...

    async def save(self, operator: OperatorId, choices: NotificationChoices, told: date | None) -> None:
        """Stores an operator's choices. `told`: local date up to which no morning list is due; None: as it was."""
        ...

    async def morning_readers(self) -> Sequence[MorningReader]:
        """Operators who want a morning list, by id."""
        ...

    async def tell_morning(self, operator: OperatorId, day: date) -> bool:
        """Records the list of that day as sent. False: that day's or a later one was sent already."""
        ...
