"""Repository for merges of contacts, with what is needed to undo them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.domain import ContactId, OperatorId
from bot.domain.value import value


@value
class Merge:
    """Merge of one contact into another. `why`: the phone or e-mail that matched, "" when an operator decided;
    `operator` None: the hub merged automatically."""

    id: int
    kept: ContactId
    merged: ContactId
    why: str
    operator: OperatorId | None
    at: datetime


class Merges(Protocol):
    async def merge(
        self, kept: ContactId, merged: ContactId, at: datetime, *, why: str = "", operator: OperatorId | None = None
    ) -> Merge | None:
        """Moves identities, dialogs and Interests of `merged` to `kept`, and details that `kept` lacks. Dialogs are
        renumbered within the contact. None: one of them was merged already, or both are the same contact."""
        ...

    async def undo(self, merge: int, at: datetime) -> Merge | None:
        """Moves everything back, along with what has come through those identities since: dialogs, and details reported
        by their chats. The rest stays with the kept contact. None: it is undone already."""
        ...

    async def get(self, merge: int) -> Merge | None:
        """The merge; None also for one that was undone."""
        ...

    async def parted(self, one: ContactId, other: ContactId) -> bool:
        """Tells whether an operator has ever separated these two."""
        ...

    async def into(self, contact: ContactId) -> Sequence[Merge]:
        """Merges into this contact, direct and indirect, latest first."""
        ...
