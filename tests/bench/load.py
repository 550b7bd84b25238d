"""Conversations that load a hub, and their measurements."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from tests.bench import http, wire
from tests.bench.platform import Platform

PATIENCE = 60.0
"""Seconds after which a message that has not arrived ends the benchmark."""

_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Measured:
    """`seconds`: the whole time; `delays`: from the request's first byte to the arrival, one per message."""

    seconds: float
    delays: Sequence[float]

    @property
    def rate(self) -> float:
        return len(self.delays) / self.seconds

    def quantile(self, share: float) -> float:
        ordered = sorted(self.delays)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


@dataclass
class Conversation:
    """One customer, and the operator who answers in their thread."""

    chat: int
    platform: Platform
    client: http.Client
    count: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    async def write(self) -> float:
        """Sends a customer's message; returns the seconds until it was in the thread."""
        text = self._text()
        body = wire.customer_wrote(next(_numbers), self.chat, text)
        return await self._arrives(text, "/hooks/shop", body)

    async def answer(self) -> float:
        """Sends an operator's post; returns the seconds until the customer had it."""
        text = self._text()
        thread = self.platform.threads[f"c{self.chat}"]
        body = wire.operator_posted(next(_numbers), self.chat % 20, thread, text)
        return await self._arrives(text, "/bench/desk", body)

    def _text(self) -> str:
        return f"c{self.chat} message {next(self.count)}: hello, is the blue one still there?"

    async def _arrives(self, text: str, path: str, body: bytes) -> float:
        arrival, started = self.platform.arrival(text), time.monotonic()
        await self.client.post(path, body, f"{wire.SIGNATURE}: {wire.sign(body)}\r\n")
        async with asyncio.timeout(PATIENCE):
            return await arrival - started


Say = Callable[[Conversation], Awaitable[float]]


@asynccontextmanager
async def conversations(platform: Platform, port: int, count: int, first: int = 1) -> AsyncIterator[list[Conversation]]:
    clients = [http.Client(port) for _ in range(count)]
    try:
        yield [Conversation(first + place, platform, client) for place, client in enumerate(clients)]
    finally:
        for client in clients:
            client.close()


async def as_fast_as_possible(talks: Sequence[Conversation], say: Say, each: int) -> Measured:
    """Runs all conversations; each sends its next message when the last one has arrived."""

    async def talk(one: Conversation) -> list[float]:
        return [await say(one) for _ in range(each)]

    started = time.monotonic()
    delays = await asyncio.gather(*(talk(one) for one in talks))
    return Measured(time.monotonic() - started, list(itertools.chain.from_iterable(delays)))


async def at_rate(talks: Sequence[Conversation], say: Say, rate: float, count: int) -> Measured:
    """Sends `rate` messages a second in all, evenly, each conversation in its turn, whatever is still under way."""
    started, free = time.monotonic(), {one.chat: asyncio.Lock() for one in talks}

    async def one_message(number: int) -> float:
        one = talks[number % len(talks)]
        await asyncio.sleep(started + number / rate - time.monotonic())
        async with free[one.chat]:
            return await say(one)

    delays = await asyncio.gather(*(one_message(number) for number in range(count)))
    return Measured(time.monotonic() - started, delays)
