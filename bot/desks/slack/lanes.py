"""Ordering: events of one lane are handled one after another, the oldest of those that have arrived first."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

ANY_TIME = datetime.min.replace(tzinfo=UTC)


@dataclass(eq=False)
class _Lane:
    """One lane: a heap of the turns that are waited for; `taken`: somebody has theirs."""

    waiting: list[tuple[datetime, int, asyncio.Future[None]]] = field(default_factory=list)
    taken: bool = False


class Lanes:
    """Turns by name. A lane exists while someone has its turn or waits for it."""

    def __init__(self) -> None:
        self._lanes: dict[str, _Lane] = {}
        self._numbers = itertools.count()

    @asynccontextmanager
    async def turn(self, lane: str, at: datetime = ANY_TIME) -> AsyncIterator[None]:
        """Waits for a turn in the lane. `at`: when the event happened. Slack sends two posts of one moment over two
        connections, and the younger may be read first: what arrives in the same tick is put in order, too."""
        kept = self._lanes.setdefault(lane, _Lane())
        mine = (at, next(self._numbers), asyncio.get_running_loop().create_future())
        heapq.heappush(kept.waiting, mine)
        try:
            await asyncio.sleep(0)
            self._pass_on(kept)
            await mine[2]
            yield
        finally:
            if mine in kept.waiting:
                kept.waiting.remove(mine)
                heapq.heapify(kept.waiting)
            elif not mine[2].cancelled():
                kept.taken = False
                self._pass_on(kept)
            if not kept.taken and not kept.waiting and self._lanes.get(lane) is kept:
                del self._lanes[lane]

    @staticmethod
    def _pass_on(kept: _Lane) -> None:
        while kept.waiting and not kept.taken:
            turn = heapq.heappop(kept.waiting)[2]
            if not turn.cancelled():
                turn.set_result(None)
                kept.taken = True
