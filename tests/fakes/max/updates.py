"""The updates, and their two ways out: long polling and webhooks."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Callable
from typing import Any

import aiohttp

Update = dict[str, Any]
Waiting = tuple[int, Update]
"""An update and its chat."""


class Queue:
    """For polling: numbered, kept until a later marker commits them."""

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
        """What is not committed, and the marker that commits it."""
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


class Webhook:
    """A subscription: what is not answered with 200 comes again, and nothing of the same chat before it. (MAX waits
    from a minute to hours, ten times; here `delays`.)"""

    delays = (0.02, 0.5)

    def __init__(self, url: str, secret: str, types: list[str] | None, changed: Callable[[], None]) -> None:
        self.url, self.secret, self.types = url, secret, types
        self._changed = changed
        self._queues: dict[int, deque[Update]] = {}
        self._workers: dict[int, asyncio.Task[None]] = {}
        self._http: aiohttp.ClientSession | None = None

    @property
    def pending(self) -> int:
        return sum(map(len, self._queues.values()))

    def put(self, chat: int, update: Update) -> None:
        self._queues.setdefault(chat, deque()).append(update)
        if chat not in self._workers:
            self._workers[chat] = asyncio.create_task(self._deliver(chat))

    async def stop(self) -> list[Waiting]:
        """Gives back what was not delivered."""
        for worker in self._workers.values():
            worker.cancel()
        await asyncio.gather(*self._workers.values(), return_exceptions=True)
        self._workers.clear()
        if self._http:
            await self._http.close()
        left = [(chat, update) for chat, queue in self._queues.items() for update in queue]
        return sorted(left, key=lambda waiting: int(waiting[1]["timestamp"]))

    async def _deliver(self, chat: int) -> None:
        queue, delay = self._queues[chat], self.delays[0]
        while queue:
            if await self._post(queue[0]):
                queue.popleft()
                delay = self.delays[0]
                self._changed()
            else:
                await asyncio.sleep(delay)
                delay = min(delay * 2, self.delays[1])
        del self._workers[chat]

    async def _post(self, update: Update) -> bool:
        if self._http is None:
            self._http = aiohttp.ClientSession()
        headers = {"Content-Type": "application/json"}
        if self.secret:
            headers["X-Max-Bot-Api-Secret"] = self.secret
        try:
            async with self._http.post(self.url, data=json.dumps(update), headers=headers) as response:
                return response.status == 200
        except aiohttp.ClientError:
            return False
