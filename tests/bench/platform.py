"""The customers' channel and the team chat of the benchmark, in one: it takes every call, records when each text
arrived, and responds after `latency` seconds."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from tests.bench import http, wire


@dataclass
class Platform:
    """`threads`: where texts were posted, by their first word (the conversation's). `calls`: their numbers, by path."""

    url: str = ""
    latency: float = 0
    threads: dict[str, str] = field(default_factory=dict)
    calls: Counter[str] = field(default_factory=Counter)
    busy_at: float = 0
    _awaited: dict[str, asyncio.Future[float]] = field(default_factory=dict)
    _ids: itertools.count[int] = field(
        default_factory=lambda: itertools.count(time.time_ns())
    )  # a database may outlive several of these

    def arrival(self, text: str) -> asyncio.Future[float]:
        """The time at which this text arrives, in seconds of the monotonic clock."""
        awaited = self._awaited[text] = asyncio.get_running_loop().create_future()
        return awaited

    async def quiet(self, seconds: float = 3) -> None:
        """Waits until nothing was called for that long."""
        while (left := self.busy_at + seconds - time.monotonic()) > 0:  # noqa: ASYNC110 - quiet has no event
            await asyncio.sleep(left)

    def take(self, path: str, body: bytes, reply: Callable[[bytes], None]) -> None:
        self.busy_at = time.monotonic()
        self.calls[path] += 1
        if path in ("/post", "/send"):
            self._note(wire.read(body))
        answer = b'{"id": "%d"}' % next(self._ids)
        if self.latency:
            asyncio.get_running_loop().call_later(self.latency, reply, answer)
        else:
            reply(answer)

    def _note(self, call: dict[str, str]) -> None:
        text = call["text"]
        if "thread" in call:
            self.threads.setdefault(text.partition(" ")[0], call["thread"])
        awaited = self._awaited.pop(text, None)
        if awaited is not None and not awaited.done():
            awaited.set_result(self.busy_at)


@asynccontextmanager
async def platform(latency: float = 0) -> AsyncIterator[Platform]:
    made = Platform(latency=latency, busy_at=time.monotonic())
    server, made.url = await http.serve(made.take)
    try:
        yield made
    finally:
        server.close()
