"""The hub's intake: customers' updates and operators' events on their way into the database.

It closes while nothing could be stored: platforms then keep what they have, and are told so at once.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.ports import IntakeClosed


class Intake:
    """Counts what is being taken in by this process, and refuses it while closed."""

    def __init__(self) -> None:
        self._why = ""
        self._since: dict[asyncio.Timeout, float] = {}
        self._open, self._closed = asyncio.Event(), asyncio.Event()
        self._open.set()

    @asynccontextmanager
    async def taking(self) -> AsyncIterator[None]:
        """Counts one update or event, and ends it when the intake closes meanwhile: a platform that waits for minutes
        gives up by itself, and does not know why. Raises `IntakeClosed`."""
        if self.closed:
            raise IntakeClosed(self._why)
        try:
            async with asyncio.timeout(None) as mine:
                self._since[mine] = time.monotonic()
                try:
                    yield
                finally:
                    del self._since[mine]
        except TimeoutError:
            if mine.expired():
                raise IntakeClosed(self._why) from None
            raise

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
        """Refuses everything until `open`, and what is on its way. `why`: for those who are refused."""
        self._why = why
        self._open.clear()
        self._closed.set()
        for taken in self._since:
            if not taken.expired():
                taken.reschedule(asyncio.get_running_loop().time())

    def open(self) -> None:
        self._closed.clear()
        self._open.set()

    async def until_open(self) -> None:
        await self._open.wait()

    async def until_closed(self) -> None:
        await self._closed.wait()
