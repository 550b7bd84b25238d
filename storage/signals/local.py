"""Wake-ups: directly within this process; between processes through a Redis stream (`storage.signals.redis`).

A wake-up is only a hint. A listener that misses one (Redis is down, the stream was trimmed) checks for itself when its
timeout ends.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence


class Waker:
    """`bot.ports.Wake` within one process."""

    def __init__(self) -> None:
        self._listening: dict[str, set[SignalListener]] = defaultdict(set)

    async def notify(self, topics: Sequence[str]) -> None:
        self._call(topics)

    def listen(self, topic: str, heard: Callable[[], None] | None = None) -> SignalListener:
        listening = SignalListener(self, topic, heard)
        self._listening[topic].add(listening)
        return listening

    def _call(self, topics: Iterable[str]) -> None:
        for topic in topics:
            for listening in tuple(self._listening.get(topic, ())):
                listening.call()

    async def run(self) -> None:
        """Runs for ever in a task. Within one process there is nothing to do."""
        await asyncio.Event().wait()

    async def close(self) -> None:
        """Closes the waker; call it after `run` has ended."""

    def forget(self, listening: SignalListener) -> None:
        left = self._listening[listening.topic]
        left.discard(listening)
        if not left:
            del self._listening[listening.topic]


class SignalListener:
    def __init__(self, wake: Waker, topic: str, heard: Callable[[], None] | None = None) -> None:
        self._wake, self.topic, self._heard = wake, topic, heard
        self.called = asyncio.Event()

    def call(self) -> None:
        self.called.set()
        if self._heard is not None:
            self._heard()

    async def wait(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                await self.called.wait()
        except TimeoutError:
            return False
        self.called.clear()
        return True

    def close(self) -> None:
        self._wake.forget(self)
