"""Port to edits and withdrawals that came before their message."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.domain import AccountName, ChatId, Content, ForeignId, Profile
from bot.domain.value import value


@value
class EarlyChange:
    """Change of a message that the hub does not know. `content`: the new words; None: withdrawn. `shown`: the new words
    stand in the thread, so the message itself has nothing to add."""

    account: AccountName
    chat: ChatId
    ref: ForeignId
    content: Content | None
    at: datetime
    profile: Profile = Profile()
    shown: bool = False


class EarlyChanges(Protocol):
    async def keep(self, change: EarlyChange) -> None:
        """Keeps a change, in place of an earlier one; a withdrawal is never replaced."""
        ...

    async def take(self, account: AccountName, chat: ChatId, ref: ForeignId) -> EarlyChange | None:
        """Removes and returns the change of a message; one that is shown stays."""
        ...

    async def due(self, before: datetime, limit: int = 100) -> Sequence[EarlyChange]:
        """New words kept before this moment and not shown yet, oldest first."""
        ...

    async def forget(self, before: datetime) -> None:
        """Deletes what was kept before this moment."""
        ...
