"""Repositories for notices, leases and cursors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain import DeskName, DialogId, Key
from bot.domain.value import value
from bot.views.values import View


@value
class Notice:
    """Whisper or direct message kept for the web desk."""

    id: int
    user: str
    view: View
    dialog: DialogId | None
    at: datetime


class Notices(Protocol):
    async def put(self, desk: DeskName, user: str, view: View, dialog: DialogId | None, key: Key) -> None:
        """Stores a notice, once per key."""
        ...

    async def after(self, desk: DeskName, user: str, notice: int | None, limit: int = 50) -> Sequence[Notice]:
        """Notices after that one, oldest first; None: the latest ones, oldest first."""
        ...


class Leases(Protocol):
    async def take(self, name: str, owner: str, now: datetime, until: datetime) -> bool:
        """Takes or renews a lease. True: `owner` holds it until then; False: somebody else does."""
        ...

    async def drop(self, name: str, owner: str) -> None:
        """Releases the lease; does nothing when somebody else holds it."""
        ...


class Cursors(Protocol):
    """Small values needed after a restart."""

    async def get(self, name: str) -> str | None:
        """The stored value; None: it was never set. After `forget`: ""."""
        ...

    async def several(self, names: Sequence[str]) -> Mapping[str, str]:
        """The stored values by name, of those that were set."""
        ...

    async def beginning(self, start: str) -> Mapping[str, str]:
        """The stored values whose names begin so, by the rest of the name; without the forgotten."""
        ...

    async def set(self, name: str, value: str) -> None:
        """Stores the value, replacing the previous one."""
        ...

    async def note(self, name: str, value: str) -> bool:
        """Sets a value that is not set, or was forgotten. False: it is set, perhaps by somebody faster."""
        ...

    async def forget(self, name: str) -> bool:
        """Forgets a value. False: it was not set, perhaps because somebody was faster."""
        ...
