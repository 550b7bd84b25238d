"""The community's events and their two ways out: Long Poll and the servers of the Callback API."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from tests.fakes.platform import Caller

Json = dict[str, Any]


def nothing() -> None:
    """Nobody is to be notified."""


@dataclass
class LongPoll:
    """Long Poll. `ts` counts events; those before `oldest` are forgotten. `asked`: positions in requests."""

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
        """Forgets the events so far: they cannot be fetched any more."""
        self.oldest = self.end

    def new_key(self) -> None:
        """Makes a new key, as after an hour."""
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
            return {"failed": 1, "ts": self.end}  # a number, as on the real server
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


class CallbackServer(Caller[str, Json]):
    """A callback server: one lane for all; an event is taken when the response is "ok"."""

    delays = (0.02, 0.02)

    def __init__(self, number: int, url: str, title: str, secret: str, changed: Callable[[], None]) -> None:
        super().__init__(url, changed)
        self.number, self.title, self.secret = number, title, secret
        self.status, self.events, self.version = "unconfigured", dict[str, int](), "5.199"

    def told(self) -> Json:
        body = {"id": self.number, "title": self.title, "creator_id": 1, "url": self.url}
        return {**body, "secret_key": self.secret, "status": self.status}

    async def confirm(self, group: int, code: str, *, with_secret: bool) -> None:
        """Asks for the confirmation string, once, and accepts a server that responds with it."""
        answer = await self._ask({"type": "confirmation", "group_id": group}, self.secret if with_secret else "")
        self.status = "ok" if answer == code else "failed"

    async def post(self, event: Json) -> bool:
        return await self._ask(event, self.secret) == "ok"

    async def _ask(self, event: Json, secret: str) -> str:
        """Returns the response's body; "" when its status was not 200."""
        body = {**event, **({"secret": secret} if secret else {})}
        headers = {"Content-Type": "application/json"}
        try:
            async with self.client().post(self.url, data=json.dumps(body), headers=headers) as response:
                text = await response.text()
        except aiohttp.ClientError:
            return ""
        return text if response.status == 200 else ""
