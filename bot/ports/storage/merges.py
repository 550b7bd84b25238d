"""Contacts that turned out to be one person, and what it takes to part them again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain import ContactId, OperatorId


@dataclass(frozen=True, slots=True)
class Merge:
    """`merged` turned out to be `kept`. `why`: the phone or e-mail that said so, "" when a person did; `operator` None:
    the hub did it by itself."""

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
        """Gives identities, dialogs and Interests of `merged` to `kept`, and what is told of them where `kept` has told
        nothing. Dialogs are numbered anew within the contact. None: one of them was merged already, or both are one."""
        ...

    async def undo(self, merge: int, at: datetime) -> Merge | None:
        """Gives back what came over, and with it what has come through those identities since: dialogs, and what their
        chats have told of the person. What else has happened stays with the kept one. None: it is undone already."""
        ...

    async def get(self, merge: int) -> Merge | None:
        """None also for one that was undone."""
        ...

    async def parted(self, one: ContactId, other: ContactId) -> bool:
        """Whether people have said once that these are two."""
        ...

    async def into(self, contact: ContactId) -> Sequence[Merge]:
        """Those that made this contact what they are, also at second hand; the latest first."""
        ...
