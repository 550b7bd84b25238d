"""How the fake Viber calls the hub: signed, one after the other for each customer, again until the answer is 200."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp

MANDATORY = {"message", "subscribed", "unsubscribed"}  # cannot be left out
OPTIONAL = {"delivered", "seen", "failed", "conversation_started"}
DELAYS = (0.02, 1.0)  # seconds; Viber's are longer


def sign(body: bytes, token: str) -> str:
    return hmac.new(token.encode(), body, hashlib.sha256).hexdigest()


@dataclass
class Webhook:
    """Where callbacks go. `url` "": nowhere, and what happens is told to nobody. `answers`: bodies that the hub
    answered with, which Viber would take for messages."""

    token: str
    changed: Callable[[], None]
    url: str = ""
    events: frozenset[str] = frozenset()
    send_name: bool = False
    send_photo: bool = False
    answers: list[bytes] = field(default_factory=list)
    _queues: dict[str, deque[bytes]] = field(default_factory=dict)
    _workers: dict[str, asyncio.Task[None]] = field(default_factory=dict)

    @property
    def pending(self) -> int:
        return sum(map(len, self._queues.values()))

    def wants(self, event: str) -> bool:
        return bool(self.url) and event in MANDATORY | self.events

    def put(self, person: str, callback: dict[str, Any]) -> None:
        self._queues.setdefault(person, deque()).append(json.dumps(callback).encode())
        if person not in self._workers:
            self._workers[person] = asyncio.create_task(self._deliver(person))

    async def post(self, http: aiohttp.ClientSession, body: bytes) -> bool:
        headers = {"Content-Type": "application/json", "X-Viber-Content-Signature": sign(body, self.token)}
        try:
            async with http.post(self.url, data=body, headers=headers) as response:
                answer = await response.read()
        except (aiohttp.ClientError, OSError):
            return False
        if response.status == 200 and answer:
            self.answers.append(answer)
        return response.status == 200

    async def stop(self) -> None:
        for worker in self._workers.values():
            worker.cancel()
        await asyncio.gather(*self._workers.values(), return_exceptions=True)
        self._workers.clear()

    async def _deliver(self, person: str) -> None:
        queue, delay = self._queues[person], DELAYS[0]
        async with aiohttp.ClientSession() as http:
            while queue:
                if await self.post(http, queue[0]):
                    queue.popleft()
                    delay = DELAYS[0]
                    self.changed()
                else:
                    await asyncio.sleep(delay)
                    delay = min(delay * 2, DELAYS[1])
        del self._workers[person]
