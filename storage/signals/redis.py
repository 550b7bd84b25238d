"""Wake-ups between processes through a Redis stream. Imported only when Redis is configured."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from itertools import chain, repeat
from typing import Any
from urllib.parse import quote, unquote

import structlog

from storage.signals.connection import ERRORS, redis_at
from storage.signals.local import Waker

log = structlog.get_logger(__name__)

STREAM = "hub:wake"
_KEPT = 10_000  # entries
_BLOCK = 5.0  # seconds
_GATHER = 0.02  # seconds for which wake-ups are collected into one entry
_PATIENCE = 2.0  # seconds for Redis to answer
_PAUSES = (0.1, 0.5, 1, 2)  # seconds between attempts to reconnect


class RedisWaker(Waker):
    """Waker that also notifies the other processes on the same Redis, and is notified by them.

    A task of its own writes the notifications, in batches: no commit waits for Redis.
    """

    def __init__(self, url: str) -> None:
        super().__init__()
        self._redis = redis_at(url, _PATIENCE)
        self._me = secrets.token_hex(8)
        self._outgoing: dict[str, None] = {}
        self._something = asyncio.Event()
        self._lost = False

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self._keep(self._write), name="wake writer")
            group.create_task(self._keep(self._read), name="wake reader")

    async def close(self) -> None:
        with suppress(*ERRORS):
            await self._redis.aclose()

    async def notify(self, topics: Sequence[str]) -> None:
        self._call(topics)
        self._outgoing.update(dict.fromkeys(topics))
        self._something.set()

    async def _write(self) -> None:
        while True:
            await self._something.wait()
            self._something.clear()
            topics, self._outgoing = " ".join(map(_escaped, self._outgoing)), {}
            async with asyncio.timeout(_PATIENCE):
                await self._redis.xadd(STREAM, {"from": self._me, "topics": topics}, maxlen=_KEPT, approximate=True)
            self._found()
            await asyncio.sleep(_GATHER)

    async def _read(self) -> None:
        last = await self._last_entry()
        self._found()
        self._call(tuple(self._listening))  # wake-ups missed meanwhile are unknown, so every listener is called
        while True:
            async with asyncio.timeout(_BLOCK + _PATIENCE):
                found: Any = await self._redis.xread({STREAM: last}, block=int(_BLOCK * 1000))
            for number, entry in found.get(STREAM, ()):
                last = number
                if entry.get("from") != self._me:
                    self._call(map(_plain, entry.get("topics", "").split(" ")))

    async def _last_entry(self) -> str:
        async with asyncio.timeout(_PATIENCE):
            newest = await self._redis.xrevrange(STREAM, count=1)
        return str(newest[0][0]) if newest else "0-0"

    async def _keep(self, work: Callable[[], Awaitable[None]]) -> None:
        """Runs `work` again whenever Redis is lost."""
        for seconds in chain(_PAUSES, repeat(_PAUSES[-1])):
            try:
                await work()
            except ERRORS as error:
                if not self._lost:
                    log.warning("Redis unavailable: other processes will notice work later", error=type(error).__name__)
                self._lost = True
            await asyncio.sleep(seconds)

    def _found(self) -> None:
        if self._lost:
            log.info("Redis is back")
        self._lost = False


def _escaped(topic: str) -> str:
    return quote(topic, safe=":")


def _plain(topic: str) -> str:
    return unquote(topic)
