"""Port to the pages of operators' own that team chats keep."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.domain import DeskName, Operator, OperatorId
from bot.domain.value import value


@value
class Home:
    """Page of an operator's own. `page`: token of the button that draws it, "" for the page that it opens on; `shown`,
    `reads`: digests of what it shows and of what its reader may read; `until`: until then it is kept current."""

    operator: Operator
    page: str
    shown: str
    reads: str
    until: datetime


class Homes(Protocol):
    async def opened(self, operator: OperatorId, page: str, shown: str, reads: str, until: datetime) -> None:
        """Notes what an operator has just been shown."""
        ...

    async def drawn(self, operator: OperatorId, page: str, now_page: str, shown: str, reads: str) -> bool:
        """Notes what was drawn anew in the place of `page`; False: the operator has turned to another one since."""
        ...

    async def left(self, operator: OperatorId, at: datetime) -> None:
        """Notes that the page is no longer looked at, and forgets its filters."""
        ...

    async def forget(self, operator: OperatorId) -> None:
        """Forgets a page: nothing is to be kept current."""
        ...

    async def of(self, desk: DeskName) -> Sequence[Home]:
        """All pages of a desk, also those that nobody looks at."""
        ...
