"""The community's events, and their two ways out: Long Poll and the servers of the Callback API."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp

Json = dict[str, Any]


def nothing() -> None:
    """Nobody wants to know."""


@dataclass
class LongPoll:
    """`ts` counts events; those before `oldest` are forgotten. `asked`: positions that were asked for."""

    enabled: bool = False
    version: str = "5.199"
    events: dict[str, int] = field(default_factory=dict)
    key: str = "longpoll-key-1"
    kept: list[Json] = field(default_factory=list)
    start: int = 100
    oldest: int = 100
    confirmed: int = 100
    lost: bool = False
    asked: list[int] = field(default_factory=list)
    _arrived: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def end(self) -> int:
        return self.start + len(self.kept)

    def put(self, event: Json) -> None:
        self.kept.append(event)
        self._arrived.set()
        self._arrived = asyncio.Event()

    def forget(self) -> None:
        """What is there already cannot be had any more."""
        self.oldest = self.end

    def new_key(self) -> None:
        """An hour is over."""
        self.key = f"longpoll-key-{int(self.key.rpartition('-')[2]) + 1}"
        self._arrived.set()
        self._arrived = asyncio.Event()

    async def check(self, key: str, ts: int, wait: float) -> Json:
        self.asked.append(ts)
        if self.lost:
            self.lost = False
            return {"failed": 3}
        if key != self.key:
            return {"failed": 2}
        if not self.oldest <= ts <= self.end:
            return {"failed": 1, "ts": self.end}  # a number, as it really comes
        self.confirmed = ts
        if ts == self.end:
            arrived = self._arrived
            try:
                async with asyncio.timeout(wait):
                    await arrived.wait()
            except TimeoutError:
                pass
        if key != self.key:
            return {"failed": 2}
        return {"ts": str(self.end), "updates": self.kept[ts - self.start :]}


class CallbackServer:
    """Brings events to an address, in order; what is not answered with "ok" comes again."""

    def __init__(self, number: int, url: str, title: str, secret: str, changed: Callable[[], None]) -> None:
        self.number, self.url, self.title, self.secret = number, url, title, secret
        self.status, self.events, self.version = "unconfigured", dict[str, int](), "5.199"
        self.pause = 0.02
        self._queue: deque[Json] = deque()
        self._worker: asyncio.Task[None] | None = None
        self._http: aiohttp.ClientSession | None = None
        self._changed = changed

    @property
    def pending(self) -> int:
        return len(self._queue)

    def told(self) -> Json:
        told = {"id": self.number, "title": self.title, "creator_id": 1, "url": self.url}
        return {**told, "secret_key": self.secret, "status": self.status}

    async def confirm(self, group: int, code: str) -> None:
        """VK asks for the string once, and believes whom it gets it from."""
        answer = await self._post({"type": "confirmation", "group_id": group})
        self.status = "ok" if answer == code else "failed"

    def put(self, event: Json) -> None:
        self._queue.append(event)
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._deliver())

    async def stop(self) -> None:
        if self._worker:
            self._worker.cancel()
            await asyncio.gather(self._worker, return_exceptions=True)
        if self._http:
            await self._http.close()

    async def _deliver(self) -> None:
        while self._queue:
            if await self._post(self._queue[0]) == "ok":
                self._queue.popleft()
                self._changed()
            else:
                await asyncio.sleep(self.pause)

    async def _post(self, event: Json) -> str:
        """The answer's body, "" when it was no 200."""
        if self._http is None:
            self._http = aiohttp.ClientSession()
        body = {**event, **({"secret": self.secret} if self.secret else {})}
        headers = {"Content-Type": "application/json"}
        try:
            async with self._http.post(self.url, data=json.dumps(body), headers=headers) as response:
                text = await response.text()
        except aiohttp.ClientError:
            return ""
        return text if response.status == 200 else ""
