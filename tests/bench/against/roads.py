"""A customer's message to the desk, and an operator's answer with its mark, without a platform's adapter: each build
brings the benchmark's own channel and desk, which speak the same signed HTTP (`tests.bench.wire`)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import asyncpg

from tests import servers
from tests.bench.against import builds
from tests.bench.against.rows import Figure
from tests.bench.load import Conversation, Say, as_fast_as_possible, conversations
from tests.bench.platform import Platform, platform
from tests.bench.processes import Build, Measurable

TALKS, EACH = 64, 12
Scene = tuple[Platform, Measurable, list[Conversation]]


async def sqlite(old: Build, new: Build, folder: Path, rounds: int) -> list[Figure]:
    return await _figures("SQLite", (old, {}), (new, {}), folder, rounds, 1 / 1.5)


async def postgres(old: Build, new: Build, folder: Path, rounds: int) -> list[Figure]:
    with servers.postgres() as address, servers.redis() as redis:
        bases = []
        for number in range(2):
            connection = await asyncpg.connect(f"postgresql:{address}")
            await connection.execute(f"CREATE DATABASE bench{number}")
            await connection.close()
            at = address.rpartition("/")[0]
            database = f"postgresql+asyncpg:{at}/bench{number}"
            bases.append({"database_url": database, "redis_url": f"{redis.rpartition('/')[0]}/{number}"})
        return await _figures("PostgreSQL", (old, bases[0]), (new, bases[1]), folder, rounds, 1 / 1.4)


async def _figures(
    label: str,
    old: tuple[Build, Mapping[str, str]],
    new: tuple[Build, Mapping[str, str]],
    folder: Path,
    rounds: int,
    aim: float,
) -> list[Figure]:
    async with AsyncExitStack() as stack:
        pair = []
        for place, (build, base) in enumerate((old, new)):
            pair.append(await stack.enter_async_context(_acquainted(build, folder / str(place), base)))
        made = []
        for work, say in (("customer → desk", Conversation.write), ("answer with its mark", Conversation.answer)):
            seen = [[await _cpu(one, say) for one in pair] for _ in range(rounds)]
            made.append(Figure(f"{work}, {label}", "ms CPU a message", seen, aim))
        return made


@asynccontextmanager
async def _acquainted(build: Build, folder: Path, base: Mapping[str, str]) -> AsyncIterator[Scene]:
    """A hub with conversations whose threads are open and whose operators have answered once."""
    async with platform() as world:
        tables = {
            "desks": {"bench": {"kind": "bench", "channel": "support", "api_url": world.url}},
            "accounts": {"shop": {"kind": "bench", "api_url": world.url}},
        }
        async with (
            builds.hub(build, folder, tables, builds.BENCH, **base) as process,
            conversations(world, process.port, TALKS) as talks,
        ):
            await as_fast_as_possible(talks, Conversation.write, 2)
            await as_fast_as_possible(talks, Conversation.answer, 2)
            await world.quiet()
            yield world, process, talks


async def _cpu(scene: Scene, say: Say) -> float:
    world, process, talks = scene
    before = process.cpu_seconds
    await as_fast_as_possible(talks, say, EACH)
    await world.quiet(1)
    return (process.cpu_seconds - before) * 1000 / (TALKS * EACH)
