"""A quiet account's new customer behind another account's flood, at a Mattermost desk that takes few posts."""

from __future__ import annotations

import asyncio
import itertools
from contextlib import AsyncExitStack
from pathlib import Path

from tests.bench.against.adapter import TALKS, Scene, scene
from tests.bench.against.rows import Figure
from tests.bench.processes import Build

FLOOD, RATE = 400, 20
ROUNDS = 2
"""At most so many: each takes two minutes, because the whole flood has to be over before the next."""
BUSY, QUIET = "busy", "quiet"
_crowds = itertools.count(1)


async def waited(one: Scene) -> float:
    """Seconds from the quiet customer's message until it stands in a thread. The flood has been taken in before."""

    async def crowd(place: int) -> list[str]:
        return [await one.write(TALKS * next(_crowds) + place, BUSY) for _ in range(FLOOD // TALKS)]

    names = itertools.chain(*await asyncio.gather(*(crowd(place) for place in range(TALKS))))
    sent = asyncio.get_running_loop().time()
    quiet = await one.arrival(await one.write(TALKS * next(_crowds), QUIET))
    for name in names:
        await one.arrival(name)
    return quiet - sent


async def figures(old: Build, new: Build, folder: Path, rounds: int) -> list[Figure]:
    async with AsyncExitStack() as stack:
        named = ((old, folder / "old"), (new, folder / "new"))
        pair = [await stack.enter_async_context(scene(*one, BUSY, QUIET, rate=RATE)) for one in named]
        seen = [[await waited(one) for one in pair] for _ in range(min(rounds, ROUNDS))]
    return [Figure(f"a new customer behind {FLOOD} of another account", "s", seen, 1 / 15)]
