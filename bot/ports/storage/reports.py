"""Repository for the data of reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain import AccountName, DialogId, OperatorId, Status
from bot.domain.value import value


@value
class DialogFacts:
    """Data of a dialog for reports. `answered_at`: time of the first reply by an operator."""

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
        """Customers' dialogs opened or closed from `since` up to, but not including, `until`, by number."""
        ...

    async def answers(
        self, accounts: Sequence[AccountName], since: datetime, until: datetime
    ) -> Mapping[tuple[OperatorId, AccountName], int]:
        """Number of messages that each operator wrote to customers of each account in that time, without those never
        sent."""
        ...
