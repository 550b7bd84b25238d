"""Cost of strangers to a hub with 1024 file descriptors: its memory, and the response time of `/healthz`."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from tests.bench import hubs, marks
from tests.bench.attacker import ATTACKS
from tests.bench.hubs import Base
from tests.bench.processes import ROOT, Measurable

DESCRIPTORS = 1024
SECONDS = 15.0  # of each attack
AFTER = 5.0  # until everything should be as before
EVERY = 0.1
ASKED = b"GET /healthz HTTP/1.1\r\nHost: hub\r\nConnection: close\r\n\r\n"


@dataclass
class Health:
    """Response times of `/healthz` in seconds, each on a new connection, and the number of failures."""

    seconds: list[float] = field(default_factory=list)
    refused: int = 0
    megabytes: float = 0.0

    def milliseconds(self, share: float) -> float:
        ordered = sorted(self.seconds) or [float("inf")]
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1000

    async def ask(self, port: int) -> None:
        started = time.monotonic()
        try:
            async with asyncio.timeout(30):
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.write(ASKED)
                answer = await reader.read()
                writer.close()
        except (OSError, TimeoutError):
            answer = b""
        if answer.startswith(b"HTTP/1.1 200 "):
            self.seconds.append(time.monotonic() - started)
        else:
            self.refused += 1


@dataclass(frozen=True)
class Seen:
    """`growth`: megabytes over the start, at most and afterwards."""

    attack: str
    before: Health
    under: Health
    after: Health
    growth: float
    growth_after: float


@asynccontextmanager
async def _watched(hub: Measurable) -> AsyncIterator[Health]:
    """Watches the hub during an attack. `megabytes`: the highest value so far."""
    health = Health(megabytes=hub.megabytes)

    async def watch() -> None:
        async with asyncio.TaskGroup() as group:
            while True:
                group.create_task(health.ask(hub.port))
                health.megabytes = max(health.megabytes, hub.megabytes)
                await asyncio.sleep(EVERY)

    watching = asyncio.create_task(watch())
    try:
        yield health
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


async def all_attacks(base: Base) -> list[Seen]:
    """Runs the attacks one after the other on one hub, as strangers do."""
    async with hubs.hub(base, "", marks.CONFIG, descriptors=DESCRIPTORS) as hub:
        async with _watched(hub):
            await asyncio.sleep(3)  # objects made only at the first use
        return [await _one(hub, attack) for attack in ATTACKS]


async def _one(hub: Measurable, attack: str) -> Seen:
    async with _watched(hub) as before:
        await asyncio.sleep(2)
    start = hub.megabytes
    command = ["-m", "tests.bench.attacker", str(hub.port), str(SECONDS), attack]
    attacker = await asyncio.create_subprocess_exec(sys.executable, *command, cwd=ROOT)
    async with _watched(hub) as under:
        if await attacker.wait():
            raise RuntimeError(f"the attack {attack} failed")
    await asyncio.sleep(AFTER)
    async with _watched(hub) as after:
        await asyncio.sleep(2)
    return Seen(attack, before, under, after, under.megabytes - start, hub.megabytes - start)
