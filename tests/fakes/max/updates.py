"""Updates and their two ways out: long polling and webhooks."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Callable
from typing import Any

import aiohttp

from tests.fakes.platform import Caller

Update = dict[str, Any]
Waiting = tuple[int, Update]
"""An update and its chat."""


class Queue:
    """Numbered updates for polling, kept until a later marker commits them."""

    def __init__(self) -> None:
        self.pending: deque[tuple[int, Waiting]] = deque()
        self.asked: list[str] | None = None
        self._next = 25_493_970
        self._changed = asyncio.Event()

    def put(self, chat: int, update: Update) -> None:
        self.pending.append((self._next, (chat, update)))
        self._next += 1
        self._changed.set()

    async def poll(self, marker: int | None, limit: int, timeout: float) -> dict[str, Any]:
        """Returns uncommitted updates, and the marker that commits them."""
        self._commit(marker)
        if not self.pending and timeout:
            self._changed.clear()
            try:
                async with asyncio.timeout(timeout):
                    await self._changed.wait()
            except TimeoutError:
                pass
        page = [self.pending[index] for index in range(min(limit, len(self.pending)))]
        return {"updates": [update for _, (_, update) in page], "marker": page[-1][0] + 1 if page else self._next}

    def _commit(self, marker: int | None) -> None:
        while marker is not None and self.pending and self.pending[0][0] < marker:
            self.pending.popleft()

    def drain(self) -> list[Waiting]:
        left = [waiting for _, waiting in self.pending]
        self.pending.clear()
        return left


class Webhook(Caller[int, Update]):
    """A subscription: every chat is a lane; an update is taken when the response is 200."""

    delays = (0.02, 0.5)

    def __init__(self, url: str, secret: str, types: list[str] | None, changed: Callable[[], None]) -> None:
        super().__init__(url, changed)
        self.secret, self.types = secret, types

    async def left(self) -> list[Waiting]:
        """Stops; returns undelivered updates, in order."""
        return sorted(await self.stop(), key=lambda waiting: int(waiting[1]["timestamp"]))

    async def post(self, update: Update) -> bool:
        headers = {"Content-Type": "application/json"}
        if self.secret:
            headers["X-Max-Bot-Api-Secret"] = self.secret
        try:
            async with self.client().post(self.url, data=json.dumps(update), headers=headers) as response:
                return response.status == 200
        except aiohttp.ClientError:
            return False
