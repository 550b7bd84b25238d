"""The hub's intake: customers' updates and operators' events on their way into the database.

It closes while nothing could be stored: platforms then keep what they have.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager

from bot.ports import IntakeClosed


class Intake:
    """Counts what is being taken in by this process, and refuses it while closed."""

    def __init__(self) -> None:
        self._why = ""
        self._since: dict[object, float] = {}
        self._open, self._closed = asyncio.Event(), asyncio.Event()
        self._open.set()

    @contextmanager
    def taking(self) -> Iterator[None]:
        """Counts one update or event. Raises `IntakeClosed`."""
        if self._why:
            raise IntakeClosed(self._why)
        mine = object()
        self._since[mine] = time.monotonic()
        try:
            yield
        finally:
            del self._since[mine]

    def __len__(self) -> int:
        """Number of updates and events being taken in."""
        return len(self._since)

    @property
    def closed(self) -> bool:
        return self._closed.is_set()

    def oldest(self) -> float:
        """Seconds for which the oldest one has been taken in; 0: there is none."""
        return time.monotonic() - next(iter(self._since.values())) if self._since else 0.0

    def close(self, why: str) -> None:
        """Refuses everything until `open`. `why`: for those who are refused."""
        self._why = why
        self._open.clear()
        self._closed.set()

    def open(self) -> None:
        self._why = ""
        self._closed.clear()
        self._open.set()

    async def until_open(self) -> None:
        await self._open.wait()

    async def until_closed(self) -> None:
        await self._closed.wait()
