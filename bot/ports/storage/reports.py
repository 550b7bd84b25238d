"""What reports are made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain import AccountName, DialogId, OperatorId, Status


@dataclass(frozen=True, slots=True)
class DialogFacts:
    """A dialog as reports count it. `answered_at`: when people first answered."""

    id: DialogId
    account: AccountName
    contact: str
    title: str
    opened_at: datetime
    answered_at: datetime | None
    closed_at: datetime | None
    status: Status
    reason: str
    comment: str
    responsible: OperatorId | None


class Reports(Protocol):
    async def dialogs(self, accounts: Sequence[AccountName], since: datetime, until: datetime) -> Sequence[DialogFacts]:
        """Dialogs with customers that were opened or closed then, in the order of their numbers. `until` is not
        within."""
        ...

    async def answers(
        self, accounts: Sequence[AccountName], since: datetime, until: datetime
    ) -> Mapping[OperatorId, int]:
        """How many messages each operator wrote to customers then; what never left does not count."""
        ...
