"""Operators' posts, all written at once, through the Mattermost adapter: by one process of the hub and by two, on a
PostgreSQL whose commits take 30 ms, as on a slow disk.

Two processes need cores of their own to be faster than one; the fakes and PostgreSQL run on the same machine.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path

from tests import servers
from tests.bench.against import adapter
from tests.bench.against.adapter import Scene
from tests.bench.against.rows import Figure
from tests.bench.processes import Build

TALKS, EACH = 60, 5
SLOW_DISK = ("commit_delay=30000", "commit_siblings=0")


async def figures(old: Build, new: Build, folder: Path, rounds: int) -> list[Figure]:
    made = []
    for processes, aim in ((1, 5.0), (2, 8.0)):
        async with AsyncExitStack() as stack:
            named = (
                (replace(old, pinned=False), folder / f"old{processes}"),
                (replace(new, pinned=False), folder / f"new{processes}"),
            )
            pair = [await stack.enter_async_context(_scene(*one, processes)) for one in named]
            seen = [[await _burst(one) for one in pair] for _ in range(rounds)]
        work = f"operators' posts, commits of 30 ms, processes: {processes}"
        made.append(Figure(work, "posts/s", [[rate for rate, _ in row] for row in seen], aim))
        made.append(
            Figure("of these, the busiest", "ms CPU a post", [[cpu for _, cpu in row] for row in seen], 1 / 2.2)
        )
    return made


@asynccontextmanager
async def _scene(build: Build, folder: Path, processes: int) -> AsyncIterator[Scene]:
    with servers.postgres(*SLOW_DISK) as database, servers.redis() as redis:
        base = {"database_url": f"postgresql+asyncpg:{database}", "redis_url": redis}
        async with adapter.acquainted(build, folder, TALKS, processes, **base) as made:
            yield made


async def _burst(one: Scene) -> tuple[float, float]:
    """Posts a second, until the last is with its customer; and milliseconds of CPU a post in the busiest process."""
    start, before = asyncio.get_running_loop().time(), [process.cpu_seconds for process in one.processes]
    names = [await one.answer(talk) for _ in range(EACH) for talk in range(TALKS)]
    seconds = max([await one.arrival(name) for name in names]) - start
    await asyncio.sleep(3)  # for the marks
    spent = (process.cpu_seconds - cpu for process, cpu in zip(one.processes, before, strict=True))
    return len(names) / seconds, max(spent) * 1000 / len(names)
