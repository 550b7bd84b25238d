"""(a) and (b): messages a second and their delays, beside the floor; and with distant platforms."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from tests.bench import hubs
from tests.bench.hubs import Base
from tests.bench.load import Conversation, Measured, Say, as_fast_as_possible, at_rate, conversations
from tests.bench.platform import Platform, platform
from tests.bench.processes import Measurable

TALKS = 64
"""Concurrent conversations at full load."""
HALF = 0.5
FAR_AWAY = 0.15
"""Response time of a distant platform in seconds."""


@dataclass(frozen=True, slots=True)
class Row:
    """`most`: the highest rate; `calm`: the delays at half of that; `cpu`: milliseconds of CPU per message, of the
    measured process alone; `calls`: requests to the platform per message."""

    label: str
    most: Measured
    calm: Measured
    cpu: float
    calls: float


async def floor(base: Base, each: int, requests: int) -> Row:
    """Measures the floor. `requests`: number sent per message."""
    async with (
        platform() as world,
        hubs.floor(base, world.url, requests) as process,
        conversations(world, process.port, TALKS) as talks,
    ):
        await as_fast_as_possible(talks, Conversation.write, 3)
        label = "floor" if requests == 1 else f"floor, {requests} requests"
        return await _row(label, world, process, talks, Conversation.write, each)


async def hub(base: Base, each: int) -> list[Row]:
    """Measures customers' messages to the desk, then operators' answers to the channel."""
    async with _acquainted(base, TALKS) as (world, process, talks):
        there = await _row("hub, to the desk", world, process, talks, Conversation.write, each)
        back = await _row("hub, to the customer", world, process, talks, Conversation.answer, each)
        return [there, back]


async def far_away(base: Base, talks: int, each: int) -> Measured:
    async with _acquainted(base, talks) as (world, _, ready):
        world.latency = FAR_AWAY
        return await as_fast_as_possible(ready, Conversation.write, each)


@asynccontextmanager
async def _acquainted(base: Base, count: int) -> AsyncIterator[tuple[Platform, Measurable, list[Conversation]]]:
    """A hub with conversations whose threads are open and whose operators have answered once."""
    async with (
        platform() as world,
        hubs.hub(base, world.url) as process,
        conversations(world, process.port, count) as talks,
    ):
        await as_fast_as_possible(talks, Conversation.write, 2)
        await as_fast_as_possible(talks, Conversation.answer, 2)
        await world.quiet()
        yield world, process, talks


async def _row(label: str, world: Platform, process: Measurable, talks: list[Conversation], say: Say, each: int) -> Row:
    cpu, calls = process.cpu_seconds, sum(world.calls.values())
    most = await as_fast_as_possible(talks, say, each)
    await world.quiet(1)
    count = len(most.delays)
    spent = (process.cpu_seconds - cpu) * 1000 / count
    called = (sum(world.calls.values()) - calls) / count
    calm = await at_rate(talks, say, most.rate * HALF, count)
    await world.quiet(1)
    return Row(label, most, calm, spent, called)
