"""Small repositories: notices, leases, cursors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain import DeskName, DialogId, Key
from bot.views.values import View


@dataclass(frozen=True, slots=True)
class Notice:
    """A whisper or a direct message that waits in the hub's own desk."""

    id: int
    user: str
    view: View
    dialog: DialogId | None
    at: datetime


class Notices(Protocol):
    async def put(self, desk: DeskName, user: str, view: View, dialog: DialogId | None, key: Key) -> None:
        """Once per key."""
        ...

    async def after(self, desk: DeskName, user: str, notice: int | None, limit: int = 50) -> Sequence[Notice]:
        """What came after that one, oldest first; None: the latest ones, oldest first."""
        ...


class Leases(Protocol):
    async def take(self, name: str, owner: str, now: datetime, until: datetime) -> bool:
        """True: held by `owner` until then (again or anew); False: somebody else holds it."""
        ...

    async def drop(self, name: str, owner: str) -> None:
        """Gives the lease back; nothing happens when somebody else holds it."""
        ...


class Cursors(Protocol):
    """Small facts to go on from after a restart."""

    async def get(self, name: str) -> str | None:
        """The stored value; None: it was never set. After `forget`: ""."""
        ...

    async def set(self, name: str, value: str) -> None:
        """Stores the value in place of the one before."""
        ...

    async def note(self, name: str, value: str) -> bool:
        """Sets what is not set, or was forgotten. False: it is set, also by somebody who was faster."""
        ...

    async def forget(self, name: str) -> bool:
        """False: it was not set, also because somebody was faster."""
        ...
