"""Clocks for tests."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from datetime import UTC, datetime, timedelta


class ManualClock:
    """A clock that stands still until it is moved; sleepers wake in the order of their times."""

    def __init__(self, now: datetime = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)) -> None:
        self._now = now
        self._sleepers: list[tuple[datetime, int, asyncio.Future[None]]] = []
        self._numbers = itertools.count()

    def now(self) -> datetime:
        return self._now

    async def sleep(self, seconds: float) -> None:
        waking: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._now + timedelta(seconds=seconds), next(self._numbers), waking))
        await waking

    @property
    def waiting(self) -> int:
        """Number of sleepers."""
        return len(self._sleepers)

    def advance(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)
        while self._sleepers and self._sleepers[0][0] <= self._now:
            waking = heapq.heappop(self._sleepers)[2]
            if not waking.done():
                waking.set_result(None)

    async def live(self, seconds: float) -> None:
        """Lets time pass: every sleeper wakes at its own time, and everything that follows is done before the next one
        wakes."""
        end = self._now + timedelta(seconds=seconds)
        await settle()
        while self._sleepers and self._sleepers[0][0] <= end:
            self.advance(max(0, (self._sleepers[0][0] - self._now).total_seconds()))
            await settle()
        self.advance((end - self._now).total_seconds())
        await settle()


async def settle(turns: int = 30) -> None:
    """Lets tasks run until all of them wait for time or for something outside this process."""
    for _ in range(turns):
        await asyncio.sleep(0)


class SystemClock:
    """The real time, as in production."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
