"""Wake-ups: directly within this process; between processes through a Redis stream (`storage.signals.redis`).

A wake-up is only a hint. A listener that misses one (Redis is down, the stream was trimmed) checks for itself when its
timeout ends.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Sequence


class Waker:
    """`bot.ports.Wake` within one process."""

    def __init__(self) -> None:
        self._listening: dict[str, set[SignalListener]] = defaultdict(set)

    async def notify(self, topics: Sequence[str]) -> None:
        self._call(topics)

    def listen(self, topic: str) -> SignalListener:
        listening = SignalListener(self, topic)
        self._listening[topic].add(listening)
        return listening

    def _call(self, topics: Iterable[str]) -> None:
        for topic in topics:
            for listening in self._listening.get(topic, ()):
                listening.called.set()

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
    def __init__(self, wake: Waker, topic: str) -> None:
        self._wake, self.topic = wake, topic
        self.called = asyncio.Event()

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
