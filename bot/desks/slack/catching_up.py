"""Catching up after a gap: while a thread's missed posts are being read, its new ones wait; other threads go on."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Collection

ALL = "*"


class CatchingUp:
    """Lanes (channel and thread) with missed posts. Until a channel has been looked at, all its threads have some."""

    def __init__(self) -> None:
        self._behind: set[str] = set()
        self._waiting: Counter[str] = Counter()
        self._moved = asyncio.Condition()

    async def begin(self, channels: Collection[str]) -> None:
        """Begins to read these channels."""
        async with self._moved:
            self._behind = {_lane(channel, ALL) for channel in channels}
            self._moved.notify_all()

    async def looked(self, channel: str, threads: Collection[str]) -> None:
        """Notes which threads of a channel have missed posts."""
        async with self._moved:
            self._behind.discard(_lane(channel, ALL))
            self._behind |= {_lane(channel, thread) for thread in threads}
            self._moved.notify_all()

    async def read(self, channel: str, thread: str) -> None:
        """Notes that a thread's missed posts have been taken in."""
        async with self._moved:
            self._behind.discard(_lane(channel, thread))
            self._moved.notify_all()

    async def passed(self, lane: str) -> None:
        """Waits until a lane has no missed posts."""
        whole = _lane(lane.partition(":")[0], ALL)
        self._waiting[lane] += 1
        try:
            async with self._moved:
                await self._moved.wait_for(lambda: not self._behind & {whole, lane})
        finally:
            self._waiting -= Counter({lane: 1})

    def next_of(self, channel: str, threads: Collection[str]) -> str:
        """Returns the thread to read next: one for which new posts wait, if there is one."""
        return next((one for one in threads if self._waiting[_lane(channel, one)]), next(iter(threads)))


def _lane(channel: str, thread: str) -> str:
    return f"{channel}:{thread}"
