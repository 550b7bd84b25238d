"""A clock that stands still until a test moves it."""

from __future__ import annotations

import asyncio
import heapq
from datetime import UTC, datetime, timedelta
from itertools import count

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class ManualClock:
    """`bot.ports.Clock`. Sleepers wake in the order of their times, each at its own time."""

    def __init__(self, now: datetime = START) -> None:
        self._now = now
        self._sleepers: list[tuple[datetime, int, asyncio.Future[None]]] = []
        self._order = count()

    def now(self) -> datetime:
        return self._now

    async def sleep(self, seconds: float) -> None:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._now + timedelta(seconds=max(seconds, 0)), next(self._order), future))
        await future

    async def advance(self, seconds: float) -> None:
        """Lets time pass; everything that falls due in it is done before this returns."""
        end = self._now + timedelta(seconds=seconds)
        await settle()
        while self._sleepers and self._sleepers[0][0] <= end:
            at, _, future = heapq.heappop(self._sleepers)
            self._now = max(at, self._now)
            if not future.done():
                future.set_result(None)
                await settle()
        self._now = end
        await settle()


async def settle(turns: int = 30) -> None:
    """Lets tasks that wait for nothing outside this process go on until they wait for time."""
    for _ in range(turns):
        await asyncio.sleep(0)
