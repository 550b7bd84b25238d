"""Repository of the database's counters, for going on after the database was restored from a backup."""

from __future__ import annotations

from typing import Protocol

from bot.domain.traces import Reached


class Counters(Protocol):
    """Counters of the whole database, and of whatever waits in it."""

    async def reached(self) -> Reached:
        """The highest numbers given so far."""
        ...

    async def leap(self, beyond: Reached) -> None:
        """Advances every counter, so that no number is given twice that may have been given since the backup; at least
        past `beyond`. Readers' cursors from before stay valid."""
        ...

    async def doubt_all(self) -> None:
        """Marks every waiting parcel as perhaps delivered already."""
        ...
