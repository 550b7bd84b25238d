"""Repository of what waits, for metrics and alerts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from bot.domain import AccountName
from bot.domain.value import value
from bot.ports.storage.inbox_outbox import Urgency


@value
class Backlog:
    """Parcels of one destination and urgency that wait: when the oldest was created."""

    destination: str
    urgency: Urgency
    since: datetime


class Loads(Protocol):
    """Loads of the whole hub; each costs a query over what waits, so one process reads them."""

    async def backlogs(self) -> list[Backlog]:
        """Backlogs of all destinations that have one."""
        ...

    async def crowds(self, least: int) -> Mapping[tuple[str, str], int]:
        """Numbers of conversations whose messages wait, by destination and account, where there are at least so
        many."""
        ...

    async def dead(self) -> Mapping[str, int]:
        """Number of parcels given up, by destination."""
        ...

    async def waiting_customers(self) -> Mapping[AccountName, int]:
        """Number of open dialogs whose customer waits for a reply, by account."""
        ...
