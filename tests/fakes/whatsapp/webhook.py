"""Meta's calls: each person's in order, all side by side, signed; what is not answered with 200 comes again. (Meta
waits from seconds to hours and keeps no order; here `delays`.)
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

import aiohttp


def signature(secret: str, body: bytes) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


class Webhook:
    def __init__(self, secret: str, changed: Callable[[], None]) -> None:
        self.url = ""
        self.secret = secret
        self.delays = (0.02, 1.0)
        self._changed = changed
        self._queues: dict[str, deque[bytes]] = {}
        self._workers: dict[str, asyncio.Task[None]] = {}
        self._http: aiohttp.ClientSession | None = None

    @property
    def pending(self) -> int:
        return sum(map(len, self._queues.values()))

    def put(self, lane: str, body: dict[str, Any]) -> None:
        self._queues.setdefault(lane, deque()).append(json.dumps(body, ensure_ascii=False).encode())
        self._work(lane)

    def start(self) -> None:
        for lane in list(self._queues):
            self._work(lane)

    async def stop(self) -> None:
        for worker in self._workers.values():
            worker.cancel()
        await asyncio.gather(*self._workers.values(), return_exceptions=True)
        self._workers.clear()
        if self._http:
            await self._http.close()
            self._http = None

    async def greet(self, url: str, verify_token: str) -> bool:
        """The address is entered: is it whose it should be?"""
        query = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": verify_token}
        async with self._client().get(url, params=query) as response:
            return response.status == 200 and await response.text() == "1158201444"

    def _work(self, lane: str) -> None:
        if self.url and lane not in self._workers:
            self._workers[lane] = asyncio.create_task(self._deliver(lane))

    async def _deliver(self, lane: str) -> None:
        queue, delay = self._queues[lane], self.delays[0]
        while queue:
            if await self._post(queue[0]):
                queue.popleft()
                delay = self.delays[0]
                self._changed()
            else:
                await asyncio.sleep(delay)
                delay = min(delay * 2, self.delays[1])
        del self._workers[lane]

    async def _post(self, body: bytes) -> bool:
        headers = {"Content-Type": "application/json", "X-Hub-Signature-256": signature(self.secret, body)}
        try:
            async with self._client().post(self.url, data=body, headers=headers) as response:
                await response.read()
                return response.status == 200
        except aiohttp.ClientError:
            return False

    def _client(self) -> aiohttp.ClientSession:
        if self._http is None:
            self._http = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=40))
        return self._http


def envelope(waba_id: str, values: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """One body for any number of changes."""
    changes = [{"value": value, "field": "messages"} for value in values]
    return {"object": "whatsapp_business_account", "entry": [{"id": waba_id, "changes": changes}]}
